import { describe, expect, it } from 'vitest';
import { registry as nodeTypes } from '../../nodes/registry.ts';
import { testRegistry } from '../../test/kit/engine-nodes.ts';
import { modelResponse, testHost, testPorts } from '../../test/kit/engine-ports.ts';
import { type GraphNode, graph } from '../../test/kit/graph.ts';
import { createMemoryJournal } from '../../test/kit/memory-journal.ts';
import type { Json } from '../core/graph/json.ts';
import { linkSubflows } from '../core/graph/link-subflows.ts';
import type { Workflow } from '../core/graph/workflow.ts';
import type { NodeType, Registry } from '../core/nodekit/define-node.ts';
import { foldHistory } from '../core/run/history.ts';
import { createEngine, type StartOptions } from './engine.ts';

const registry: Registry = new Map([...testRegistry, ['subflow', nodeTypes.get('subflow') as NodeType]]);
const input = (name = 'question'): GraphNode => ({ id: 'in', type: 't-input', config: { name } });
const output: GraphNode = { id: 'out', type: 't-output', config: { name: 'answer' } };
const call = (id: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  type: 't-call',
  config: { id },
  ...more,
});
const text = (id: string): GraphNode => ({ id, type: 't-text', config: { id } });
const runs = (id: string, workflow: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  type: 'subflow',
  config: { workflow },
  ...more,
});

const inner = graph([input(), call('say'), output], ['in > say', 'say > out.value']);
const middle = graph(
  [input(), runs('deep', 'inner'), text('wrap'), output],
  ['in > deep.question', 'deep.answer > wrap', 'wrap > out.value'],
);

function setup(root: Workflow, flows: { [reference: string]: Workflow }, failing = new Set<string>()) {
  const asked: string[] = [];
  const host = testHost({
    generate: async (request) => {
      const words = request.messages[0]?.content ?? '';
      asked.push(words);
      if (failing.delete(words)) throw new Error('killed');
      return modelResponse(`m[${words}]`);
    },
  });
  const journal = createMemoryJournal();
  const engine = createEngine(testPorts(journal, { host, registry }));
  const sources = new Map(Object.entries(flows).map(([name, workflow]) => [name, { workflow, prompts: {} }]));
  const snapshot = { ...linkSubflows({ workflow: root, prompts: {} }, sources, registry), profiles: {} };
  const run = async (inputs: { [name: string]: Json }, options?: StartOptions) =>
    (await engine.start(snapshot, inputs, options)).result;
  const steps = async (runId: string) => [...foldHistory(await journal.events(runId)).steps.keys()].sort();
  return { asked, engine, journal, run, steps, snapshot };
}

