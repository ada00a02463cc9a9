import type { LayoutBends } from '../../app/core/graph/workflow.ts';
import { onCanvas } from '../state/graph-queries.ts';
import { itemRef } from '../state/items.ts';
import { defineCommand } from './command.ts';

export interface SetBendsArgs {
  edge: string;
  /** In order from its start, counted from the corner of the container that it lies in; none leads it straight. */
  bends: LayoutBends;
  /** Moves by key go into one step until something else happens. */
  nudge?: boolean;
}

/** Most places that a wire is led through. */
export const MOST_BENDS = 20;
/** So far below its middle a wire gets a bend that nobody placed: it is seen to have one. */
export const BEND_BY = 40;

/** Leads a wire through places of a person's choice. */
export const setBends = defineCommand<SetBendsArgs>('wire.bend', (doc, { edge, bends, nudge }) => {
  if (!doc.edges.has(edge)) return undefined;
  if (bends.length > MOST_BENDS) return { refused: { key: 'wire.manyBends', values: { most: MOST_BENDS } } };
  return {
    patch: { bends: new Map([[edge, bends.length === 0 ? undefined : bends.map(onCanvas)]]) },
    capture: nudge ? 'merge' : 'now',
    ...(nudge && { mergeKey: `bend ${edge}` }),
    label: { key: 'wire.bend' },
    select: [itemRef('edge', edge)],
  };
});
