import { edgeKind, Frames } from '../graph/frames.ts';
import type { Workflow } from '../graph/workflow.ts';
import { containerOf, frameAround, nodeOf, ownId } from './step-path.ts';

/** Which output of which step leads to an input of a step. */
export interface StepSource {
  port: string;
  from: {
    step: string;
    port: string;
    /** The step is the container around, which gives another value for each turn: no step's outputs hold it. */
    perTurn?: true;
  };
}

/** Where the inputs of a step come from, by the wires of the graph that it ran in; in the order of ports. */
export function stepSources(step: string, { nodes, edges }: Pick<Workflow, 'nodes' | 'edges'>): StepSource[] {
  const frames = new Frames(nodes);
  const node = nodeOf(step);
  const around = frames.around(node);
  return edges
    .flatMap((edge): StepSource[] => {
      if (edge.to.node !== node) return [];
      const kind = edgeKind(edge, frames);
      const { node: source, port } = edge.from;
      if (kind === 'source') {
        const container = containerOf(frameAround(step, around.indexOf(source)));
        return [{ port: edge.to.port, from: { step: container, port, perTurn: true } }];
      }
      if (kind !== 'wire') return [];
      const frame = frameAround(step, around.indexOf(frames.parentOf(source)));
      return [{ port: edge.to.port, from: { step: frame + ownId(source), port } }];
    })
    .sort((a, b) => (a.port < b.port ? -1 : a.port > b.port ? 1 : 0));
}
