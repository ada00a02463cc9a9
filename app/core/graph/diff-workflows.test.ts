import { expect, it } from 'vitest';
import { diffWorkflows } from './diff-workflows.ts';
import { Workflow } from './workflow.ts';

const base = {
  format: 1,
  id: 'wf_one',
  name: 'One',
  nodes: [
    { id: 'a', type: 'transform', version: 1, config: { expression: '1', nested: { deep: [1, 2] } } },
    { id: 'b', type: 'transform', version: 1, config: { expression: '2' } },
  ],
  edges: [{ id: 'e', from: { node: 'a', port: 'value' }, to: { node: 'b', port: 'value' } }],
  layout: { positions: { a: { x: 0, y: 0 } } },
};
const workflow = (change: (draft: typeof base) => void = () => undefined) => {
  const draft = structuredClone(base);
  change(draft);
  return Workflow.parse(draft);
};
const logic = (change: (draft: typeof base) => void) => diffWorkflows(workflow(), workflow(change)).logic;

it('sees no difference in order and layout', () => {
  const moved = workflow((draft) => {
    draft.nodes.reverse();
    draft.layout.positions.a.x = 5;
  });
  expect(diffWorkflows(workflow(), moved)).toEqual({
    logic: [],
    layout: [{ kind: 'changed', path: 'positions.a.x', before: 0, after: 5 }],
  });
});

it('names each field by its node, and whole nodes and wires by their ids', () => {
  expect(logic((draft) => Object.assign(draft.nodes[0]?.config ?? {}, { expression: '3' }))).toEqual([
    { kind: 'changed', path: 'nodes.a.config.expression', before: '1', after: '3' },
  ]);
  expect(logic((draft) => draft.nodes.push({ id: 'c', type: 'note', version: 1, config: {} as never }))).toEqual([
    { kind: 'added', path: 'nodes.c', after: { type: 'note', version: 1, config: {} } },
  ]);
  expect(logic((draft) => draft.edges.pop())).toMatchObject([{ kind: 'removed', path: 'edges.e' }]);
  expect(logic((draft) => Object.assign(draft, { name: 'Two' }))).toEqual([
    { kind: 'changed', path: 'name', before: 'One', after: 'Two' },
  ]);
});
