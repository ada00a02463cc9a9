import { describe, expect, it } from 'vitest';
import { diffWorkflows } from '../../app/core/graph/diff-workflows.ts';
import { Workflow } from '../../app/core/graph/workflow.ts';
import type { RunView, StepState, StepView } from '../../app/core/run/run-view.ts';
import { nodeOf } from '../../app/core/run/step-path.ts';
import { EARLIER, marksOfRuns, marksOfVersions, overlaid } from './graph-marks.ts';

const node = (id: string, more: object = {}) => ({ id, type: 'transform', version: 1, config: {}, ...more });
const edge = (from: string, to: string, id = `${from}-${to}`) => {
  const end = (place: string) => ({ node: place, port: 'value' });
  return { id, from: end(from), to: end(to) };
};
const workflow = (nodes: object[], edges: object[], positions = {}) =>
  Workflow.parse({ format: 1, id: 'wf_one', name: 'One', nodes, edges, layout: { positions } });

describe('two versions of a workflow, laid over each other', () => {
  const before = workflow([node('a'), node('b'), node('gone'), node('moved')], [edge('a', 'b'), edge('a', 'gone')], {
    gone: { x: 7, y: 7 },
    moved: { x: 0, y: 0 },
  });
  const after = workflow(
    [node('a'), node('b', { config: { expression: '2' } }), node('new'), node('moved')],
    [edge('a', 'new', 'a-b'), edge('a', 'b', 'other')],
    { moved: { x: 1, y: 0 } },
  );

  it('have all parts of both, each wire once for each way that it runs', () => {
    const both = overlaid(before, after);
    expect(both.nodes.map(({ id }) => id).sort()).toEqual(['a', 'b', 'gone', 'moved', 'new']);
    expect(both.edges.map(({ id }) => id).sort()).toEqual(['a-b', `${EARLIER}a-b`, `${EARLIER}a-gone`, 'other']);
    expect(both.layout?.positions).toMatchObject({ gone: { x: 7, y: 7 }, moved: { x: 1 } });
    expect(overlaid(before, before)).toEqual(before);
  });

  it('say what is new, gone, set otherwise, moved, and the same', () => {
    const { nodes, edges } = marksOfVersions(before, after, diffWorkflows(before, after));
    expect(Object.fromEntries(nodes)).toEqual({
      ...{ a: 'same', b: 'changed', gone: 'before', new: 'after', moved: 'moved' },
    });
    expect(Object.fromEntries(edges)).toEqual({
      ...{ 'a-b': 'after', other: 'after', [`${EARLIER}a-b`]: 'before', [`${EARLIER}a-gone`]: 'before' },
    });
    const same = marksOfVersions(before, before, diffWorkflows(before, before));
    expect(new Set([...same.nodes.values(), ...same.edges.values()])).toEqual(new Set(['same']));
  });
});

describe('two runs, laid over each other', () => {
  const step = (path: string, state: StepState = 'succeeded', outputs: object = { value: { value: 1 } }) =>
    ({ step: path, node: nodeOf(path), state, outputs, calls: [], retries: [] }) as unknown as StepView;
  const run = (...steps: StepView[]) => ({ steps, workflowHash: 'w' }) as unknown as RunView;
  const marked = (graph: Workflow, before: RunView, after: RunView) => {
    const { nodes, edges } = marksOfRuns(graph, before, after);
    return { nodes: Object.fromEntries(nodes), edges: Object.fromEntries(edges) };
  };

  it('say which ran where, what gave something else, and which ended otherwise', () => {
    const graph = workflow(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => node(id)),
      [],
    );
    const before = run(step('a'), step('b'), step('c'), step('d', 'skipped', {}), step('e'));
    const other = { value: { value: 2 } };
    const after = run(step('a'), step('b', 'succeeded', other), step('c', 'failed'), step('d'), step('e', 'skipped'));
    expect(marked(graph, before, after).nodes).toEqual({
      ...{ a: 'same', b: 'changed', c: 'otherwise', d: 'after', e: 'before', f: 'neither' },
    });
  });

  it('know a wire as taken where one end gave a value and the other did not stay out', () => {
    const graph = workflow(
      ['a', 'b', 'c'].map((id) => node(id)),
      [edge('a', 'b'), edge('a', 'c'), edge('b', 'c')],
    );
    const before = run(step('a'), step('b'), step('c', 'skipped', {}));
    const after = run(step('a'), step('b', 'skipped', {}), step('c'));
    expect(marked(graph, before, after).edges).toEqual({ 'a-b': 'before', 'a-c': 'after', 'b-c': 'neither' });
    const silent = run(step('a', 'succeeded', {}), step('b'), step('c', 'skipped', {}));
    expect(marked(graph, silent, before).edges).toMatchObject({ 'a-b': 'after' });
  });

  it('follow wires from turn to turn, into containers and out of them', () => {
    const inside = { parent: 'map' };
    const graph = workflow(
      [node('a'), node('map', { type: 'map' }), node('x', inside), node('y', inside)],
      [edge('a', 'y'), edge('map', 'x'), edge('x', 'y'), edge('y', 'map')],
    );
    // In no turn both ends of x-y ran.
    const before = run(
      ...[step('a'), step('map[0]/x'), step('map[0]/y', 'skipped', {})],
      ...[step('map[1]/x', 'skipped', {}), step('map[1]/y'), step('map')],
    );
    const after = run(step('a'), step('map[0]/x'), step('map[0]/y'), step('map'));
    expect(marked(graph, before, after).edges).toEqual({
      ...{ 'a-y': 'same', 'map-x': 'same', 'x-y': 'after', 'y-map': 'same' },
    });
  });
});
