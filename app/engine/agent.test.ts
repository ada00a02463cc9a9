import { describe, expect, it } from 'vitest';
import { registry as nodeTypes } from '../../nodes/registry.ts';
import { testRegistry } from '../../test/kit/engine-nodes.ts';
import { modelResponse, snapshotOf, testHost, testPorts } from '../../test/kit/engine-ports.ts';
import { type GraphNode, graph } from '../../test/kit/graph.ts';
import { createMemoryJournal } from '../../test/kit/memory-journal.ts';
import type { ModelRequest, ModelResponse } from '../core/capabilities/capabilities.ts';
import type { JsonObject } from '../core/graph/json.ts';
import { validateWorkflow } from '../core/graph/validate-workflow.ts';
import type { Registry } from '../core/nodekit/define-node.ts';
import { foldHistory } from '../core/run/history.ts';
import { createEngine } from './engine.ts';

const registry: Registry = new Map([...testRegistry, ...nodeTypes]);
const tool = (id: string, more: JsonObject = {}): GraphNode => ({
  id,
  type: 'tool',
  parent: 'agent',
  config: {
    name: id,
    description: id,
    parameters: { type: 'object', properties: { q: { type: 'string' } } },
    ...more,
  },
});
const nodes: GraphNode[] = [
  { id: 'in', type: 't-input', config: { name: 'task' } },
  { id: 'agent', type: 'agent', config: { profile: 'm', streaming: false } },
  tool('look'),
  { id: 'search', type: 't-call', parent: 'look', config: { id: 'search' } },
  tool('send', { effects: 'yes' }),
  { id: 'deliver', type: 't-call', parent: 'send', config: { id: 'deliver' } },
  { id: 'out', type: 't-output', config: { name: 'answer' } },
];
const wires = [
  'in > agent.task',
  'look.q > search',
  'search > look.result',
  'send.q > deliver',
  'deliver > send.result',
  'agent.text > out.value',
];
const workflow = graph(nodes, wires);

/** The agent's model does what the script says for each turn; all other calls are counted. */
function setup(script: (turn: number) => [string, JsonObject][]) {
  const work: string[] = [];
  const turns: number[] = [];
  const generate = async (request: ModelRequest): Promise<ModelResponse> => {
    if (!request.tools) {
      work.push(request.messages[0]?.content ?? '');
      return modelResponse(`m[${request.messages[0]?.content}]`);
    }
    const turn = request.messages.filter(({ role }) => role === 'assistant').length;
    turns.push(turn);
    const wanted = script(turn);
    const toolCalls = wanted.map(([name, args], i) => ({ id: `c${turn}-${i}`, name, arguments: args }));
    return { ...modelResponse(wanted.length > 0 ? '' : 'Done.'), ...(wanted.length > 0 && { toolCalls }) };
  };
  const journal = createMemoryJournal();
  const engine = createEngine(testPorts(journal, { host: testHost({ generate }), registry }));
  return { work, turns, journal, engine };
}

describe('an agent in the engine', () => {
  it('is a valid workflow', () => {
    expect(validateWorkflow(workflow, registry)).toEqual([]);
  });

  it('runs each call alone in a frame of its own, replays, and is taken over by a rerun', async () => {
    const { work, engine, journal } = setup((turn) =>
      turn === 0
        ? [
            ['look', { q: 'a' }],
            ['look', { q: 'b' }],
          ]
        : [],
    );
    const { result } = await engine.start(snapshotOf(workflow), { task: 't' });
    const { runId, outputs } = await result;
    expect(outputs).toEqual({ answer: 'Done.' });
    expect(work).toEqual(['search(a)', 'search(b)'].map((text) => `0:${text}`));
    const history = foldHistory(await journal.events(runId));
    expect([...history.steps.keys()].filter((step) => step.includes('/')).sort()).toEqual([
      'agent[0]/look',
      'agent[0]/look[0]/search',
      'agent[1]/look',
      'agent[1]/look[0]/search',
    ]);
    expect((await engine.replay(runId)).differences).toEqual([]);
    const again = await engine.start(snapshotOf(workflow), { task: 't' }, { reuse: { runId, kind: 'rerun' } });
    expect((await again.result).outputs).toEqual({ answer: 'Done.' });
    expect(work).toHaveLength(2);
  });

  it('waits for a person as long as it takes, and repeats nothing when it goes on', async () => {
    const { work, turns, engine, journal } = setup((turn) =>
      turn === 0
        ? [
            ['look', { q: 'a' }],
            ['send', { q: 'x' }],
          ]
        : turn === 1
          ? [['send', { q: 'y' }]]
          : [],
    );
    const first = await (await engine.start(snapshotOf(workflow), { task: 't' })).result;
    expect(first).toMatchObject({ status: 'waiting' });
    const { runId } = first;
    for (const [action, status] of [
      ['approve', 'waiting'],
      ['reject', 'succeeded'],
    ] as const) {
      const open = [...foldHistory(await journal.events(runId)).waits.values()].filter((wait) => !wait.decision);
      expect(open).toHaveLength(1);
      const [wait] = open;
      journal.decide(runId, wait?.event.wait ?? '', { action, values: {}, by: 'ann', at: 1 });
      expect((await (await engine.resume(runId)).result).status).toBe(status);
    }
    expect(turns).toEqual([0, 1, 2]);
    expect(work.sort()).toEqual(['0:deliver(x)', '0:search(a)']);
    expect((await engine.replay(runId)).differences).toEqual([]);
  });
});

