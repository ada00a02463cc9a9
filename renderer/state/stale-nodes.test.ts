import { describe, expect, it } from 'vitest';
import { Workflow } from '../../app/core/graph/workflow.ts';
import { docOf } from './document.ts';
import { staleNodes } from './stale-nodes.ts';

const node = (id: string, more: object = {}) => ({
  id,
  type: 'transform',
  version: 1,
  config: { expression: 'value' },
  ...more,
});
const wire = (from: string, to: string) => ({
  id: `${from}-${to}`,
  from: { node: from, port: 'value' },
  to: { node: to, port: 'value' },
});
const then = Workflow.parse({
  format: 1,
  id: 'wf_stale',
  name: 'Stale',
  nodes: [
    node('a'),
    node('b'),
    node('c'),
    { id: 'each', type: 'map', version: 1 },
    node('in', { parent: 'each' }),
    node('z'),
  ],
  edges: [wire('a', 'b'), wire('b', 'c')],
});
const staleAfter = (change: (workflow: Workflow) => Workflow) => [...staleNodes(then, docOf(change(then)))].sort();
const changed = (id: string, more: object) => (workflow: Workflow) => ({
  ...workflow,
  nodes: workflow.nodes.map((one) => (one.id === id ? { ...one, ...more } : one)),
});

describe('results of an older version', () => {
  it('are none while only names and places change', () => {
    expect(staleAfter(changed('a', { name: 'Renamed' }))).toEqual([]);
    expect(staleAfter((workflow) => ({ ...workflow, layout: { positions: { a: { x: 9, y: 9 } } } }))).toEqual([]);
  });

  it('are those of what was changed and of all that comes after it', () => {
    expect(staleAfter(changed('b', { config: { expression: '1' } }))).toEqual(['b', 'c']);
    expect(staleAfter(changed('a', { bypassed: true }))).toEqual(['a', 'b', 'c']);
    expect(staleAfter(changed('in', { disabled: true }))).toEqual(['each', 'in']);
  });

  it('are those of what a wire was taken from or led to', () => {
    expect(staleAfter((workflow) => ({ ...workflow, edges: [wire('a', 'b')] }))).toEqual(['c']);
    expect(staleAfter((workflow) => ({ ...workflow, edges: [...workflow.edges, wire('c', 'z')] }))).toEqual(['z']);
  });
});