describe('subflows in the engine', () => {
  const root = graph(
    [input(), runs('one', 'inner'), runs('two', 'middle'), output],
    ['in > one.question', 'one.answer > two.question', 'two.answer > out.value'],
  );
  const flows = { inner, middle };

  it('names steps by where they stand, gives each its own inputs, and replays', async () => {
    const { run, steps, engine } = setup(root, flows);
    const { runId, outputs } = await run({ question: 'q' });
    expect(outputs).toEqual({ answer: 'wrap(m[0:say(m[0:say(q)])])' });
    expect(await steps(runId)).toEqual(
      ['in', 'one', 'one/in', 'one/out', 'one/say', 'out', 'two', 'two/deep', 'two/deep/in', 'two/deep/out']
        .concat(['two/deep/say', 'two/in', 'two/out', 'two/wrap'])
        .sort(),
    );
    expect((await engine.replay(runId)).differences).toEqual([]);
  });

  it('sums what the calls inside cost, at each level', async () => {
    const { run, journal } = setup(root, flows);
    const { runId } = await run({ question: 'q' });
    const { steps } = foldHistory(await journal.events(runId));
    const cost = (step: string) => {
      const end = steps.get(step)?.end;
      return end?.state === 'succeeded' ? end.event.detail?.costUsd : undefined;
    };
    expect([cost('one'), cost('two'), cost('two/deep')]).toEqual([1e-8, 1e-8, 1e-8]);
  });

  it('takes over equal work inside, works again from a node inside, and forks there', async () => {
    const { run, asked } = setup(root, flows);
    const whole = await run({ question: 'q' });
    expect(asked).toHaveLength(2);
    await run({ question: 'q' }, { reuse: { runId: whole.runId, kind: 'rerun' } });
    expect(asked).toHaveLength(2);
    await run({ question: 'q' }, { reuse: { runId: whole.runId, kind: 'rerun', from: 'two' } });
    expect(asked).toHaveLength(3);
    const fork = await run(
      { question: 'q' },
      {
        reuse: { runId: whole.runId, kind: 'fork', from: 'two/deep/say' },
        edits: { 'two/deep/say': { outputs: { value: 'edited' } } },
      },
    );
    expect(fork.outputs).toEqual({ answer: 'wrap(edited)' });
    expect(asked).toHaveLength(3);
  });

  it('gives in every turn what is pinned for a node inside, and takes it over for no run without the pin', async () => {
    const each = graph(
      [input('items'), { id: 'map', type: 't-map' }, runs('two', 'middle', { parent: 'map' }), output],
      ['in > map.items', 'map.item > two.question', 'two.answer > map.result', 'map.results > out.value'],
    );
    const { run, asked, engine, steps } = setup(each, flows);
    const items = { items: ['a', 'b'] };
    const plain = await run(items);
    expect(asked).toHaveLength(2);
    const pins = { 'two/deep/say': { outputs: { value: 'pinned' } } };
    const pinned = await run(items, { edits: pins, reuse: { runId: plain.runId, kind: 'rerun' } });
    expect(pinned.outputs).toEqual({ answer: ['wrap(pinned)', 'wrap(pinned)'] });
    expect(asked).toHaveLength(2);
    expect(await steps(pinned.runId)).toContain('map[1]/two/deep/say');
    expect((await engine.replay(pinned.runId)).differences).toEqual([]);
    // One turn may have another one.
    const turn = { 'map[1]/two/deep/say': { outputs: { value: 'second' } } };
    const both = await run(items, { edits: { ...pins, ...turn } });
    expect(both.outputs).toEqual({ answer: ['wrap(pinned)', 'wrap(second)'] });
    const without = await run(items, { reuse: { runId: pinned.runId, kind: 'rerun' } });
    expect(without.outputs).toEqual(plain.outputs);
    expect(asked).toHaveLength(4);
  });

  it('takes nothing over where the inputs are others, of the run or of the workflow inside', async () => {
    const { run, asked } = setup(root, flows);
    const { runId } = await run({ question: 'q' });
    const other = await run({ question: 'r' }, { reuse: { runId, kind: 'rerun' } });
    expect(other.outputs).toEqual({ answer: 'wrap(m[0:say(m[0:say(r)])])' });
    expect(asked).toHaveLength(4);
    const edited = await run(
      { question: 'q' },
      { reuse: { runId, kind: 'fork', from: 'two' }, edits: { two: { inputs: { question: 'e' } } } },
    );
    expect(edited.outputs).toEqual({ answer: 'wrap(m[0:say(e)])' });
  });

  it('stops before a node inside, and goes on', async () => {
    const { run, engine, journal } = setup(root, flows);
    const stopped = await run({ question: 'q' }, { breakpoints: [{ node: 'two/deep/say' }] });
    expect(stopped.status).toBe('waiting');
    const { waits } = foldHistory(await journal.events(stopped.runId));
    const [wait] = waits.values();
    expect(wait?.event).toMatchObject({ step: 'two/deep/say', kind: 'breakpoint' });
    await engine.cancel(stopped.runId, 'seen');
  });

  it('keeps apart what two uses and each round of a map remember', async () => {
    const each = graph(
      [
        input(),
        { id: 'list', type: 't-list', config: { count: 3 } },
        { id: 'each', type: 't-map', config: { width: 3 } },
        runs('ask', 'inner', { parent: 'each' }),
        output,
      ],
      [
        'in > list',
        'list.items > each.items',
        'each.item > ask.question',
        'ask.answer > each.result',
        'each.results > out.value',
      ],
    );
    const { run, steps, engine } = setup(each, flows);
    const { runId, outputs } = await run({ question: 'q' });
    expect(outputs['answer']).toHaveLength(3);
    expect(await steps(runId)).toContain('each[2]/ask/say');
    expect((await engine.replay(runId)).differences).toEqual([]);
  });

  it('fails as a step inside fails, unless the policy of the node says otherwise', async () => {
    const bad = graph(
      [input(), { id: 'x', type: 't-fail', config: { when: '' } }, output],
      ['in > x', 'x > out.value'],
    );
    const plain = graph([input(), runs('one', 'bad'), output], ['in > one.question', 'one.answer > out.value']);
    const failed = await setup(plain, { bad }).run({ question: 'q' });
    expect(failed).toMatchObject({ status: 'failed', step: 'one' });
    const caught = graph(
      [
        input(),
        runs('one', 'bad', { policy: { onError: { action: 'default', outputs: { answer: 'instead' } } } }),
        output,
      ],
      ['in > one.question', 'one.answer > out.value'],
    );
    expect((await setup(caught, { bad }).run({ question: 'q' })).outputs).toEqual({ answer: 'instead' });
  });
});

