import type { WorkflowDiff } from '../../app/core/graph/diff-workflows.ts';
import { edgeKind, Frames } from '../../app/core/graph/frames.ts';
import type { Workflow, WorkflowEdge } from '../../app/core/graph/workflow.ts';
import type { RunView, StepView } from '../../app/core/run/run-view.ts';
import { frameOf } from '../../app/core/run/step-path.ts';
import { type ComparedStep, compareRuns } from './compare-runs.ts';
import { framesOf } from './invocations.ts';

/** How a part of a graph stands in a comparison of two runs, or of two versions. */
export type Mark =
  | 'same'
  /** It gave something else; it is set otherwise. */
  | 'changed'
  /** It ran in both and ended otherwise. */
  | 'otherwise'
  /** It ran, or is there, in one alone. */
  | 'before'
  | 'after'
  /** It ran in neither. */
  | 'neither'
  /** Nothing but its place differs. */
  | 'moved';
export const marks: readonly Mark[] = ['otherwise', 'changed', 'before', 'after', 'moved', 'same', 'neither'];

export interface GraphMarks {
  nodes: ReadonlyMap<string, Mark>;
  edges: ReadonlyMap<string, Mark>;
}

/** Wires that only the earlier of two graphs has, or has otherwise, are called by this and their id. */
export const EARLIER = 'earlier/';

/** Two workflows as one graph: all of the later one, and what only the earlier one has at its own place. */
export function overlaid(before: Workflow, after: Workflow): Workflow {
  const nodes = new Set(after.nodes.map(({ id }) => id));
  const edges = new Map(after.edges.map((edge) => [edge.id, edge]));
  const gone = before.edges.filter((edge) => !isSameWire(edges.get(edge.id), edge));
  return {
    ...after,
    nodes: [...after.nodes, ...before.nodes.filter(({ id }) => !nodes.has(id))],
    edges: [...after.edges, ...gone.map((edge) => ({ ...edge, id: EARLIER + edge.id }))],
    layout: {
      ...after.layout,
      positions: { ...before.layout?.positions, ...after.layout?.positions },
    },
  };
}

function isSameWire(a: WorkflowEdge | undefined, b: WorkflowEdge): boolean {
  const isSameEnd = (of: 'from' | 'to') => a?.[of].node === b[of].node && a[of].port === b[of].port;
  return isSameEnd('from') && isSameEnd('to');
}

/** What two versions of a workflow do differently, by the parts of both laid over each other. */
export function marksOfVersions(before: Workflow, after: Workflow, { logic, layout }: WorkflowDiff): GraphMarks {
  const kinds = { added: 'after', removed: 'before', changed: 'changed' } as const;
  const nodes = new Map<string, Mark>([...before.nodes, ...after.nodes].map(({ id }) => [id, 'same']));
  for (const { path } of layout) {
    const [table, id = ''] = path.split('.');
    if (table === 'positions' && nodes.has(id)) nodes.set(id, 'moved');
  }
  for (const { kind, path } of logic) {
    const [table, id = '', field] = path.split('.');
    if (table === 'nodes') nodes.set(id, field === undefined ? kinds[kind] : 'changed');
  }
  const earlier = new Map(before.edges.map((edge) => [edge.id, edge]));
  const edges = new Map<string, Mark>();
  for (const edge of after.edges) edges.set(edge.id, isSameWire(earlier.get(edge.id), edge) ? 'same' : 'after');
  for (const { id } of before.edges) if (edges.get(id) !== 'same') edges.set(EARLIER + id, 'before');
  return { nodes, edges };
}

/** Which parts of a graph two runs went through, and where they gave something else. */
export function marksOfRuns(graph: Workflow, before: RunView, after: RunView): GraphMarks {
  const byNode = Map.groupBy(compareRuns(before, after).steps, ({ node }) => node);
  const nodes = new Map(graph.nodes.map(({ id }) => [id, nodeMark(byNode.get(id) ?? [])]));
  const frames = new Frames(graph.nodes);
  const stepsOf = (run: RunView): Steps => Map.groupBy(run.steps, ({ node }) => node);
  const [earlier, later] = [stepsOf(before), stepsOf(after)];
  const edges = new Map(
    graph.edges.map((edge): [string, Mark] => {
      const [inBefore, inAfter] = [isTaken(edge, frames, earlier), isTaken(edge, frames, later)];
      return [edge.id, inBefore ? (inAfter ? 'same' : 'before') : inAfter ? 'after' : 'neither'];
    }),
  );
  return { nodes, edges };
}

type Steps = ReadonlyMap<string, readonly StepView[]>;

const hasRun = (step: StepView | undefined): boolean => step !== undefined && step.state !== 'skipped';

function nodeMark(steps: readonly ComparedStep[]): Mark {
  const inBefore = steps.some(({ before }) => hasRun(before));
  const inAfter = steps.some(({ after }) => hasRun(after));
  if (!inBefore || !inAfter) return inBefore ? 'before' : inAfter ? 'after' : 'neither';
  if (steps.some(({ change }) => change === 'state')) return 'otherwise';
  // A turn that only one of them had is something else that the node gave.
  return steps.some(({ change }) => change !== 'none' && change !== 'unknown') ? 'changed' : 'same';
}

/** Whether a value went over a wire: one end gave it, and the other, in the same turn, did not stay out. */
function isTaken(edge: WorkflowEdge, frames: Frames, steps: Steps): boolean {
  const { from, to } = edge;
  const sources = steps.get(from.node) ?? [];
  const targets = (steps.get(to.node) ?? []).filter(hasRun);
  const gave = sources.filter(({ outputs }) => Object.hasOwn(outputs, from.port));
  switch (edgeKind(edge, frames)) {
    case 'source':
      return targets.length > 0;
    case 'sink':
      return gave.length > 0;
    case 'through':
      return targets.length > 0;
    default: {
      const turns = new Set(gave.map(({ step }) => frameOf(step)));
      return targets.some(({ step }) => framesOf(step).some((frame) => turns.has(frame)));
    }
  }
}
