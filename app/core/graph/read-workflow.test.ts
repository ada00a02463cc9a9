import { expect, it } from 'vitest';
import { isAppError } from '../errors/app-error.ts';
import { readWorkflow } from './read-workflow.ts';

const none = new Map();

/** A file of that many nodes, each wired to the next; 3,000 of them are past what is checked as a whole. */
function chain(count: number) {
  return {
    layout: { notes: [{ id: 'n', text: 'A chain', x: 0, y: 0 }] },
    edges: Array.from({ length: count - 1 }, (_, i) => ({
      id: `e${i}`,
      from: { node: `n${i}`, port: 'value' },
      to: { node: `n${i + 1}`, port: 'value' },
    })),
    nodes: Array.from({ length: count }, (_, i) => ({ id: `n${i}`, type: 'some-type', version: 1 })),
    ...{ format: 1, id: 'wf_chain', name: 'Chain' },
  };
}

const read = (file: object) => readWorkflow(JSON.stringify(file), none).workflow;

it('reads a large file as it reads a small one: the same order of fields, the same defaults', () => {
  const [small, large] = [read(chain(3)), read(chain(3000))];
  expect(Object.keys(large)).toEqual(Object.keys(small));
  expect({ ...large, nodes: large.nodes.slice(0, 3), edges: large.edges.slice(0, 2) }).toEqual(small);
  expect([large.nodes.length, large.edges.length]).toEqual([3000, 2999]);
});

it.each([
  ['a node', { nodes: [...chain(3000).nodes, { id: 'x', type: 'T' }] }, '$.nodes[3000].type'],
  ['a wire', { edges: [...chain(3000).edges, { id: 'x' }] }, '$.edges[2999].from'],
  ['a note', { layout: { notes: [{ id: 'n', text: 3, x: 0, y: 0 }] } }, '$.layout.notes[0].text'],
  ['a field beside the lists', { name: 3 }, '$.name'],
  ['a list that is none', { nodes: 3 }, '$.nodes'],
])('names the fault of a large file at its place: %s', (_, change, path) => {
  const fault = (() => {
    try {
      read({ ...chain(3000), ...change });
      return undefined;
    } catch (thrown) {
      return thrown;
    }
  })();
  if (!isAppError(fault)) throw new Error('The file was read.');
  expect(fault.where).toContain(` at ${path}`);
});
