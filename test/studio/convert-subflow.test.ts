import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../app/core/graph/json.ts';
import { linkSubflows } from '../../app/core/graph/link-subflows.ts';
import { validateWorkflow } from '../../app/core/graph/validate-workflow.ts';
import { Workflow } from '../../app/core/graph/workflow.ts';
import { createEngine } from '../../app/engine/engine.ts';
import { registry } from '../../nodes/registry.ts';
import { isRefusal } from '../../renderer/commands/command.ts';
import { extractSubflow } from '../../renderer/commands/extract-subflow.ts';
import { extraction, type PortNames, workflowOfExtraction } from '../../renderer/commands/extraction.ts';
import { unpackSubflow } from '../../renderer/commands/unpack-subflow.ts';
import { createDocumentStore } from '../../renderer/state/document-store.ts';
import { testPorts } from '../kit/engine-ports.ts';
import { createMemoryJournal } from '../kit/memory-journal.ts';

type Values = { [name: string]: Json };

/** Runs a workflow by the engine itself. */
async function run(workflow: Workflow, inputs: Values, flows: { [id: string]: Workflow } = {}) {
  const sources = new Map(Object.entries(flows).map(([id, flow]) => [id, { workflow: flow, prompts: {} }]));
  const snapshot = { ...linkSubflows({ workflow, prompts: {} }, sources, registry), profiles: {} };
  const journal = createMemoryJournal();
  const engine = createEngine(testPorts(journal, { registry }));
  const { runId, status, outputs } = await (await engine.start(snapshot, inputs)).result;
  const skipped = (await journal.events(runId)).flatMap((event) => (event.type === 'step.skipped' ? event.node : []));
  return { result: { status, outputs }, skipped };
}

const errorsOf = (workflow: Workflow) =>
  validateWorkflow(workflow, registry).filter(({ severity }) => severity === 'error');

const open = (workflow: Workflow) =>
  createDocumentStore('workflows/a.flow.json', workflow, { hash: 'h', modifiedAt: 0 });

/** Converts a selection; the workflow outside and the one inside, or why not. */
function convert(workflow: Workflow, items: readonly string[]) {
  const document = open(workflow);
  const piece = extraction(document.store.getState().doc, items);
  if (isRefusal(piece)) return piece;
  const names: PortNames = {
    inputs: piece.inputs.map(({ name }) => name),
    outputs: piece.outputs.map(({ name }) => name),
  };
  const about = { id: 'wf_piece', name: 'Piece', names };
  const refused = document.run(extractSubflow, { items, workflow: about.id, name: about.name, names });
  if (refused) return { refused };
  return { piece, document, inside: Workflow.parse(workflowOfExtraction(piece, about)), outside: document.workflow() };
}

/** A step of a drawn workflow; wires come from those before it, told by numbers that mean any of them. */
interface Step {
  kind: 'text' | 'two' | 'router' | 'all' | 'any' | 'map' | 'constant';
  from: [number, number, number];
  disabled: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('text', 'text', 'two', 'router', 'router', 'all', 'any', 'map', 'constant'),
  from: fc.tuple(fc.nat(), fc.nat(), fc.nat()),
  disabled: fc.constantFrom(false, false, false, false, true),
});

