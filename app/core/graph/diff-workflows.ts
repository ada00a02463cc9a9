import { withoutLayout } from './content-hash.ts';
import { canonicalJson, isJsonObject, type Json } from './json.ts';
import type { Workflow } from './workflow.ts';

/** One difference between two workflows. `path` says where: `nodes.answer.config.k`. */
export interface WorkflowChange {
  kind: 'added' | 'removed' | 'changed';
  path: string;
  before?: Json;
  after?: Json;
}

export interface WorkflowDiff {
  /** What the two do differently. */
  logic: WorkflowChange[];
  /** Positions, notes, groups, colours: nothing that runs. */
  layout: WorkflowChange[];
}

const absent = Symbol('absent');
type Part = Json | typeof absent;

/** Lists as objects by id, so that order says nothing and each member is compared with its own. */
function byId(items: readonly { id: string }[]): Json {
  return Object.fromEntries(items.map(({ id, ...rest }) => [id, rest as unknown as Json]));
}

/** Differences by meaning: nodes and edges by id, config by field, layout apart. */
export function diffWorkflows(before: Workflow, after: Workflow): WorkflowDiff {
  const [logicA, logicB] = [before, after].map((workflow) => {
    const { nodes, edges, ...rest } = withoutLayout(workflow);
    return { ...rest, nodes: byId(nodes), edges: byId(edges) } as unknown as Json;
  }) as [Json, Json];
  const [layoutA, layoutB] = [before, after].map(({ layout }) => {
    if (!layout) return {};
    const { notes, groups, ...rest } = layout;
    return {
      ...rest,
      ...(notes && { notes: byId(notes) }),
      ...(groups && { groups: byId(groups) }),
    } as unknown as Json;
  }) as [Json, Json];
  const logic: WorkflowChange[] = [];
  const layout: WorkflowChange[] = [];
  compare(logicA, logicB, '', logic);
  compare(layoutA, layoutB, '', layout);
  return { logic, layout };
}

function compare(before: Part, after: Part, path: string, changes: WorkflowChange[]): void {
  if (before === absent) changes.push({ kind: 'added', path, after: after as Json });
  else if (after === absent) changes.push({ kind: 'removed', path, before });
  else if (isJsonObject(before) && isJsonObject(after)) {
    for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
      const a = Object.hasOwn(before, key) ? (before[key] ?? absent) : absent;
      const b = Object.hasOwn(after, key) ? (after[key] ?? absent) : absent;
      compare(a, b, path === '' ? key : `${path}.${key}`, changes);
    }
  } else if (canonicalJson(before) !== canonicalJson(after)) changes.push({ kind: 'changed', path, before, after });
}