describe('linkSubflows', () => {
  it('leaves a workflow that runs no other as it is', () => {
    const source = { workflow: inner, prompts: {} };
    expect(linkSubflows(source, new Map(), registry)).toBe(source);
  });

  it('keeps the aliases of each file apart', () => {
    const withResources = (file: string): Workflow => ({
      ...inner,
      resources: { prompts: { p: { file } }, profiles: { m: { name: file.length > 12 ? 'large' : 'small' } } },
    });
    const root: Workflow = { ...middle, resources: withResources('prompts/a.md').resources };
    const linked = linkSubflows(
      { workflow: root, prompts: { p: 'outer' } },
      new Map([['inner', { workflow: withResources('prompts/other.md'), prompts: { p: 'deeper' } }]]),
      registry,
    );
    expect(linked.prompts).toEqual({ p: 'outer', 'deep/p': 'deeper' });
    expect(linked.workflow.resources.profiles).toEqual({ m: { name: 'small' }, 'deep/m': { name: 'large' } });
  });

  it('makes all inside personal where the node is, and the node where an end of the workflow is', () => {
    const personal = (workflow: Workflow) => workflow.nodes.flatMap((node) => (node.personal ? [node.id] : [])).sort();
    const linked = (root: Workflow, flow: Workflow) =>
      linkSubflows({ workflow: root, prompts: {} }, new Map([['inner', { workflow: flow, prompts: {} }]]), registry)
        .workflow;
    const marked = graph([input(), runs('deep', 'inner', { personal: true }), output], []);
    expect(personal(linked(marked, inner))).toEqual(['deep', 'deep/in', 'deep/out', 'deep/say']);
    const secret = { ...inner, nodes: inner.nodes.map((n) => (n.id === 'in' ? { ...n, personal: true } : n)) };
    expect(personal(linked(middle, secret))).toContain('deep');
    const hidden = { ...inner, nodes: inner.nodes.map((n) => (n.id === 'say' ? { ...n, personal: true } : n)) };
    expect(personal(linked(middle, hidden))).toEqual(['deep/say']);
  });

  it('runs no disabled node', () => {
    const off = graph([input(), runs('deep', 'inner', { disabled: true })], ['in > deep.question']);
    expect(linkSubflows({ workflow: off, prompts: {} }, new Map(), registry).workflow).toBe(off);
  });
});
