import type { ErrorWire } from '../core/errors/app-error.ts';
import type { Json } from '../core/graph/json.ts';
import type { Workflow } from '../core/graph/workflow.ts';
import type { Cell } from './cells.ts';
import type { Frame, Outputs } from './frame.ts';
import type { RunSetup } from './run-setup.ts';

export interface RunResult {
  runId: string;
  /** `interrupted`: stopped by its host, can be resumed. `waiting`: for a person or a timer. */
  status: 'succeeded' | 'failed' | 'cancelled' | 'waiting' | 'interrupted';
  outputs: { [name: string]: Json };
  /** Of a run to certain nodes: what these gave, by port, except what is among `outputs`. */
  targets?: { [node: string]: { [port: string]: Json } };
  error?: ErrorWire;
  /** The step that failed the run. */
  step?: string;
  /** Open waits by id. */
  waits?: string[];
  /** When the first of them is due, epoch milliseconds: from then on a resume goes on by itself. */
  dueAt?: number;
}

/** The cells of the workflow's outputs; one that stayed silent is not among them. */
export function runOutputs({ plan }: RunSetup, root: Frame): Outputs {
  const outputs: { [name: string]: Cell } = {};
  for (const [name, node] of plan.outputs) {
    const cell = root.outputs[node.order]?.value;
    if (cell) outputs[name] = cell;
  }
  return outputs;
}

/** What the nodes gave that a run was asked to go to. */
export async function targetValues(
  { history, plan, snapshot }: RunSetup,
  root: Frame,
  load: (cell: Cell) => Promise<Json>,
): Promise<RunResult['targets']> {
  const wanted = history.created.targets;
  if (!wanted) return undefined;
  const given = new Set([...plan.outputs.values()].map(({ id }) => id));
  const targets: NonNullable<RunResult['targets']> = {};
  // A node inside a container was meant as that container.
  const tops = new Set(wanted.map((id) => topOf(snapshot.workflow, id)));
  for (const node of plan.root.nodes) {
    if (given.has(node.id) || !tops.has(node.id)) continue;
    const values: { [port: string]: Json } = {};
    for (const [port, cell] of Object.entries(root.outputs[node.order] ?? {})) values[port] = await load(cell);
    targets[node.id] = values;
  }
  return targets;
}

function topOf(workflow: Workflow, id: string): string {
  const node = workflow.nodes.find((one) => one.id === id);
  return node?.parent === undefined ? id : topOf(workflow, node.parent);
}
