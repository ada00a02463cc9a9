import { createContext, useContext } from 'react';
import type { WaitView } from '../../app/core/run/run-view.ts';
import type { PortRef } from '../nodes/connection.ts';
import type { ShownRun } from '../shell/use-shown-run.ts';
import type { ShownGraph } from '../state/shown-graph.ts';

export const CanvasContext = createContext<ShownGraph | undefined>(undefined);
/** The run whose states stand on the nodes: worked out once for all of them. */
export const CanvasRunContext = createContext<ShownRun | undefined>(undefined);
/** Nodes whose results in that run are of an older version. */
export const StaleContext = createContext<ReadonlySet<string>>(new Set());

/** The port that a wire is being drawn from: asked for once and not by every port at every move of the view. */
export const DrawnFromContext = createContext<PortRef | undefined>(undefined);

/** Where the run of the document is stopped, as far as it is looked at. */
export const CanvasStopContext = createContext<WaitView | undefined>(undefined);

export const useCanvasStop = (): WaitView | undefined => useContext(CanvasStopContext);

/** The graph of the canvas around. */
export function useCanvasDocument(): ShownGraph {
  const open = useContext(CanvasContext);
  if (!open) throw new Error('this is drawn on a canvas only');
  return open;
}

/** The run whose states the canvas around shows. */
export function useCanvasRun(): ShownRun {
  const run = useContext(CanvasRunContext);
  if (!run) throw new Error('this is drawn on a canvas only');
  return run;
}
