import type { WorkflowBudget } from '../../app/core/budget/budget.ts';
import type {
  LayoutBends,
  LayoutGroup,
  LayoutNote,
  Workflow,
  WorkflowEdge,
  WorkflowNode,
} from '../../app/core/graph/workflow.ts';
import { FORMAT } from '../../app/core/graph/workflow.ts';

export type WorkflowInput = Workflow['inputs'][string];
export type WorkflowOutput = Workflow['outputs'][string];
export type Position = NonNullable<NonNullable<Workflow['layout']>['positions']>[string];

/** The records that a document is made of, by table. */
export interface DocRecords {
  /** `id`, `name`, `description` and `$schema` of the workflow. */
  head: string;
  inputs: WorkflowInput;
  outputs: WorkflowOutput;
  collections: { name: string };
  prompts: { file: string };
  profiles: { name: string };
  /** One record at most, under `budget`. */
  budget: WorkflowBudget;
  nodes: WorkflowNode;
  edges: WorkflowEdge;
  /** Where a node stands; inside a container counted from the container's corner. */
  positions: Position;
  notes: LayoutNote;
  groups: LayoutGroup;
  colors: string;
  /** Where wires are led through; inside a container counted from the container's corner. */
  bends: LayoutBends;
  /** Nodes that nobody moves or edits; under `ALL` the whole workflow. */
  locks: true;
}
export type TableName = keyof DocRecords;

/**
 * A workflow as it is edited: immutable tables of records by id. Maps, since a node may be called `constructor`. Order
 * means nothing: files are written in the order of ids.
 */
export type Doc = { readonly [T in TableName]: ReadonlyMap<string, DocRecords[T]> };

/** Stands for the whole workflow in the table of locks; no id of a node looks like this. */
export const ALL = '*';

const fromObject = <T>(object: { readonly [key: string]: T } | undefined): Map<string, T> =>
  new Map(Object.entries(object ?? {}));
const fromList = <T extends { id: string }>(list: readonly T[] | undefined): Map<string, T> =>
  new Map((list ?? []).map((one) => [one.id, one]));

export function docOf(workflow: Workflow): Doc {
  const { $schema, id, name, description, inputs, outputs, resources, budget, nodes, edges, layout } = workflow;
  const head = new Map([
    ['id', id],
    ['name', name],
  ]);
  if ($schema !== undefined) head.set('$schema', $schema);
  if (description !== undefined) head.set('description', description);
  return {
    head,
    inputs: fromObject(inputs),
    outputs: fromObject(outputs),
    collections: fromObject(resources.collections),
    prompts: fromObject(resources.prompts),
    profiles: fromObject(resources.profiles),
    budget: new Map(budget && [['budget', budget]]),
    nodes: fromList(nodes),
    edges: fromList(edges),
    positions: fromObject(layout?.positions),
    notes: fromList(layout?.notes),
    groups: fromList(layout?.groups),
    colors: fromObject(layout?.colors),
    bends: fromObject(layout?.bends),
    locks: new Map([...(layout?.locked?.all ? [ALL] : []), ...(layout?.locked?.nodes ?? [])].map((id) => [id, true])),
  };
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

/** The document as a workflow, without the parts that it has nothing of; lists in the order of ids. */
export function workflowOf(doc: Doc): Workflow {
  const some = <K extends string, T>(key: K, table: ReadonlyMap<string, T>) =>
    (table.size === 0 ? {} : { [key]: Object.fromEntries(table) }) as { [P in K]?: { [id: string]: T } };
  const list = <K extends string, T extends { id: string }>(key: K, table: ReadonlyMap<string, T>) =>
    (table.size === 0 ? {} : { [key]: [...table.values()].sort(byId) }) as { [P in K]?: T[] };
  const layout = {
    ...some('positions', doc.positions),
    ...list('notes', doc.notes),
    ...list('groups', doc.groups),
    ...some('colors', doc.colors),
    ...some('bends', doc.bends),
    ...(doc.locks.size > 0 && { locked: lockedOf(doc.locks) }),
  };
  const budget = doc.budget.get('budget');
  const { $schema, description } = Object.fromEntries(doc.head);
  return {
    ...($schema !== undefined && { $schema }),
    format: FORMAT,
    id: doc.head.get('id') ?? '',
    name: doc.head.get('name') ?? '',
    ...(description !== undefined && { description }),
    inputs: Object.fromEntries(doc.inputs),
    outputs: Object.fromEntries(doc.outputs),
    resources: {
      ...some('collections', doc.collections),
      ...some('prompts', doc.prompts),
      ...some('profiles', doc.profiles),
    },
    ...(budget && { budget }),
    nodes: [...doc.nodes.values()].sort(byId),
    edges: [...doc.edges.values()].sort(byId),
    ...(Object.keys(layout).length > 0 && { layout }),
  };
}

function lockedOf(locks: Doc['locks']): NonNullable<NonNullable<Workflow['layout']>['locked']> {
  const nodes = [...locks.keys()].filter((id) => id !== ALL).sort();
  return { ...(locks.has(ALL) && { all: true }), ...(nodes.length > 0 && { nodes }) };
}