/** Data flow with branches, merges, containers that read from outside, and inputs that may stay silent. */
function drawn(steps: readonly Step[]): Workflow {
  type Node = Workflow['nodes'][number];
  const nodes: Node[] = [];
  const edges: Workflow['edges'] = [];
  const sources: { node: string; port: string }[] = [];
  const wire = (from: { node: string; port: string }, node: string, port: string) =>
    edges.push({ id: `e${edges.length}-${node}`, from, to: { node, port } });
  for (const name of ['a', 'b', 'c']) {
    nodes.push({ id: `in-${name}`, type: 'input', version: 1, config: { name } });
    sources.push({ node: `in-${name}`, port: 'value' });
  }
  steps.forEach(({ kind, from, disabled }, at) => {
    const id = `n${at}`;
    const before = [...sources];
    const source = (n: 0 | 1 | 2) => before[from[n] % before.length] as (typeof sources)[number];
    const add = (type: string, config: Node['config'], ports: readonly string[]) => {
      nodes.push({ id, type, version: 1, config, ...(disabled && { disabled }) });
      sources.push(...ports.map((port) => ({ node: id, port })));
    };
    const words = (expression: string) => `{{ ${expression} | join: ',' }}`;
    if (kind === 'text') {
      add('transform', { language: 'template', expression: `${id}(${words('value')})` }, ['value']);
      wire(source(0), id, 'value');
    } else if (kind === 'two') {
      add(
        'transform',
        { language: 'template', expression: `${id}(${words('value')} ${words('x')})`, variables: ['x'] },
        ['value'],
      );
      wire(source(0), id, 'value');
      wire(source(1), id, 'x');
    } else if (kind === 'router') {
      add('router', { branches: [{ name: 'long', when: 'size(string(value)) > 9' }] }, ['long', 'default']);
      wire(source(0), id, 'value');
    } else if (kind === 'all' || kind === 'any') {
      add('merge', { mode: kind }, ['value']);
      const three = new Map([source(0), source(1), source(2)].map((one) => [`${one.node} ${one.port}`, one]));
      for (const one of three.values()) wire(one, id, 'values');
    } else if (kind === 'constant') add('transform', { expression: `'${id}'` }, ['value']);
    else {
      add('map', {}, ['results']);
      nodes.push({ id: `${id}-list`, type: 'transform', version: 1, config: { expression: '[value, value]' } });
      wire(source(0), `${id}-list`, 'value');
      wire({ node: `${id}-list`, port: 'value' }, id, 'items');
      const expression = `${id}(${words('value')} ${words('x')})`;
      const config = { language: 'template', expression, variables: ['x'] };
      nodes.push({ id: `${id}-in`, type: 'transform', version: 1, parent: id, config });
      wire({ node: id, port: 'item' }, `${id}-in`, 'value');
      wire(source(1), `${id}-in`, 'x');
      wire({ node: `${id}-in`, port: 'value' }, id, 'result');
    }
  });
  const outputs: Workflow['outputs'] = {};
  // Everything that a node gives can be seen.
  sources.slice(3).forEach(({ node, port }, at) => {
    const name = `o${at}`;
    outputs[name] = { type: 'any' };
    nodes.push({ id: `out-${name}`, type: 'output', version: 1, config: { name } });
    wire({ node, port }, `out-${name}`, 'value');
  });
  const optional = { type: 'text' as const, required: false };
  return Workflow.parse({
    ...{ format: 1, id: 'wf_drawn', name: 'Drawn', nodes, edges, outputs },
    inputs: { a: optional, b: optional, c: optional },
  });
}

const drawing = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 8 }),
  chosen: fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
  inputs: fc.record({ a: fc.constantFrom('x', 'longer words'), b: fc.constant('yy') }, { requiredKeys: [] }),
});

function chosenIn(workflow: Workflow, numbers: readonly number[]): string[] {
  const own = workflow.nodes.filter(({ type, parent }) => !['input', 'output'].includes(type) && parent === undefined);
  return [...new Set(numbers.map((n) => own[n % own.length]?.id ?? ''))];
}

describe('a selection as a subflow', () => {
  it('gives what it gave, unpacked as well, and is undone in one step', async () => {
    const counts = { converted: 0, refused: 0, unpacked: 0, silent: 0 };
    await fc.assert(
      fc.asyncProperty(drawing, async ({ steps, chosen, inputs }) => {
        const workflow = drawn(steps);
        expect(errorsOf(workflow)).toEqual([]);
        const before = await run(workflow, inputs);
        const made = convert(workflow, chosenIn(workflow, chosen));
        if ('refused' in made) {
          counts.refused += 1;
          expect(made.refused?.key).toBe('extract.cycle');
          return;
        }
        const { piece, document, inside, outside } = made;
        expect([errorsOf(inside), errorsOf(outside)]).toEqual([[], []]);
        const after = await run(outside, inputs, { wf_piece: inside });
        const node = outside.nodes.find(({ type }) => type === 'subflow')?.id ?? '';
        // The one thing that may differ is said before: what waits for nothing from outside is skipped with the rest.
        if (piece.warnings.length === 0 || !after.skipped.includes(node)) {
          expect(after.result).toEqual(before.result);
          counts.converted += 1;
          if (before.skipped.length > 0) counts.silent += 1;
        }
        const unpacked = open(outside);
        expect(unpacked.run(unpackSubflow, { node, workflow: inside })).toBeUndefined();
        expect(errorsOf(unpacked.workflow())).toEqual([]);
        expect((await run(unpacked.workflow(), inputs)).result).toEqual(before.result);
        counts.unpacked += 1;
        expect(document.store.getState().history.past).toHaveLength(1);
        document.undo();
        expect(document.workflow()).toEqual(open(workflow).workflow());
        unpacked.undo();
        expect(unpacked.workflow()).toEqual(open(outside).workflow());
      }),
      { numRuns: 150 },
    );
    expect(counts.converted).toBeGreaterThan(60);
    expect(counts.silent).toBeGreaterThan(20);
    expect(counts.refused).toBeGreaterThan(0);
  }, 60_000);
});
