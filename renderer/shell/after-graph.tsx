import { type ReactNode, useContext } from 'react';
import { GraphDrawnContext } from './studio-context.ts';

/**
 * What stands around the graph, which is what one opened the studio for: drawn once the graph is. The place that it
 * stands in is there from the beginning, as large as it will be, so that nothing moves.
 */
export function AfterGraph({ children }: { children: ReactNode }): ReactNode {
  return useContext(GraphDrawnContext) ? children : null;
}
