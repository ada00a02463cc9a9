import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { WaitView } from '../../app/core/run/run-view.ts';
import type { ShownGraph } from '../state/shown-graph.ts';
import { lookedStop, stopsOf } from '../state/stops.ts';

/** Where the run of a document is stopped. The same list as long as it is. */
export function useStops({ run }: Pick<ShownGraph, 'run'>): readonly WaitView[] {
  return useStore(run.store, useShallow(stopsOf));
}

/** The stop that is looked at. */
export function useLookedStop(open: Pick<ShownGraph, 'run' | 'debug'>): WaitView | undefined {
  const stops = useStops(open);
  const chosen = useStore(open.debug.stops, (state) => state.chosen);
  return lookedStop(stops, chosen);
}
