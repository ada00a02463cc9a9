import type { ShownGraph } from './shown-graph.ts';
import type { Studio } from './studio.ts';
import { showPanel } from './view-store.ts';

/** Asks why a step gave what it gave; without one, why the run ended as it did. */
export function askWhy(studio: Studio, { run }: Pick<ShownGraph, 'run'>, step?: string): void {
  run.asked.setState({ step });
  showPanel(studio.view, 'dock', 'why');
}

/** Shows what became of the chunks that reached a step; without one, of the first query of the run. */
export function followChunks(studio: Studio, { run }: Pick<ShownGraph, 'run'>, step?: string): void {
  run.looked.setState({ step });
  showPanel(studio.view, 'dock', 'retrieval');
}
