import { nodeOf } from '../../app/core/run/step-path.ts';
import { addressOfRun } from './frozen-graph.ts';
import type { ShownGraph } from './shown-graph.ts';
import type { Studio } from './studio.ts';

/**
 * Shows a step where it happened: its node in the middle, with the figures and values of exactly that turn. What the
 * workflow has no longer, or runs inside a node, is shown on the graph as it ran. @throws what the host says
 */
export async function locateStep(studio: Studio, graph: ShownGraph, { run, step }: { run: string; step: string }) {
  const node = nodeOf(step);
  if (graph.document.store.getState().doc.nodes.has(node)) return look(studio, graph, step);
  await studio.documents.open(addressOfRun(run));
  const frozen = studio.documents.graph();
  if (frozen) look(studio, frozen, step);
}

function look({ canvas }: Studio, { key, document, run }: ShownGraph, step: string): void {
  const node = nodeOf(step);
  run.looked.setState({ step });
  document.select([node]);
  const { handle } = canvas.getState();
  // A canvas that is yet to be drawn begins with it.
  if (handle?.key === key) handle.reveal(node);
  else canvas.setState({ first: { key, node } });
}