describe('an agent inside a tool', () => {
  const nested: GraphNode[] = [
    { id: 'in', type: 't-input', config: { name: 'task' } },
    { id: 'agent', type: 'agent', config: { profile: 'm', streaming: false, instructions: 'outer' } },
    tool('read'),
    { id: 'load', type: 'load-documents', parent: 'read', config: { patterns: ['*'] } },
    tool('delegate', { effects: 'no' }),
    { id: 'once', type: 'map', parent: 'delegate' },
    { id: 'list', type: 'transform', parent: 'delegate', config: { expression: '[value]' } },
    { id: 'inner', type: 'agent', parent: 'once', config: { profile: 'm', streaming: false, instructions: 'inner' } },
    { ...tool('send', { effects: 'yes', approval: 'untrusted' }), parent: 'inner' },
    { id: 'deliver', type: 't-call', parent: 'send', config: { id: 'deliver' } },
    { id: 'out', type: 't-output', config: { name: 'answer' } },
  ];
  const nestedWires = [
    'in > agent.task',
    'load.documents > read.result',
    'delegate.q > list.value',
    'list.value > once.items',
    'once.item > inner.task',
    'inner.text > once.result',
    'once.results > delegate.result',
    'send.q > deliver',
    'deliver > send.result',
    'agent.text > out.value',
  ];

  it.each([
    [true, 'waiting', []],
    [false, 'succeeded', ['0:deliver(x)']],
  ] as const)('knows whether who called it had read text of others: %s', async (reads, status, sent) => {
    const work: string[] = [];
    const generate = async (request: ModelRequest): Promise<ModelResponse> => {
      const [first] = request.messages;
      if (!request.tools) {
        work.push(first?.content ?? '');
        return modelResponse('sent');
      }
      const turn = request.messages.filter(({ role }) => role === 'assistant').length;
      const script = first?.content.startsWith('inner')
        ? [['send', { q: 'x' }]]
        : [...(reads ? [['read', {}]] : []), ['delegate', { q: 'Send it.' }]];
      const [name, args] = (script[turn] ?? []) as [string?, JsonObject?];
      if (!name) return modelResponse('Done.');
      return { ...modelResponse(''), toolCalls: [{ id: `c${turn}`, name, arguments: args ?? {} }] };
    };
    const host = {
      ...testHost({ generate }),
      documents: {
        load: async () => ({ documents: [], failures: [] }),
        attach: async () => ({ attachments: [], failures: [] }),
      },
    };
    const engine = createEngine(testPorts(createMemoryJournal(), { host, registry }));
    const { result } = await engine.start(snapshotOf(graph(nested, nestedWires)), { task: 't' });
    expect((await result).status).toBe(status);
    expect(work).toEqual(sent);
  });
});

describe('a file', () => {
  const faults = (more: GraphNode[], moreWires: string[] = []) =>
    validateWorkflow(graph([...nodes, ...more], [...wires, ...moreWires]), registry).map(({ code, message }) => [
      code,
      message,
    ]);

  it('cannot put a tool elsewhere, other nodes among tools, or wires between them', () => {
    const { parent: _agent, ...lone } = tool('lone');
    expect(faults([lone])).toEqual([['workflow.parent', 'The tool “lone” stands outside a container of tools.']]);
    expect(
      faults([
        { id: 'map', type: 'map' },
        { ...tool('lost'), parent: 'map' },
      ])[0]?.[0],
    ).toBe('workflow.parent');
    expect(faults([{ id: 'stray', type: 't-text', config: { id: 'x' }, parent: 'agent' }])[0]).toEqual([
      'workflow.parent',
      'In “agent” (agent) stand tools only, and “stray” (t-text) is none.',
    ]);
    expect(faults([{ id: 'note', type: 'note', parent: 'agent', config: { text: 'x' } }])).toEqual([]);
    for (const wire of ['look.result > send.arguments', 'in > look.arguments', 'in > look.config/description'])
      expect(faults([], [wire])[0]?.[0]).toBe('workflow.edge_frame');
  });
});
