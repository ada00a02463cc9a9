import { expect, it } from 'vitest';
import { changedParts, placeIn } from './changed-parts.ts';

it('puts what differs together by what it is about', () => {
  const node = { type: 'transform', version: 1, config: {} };
  const parts = changedParts({
    logic: [
      { kind: 'removed', path: 'edges.a-b', before: {} },
      { kind: 'changed', path: 'name', before: 'One', after: 'Two' },
      { kind: 'changed', path: 'nodes.b.config.k', before: 1, after: 2 },
      { kind: 'added', path: 'nodes.b.name', after: 'B' },
      { kind: 'added', path: 'nodes.c', after: node },
      { kind: 'added', path: 'nodes.d.name', after: 'D' },
      { kind: 'changed', path: 'outputs.x.type', before: 'text', after: 'any' },
    ],
    layout: [{ kind: 'changed', path: 'positions.a.x', before: 0, after: 1 }],
  });
  expect(parts.map((part) => [part.kind, part.id, part.mark, part.changes.map((one) => placeIn(part, one))])).toEqual([
    ['workflow', '', 'changed', ['name', 'outputs.x.type']],
    ['node', 'b', 'changed', ['config.k', 'name']],
    ['node', 'c', 'after', ['']],
    ['node', 'd', 'changed', ['name']],
    ['edge', 'a-b', 'before', ['']],
    ['layout', '', 'moved', ['positions.a.x']],
  ]);
  expect(changedParts({ logic: [], layout: [] })).toEqual([]);
});
