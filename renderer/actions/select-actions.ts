import type { Doc } from '../state/document.ts';
import { selectedNodes } from '../state/graph-queries.ts';
import { defineAction } from './action.ts';
import { needsSelection } from './unavailable.ts';

/** Which ends of wires lead on from a node. */
const ways = { upstream: ['to', 'from'], downstream: ['from', 'to'] } as const;

export const actions = [
  ...(['upstream', 'downstream'] as const).map((way) =>
    defineAction({
      id: `select.${way}`,
      title: `action.select.${way}`,
      group: 'edit',
      keys: [way === 'upstream' ? 'Shift+U' : 'Shift+D'],
      unavailable: needsSelection,
      run({ documents }) {
        const document = documents.active()?.document;
        if (!document) return;
        const { doc, selection } = document.store.getState();
        document.select(reached(doc, selectedNodes(doc, selection), [ways[way]]));
      },
    }),
  ),
  defineAction({
    id: 'select.connected',
    title: 'action.select.connected',
    group: 'edit',
    keys: ['Shift+C'],
    unavailable: needsSelection,
    run({ documents }) {
      const document = documents.active()?.document;
      if (!document) return;
      const { doc, selection } = document.store.getState();
      document.select(reached(doc, selectedNodes(doc, selection), Object.values(ways)));
    },
  }),
];

/** The nodes and all that can be reached from them. */
function reached(doc: Doc, from: ReadonlySet<string>, along: readonly (readonly ['from' | 'to', 'from' | 'to'])[]) {
  const all = new Set(from);
  for (let size = -1; size !== all.size; ) {
    size = all.size;
    for (const edge of doc.edges.values())
      for (const [here, there] of along) if (all.has(edge[here].node)) all.add(edge[there].node);
  }
  return all;
}
