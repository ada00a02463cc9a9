import { useMemo } from 'react';
import { useStore } from 'zustand';
import { fileOf } from '../state/open-documents.ts';
import { trailIn } from '../state/places.ts';
import type { RunSession } from '../state/run-session.ts';
import type { ShownGraph } from '../state/shown-graph.ts';
import { useStudio } from './studio-context.ts';

/** A run whose states are shown on the nodes of a document. */
export interface ShownRun {
  session: RunSession;
  /** What stands before the ids of its nodes there: `answer/` where the run is of the workflow around. */
  scope: string;
}

/**
 * The run that a document shows: its own, or, inside a workflow that runs it, the run of that one, whichever was begun
 * last.
 */
export function useShownRun(open: ShownGraph): ShownRun {
  const { documents, places } = useStudio();
  const file = useStore(open.document.store, (state) => state.file);
  const trail = useStore(places.store, (state) => trailIn(state, file));
  const outermost = useStore(documents.store, ({ tabs }) =>
    tabs.find((tab) => tab.kind === 'document' && fileOf(tab) === trail[0]?.file),
  );
  const around = outermost?.kind === 'document' ? outermost.run : open.run;
  const ownBegin = useStore(open.run.store, ({ status, view }) =>
    status === 'starting' ? Number.POSITIVE_INFINITY : (view?.createdAt ?? 0),
  );
  const outerBegin = useStore(around.store, ({ view }) => view?.createdAt ?? 0);
  const isOwn = around === open.run || outerBegin <= ownBegin;
  return useMemo(
    () =>
      isOwn
        ? { session: open.run, scope: '' }
        : { session: around, scope: trail.map(({ node }) => `${node}/`).join('') },
    [open, around, trail, isOwn],
  );
}
