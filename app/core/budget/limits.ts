import type { Budget, NodeBudget, Period, StandingBudget, WorkflowBudget, WorkspaceBudgets } from './budget.ts';
import { nanoOf } from './money.ts';

/** `call` is held for each call by itself; the others are sums over the ledger. */
export type BudgetScope = 'call' | 'node' | 'run' | 'workflow' | 'day' | 'tag';

/** Which entries of the ledger a limit counts. */
export interface Counted {
  runId?: string;
  node?: string;
  /** Spent by runs of this workflow themselves. */
  workflowId?: string;
  /** Spent by runs of this workflow, and by others where a node of theirs runs it. */
  withinWorkflow?: string;
  /** Spent by the steps that lie in this one. */
  withinStep?: string;
  tag?: string;
  /** Epoch milliseconds: from then on. */
  since?: number;
}

/** One limit that holds for a call. */
export interface ScopedLimit {
  scope: BudgetScope;
  /** Names the sum: `run run_1`, `tag north 2026-11`. Calls with an equal key share it. */
  key: string;
  /** For people: `the day 2026-11-29`. */
  what: string;
  nanoUsd: number;
  /** From this sum on there is a warning. */
  warnNanoUsd: number;
  /** Where it is written, for remedies. */
  source: string;
  counts: Counted;
}

/** A workflow that a node of the run's workflow runs, and in which the spender lies. */
export interface EnclosingFlow {
  /** Path of the step that runs it. */
  step: string;
  workflowId: string;
  budget?: WorkflowBudget;
}

/** Who is about to spend. */
export interface Spender {
  /** Epoch milliseconds. */
  at: number;
  runId?: string | undefined;
  node?: string | undefined;
  workflowId?: string | undefined;
  /** For people, where it is at hand. */
  workflowName?: string | undefined;
  tags?: readonly string[] | undefined;
  /** Outermost first. What is spent in them counts for them and for all around them. */
  inside?: readonly EnclosingFlow[] | undefined;
}

/** What is written about money, in the workspace, in the workflow and at the node. */
export interface BudgetSources {
  workspace?: WorkspaceBudgets | undefined;
  workflow?: WorkflowBudget | undefined;
  node?: NodeBudget | undefined;
}

const WARN_AT = 0.8;
const HERE = 'pipewright.json';

/**
 * The limits that hold for a spender. Of several on one sum the smallest holds: a workflow file can tighten what the
 * workspace allows, and never widen it.
 */
export function limitsFor(
  spender: Spender,
  { workspace = {}, workflow = {}, node = {} }: BudgetSources,
): ScopedLimit[] {
  const limits = new Map<string, ScopedLimit>();
  const add = (
    scope: BudgetScope,
    place: Pick<ScopedLimit, 'key' | 'what' | 'counts'>,
    source: string,
    budget?: Budget,
  ) => {
    if (budget === undefined) return;
    const { usd, warnAt = WARN_AT } = typeof budget === 'number' ? { usd: budget } : budget;
    const nanoUsd = nanoOf(usd);
    const known = limits.get(place.key);
    if (known !== undefined && known.nanoUsd <= nanoUsd) return;
    limits.set(place.key, { scope, ...place, nanoUsd, warnNanoUsd: Math.ceil(nanoUsd * warnAt), source });
  };
  const { at, runId, workflowId, tags = [], inside = [] } = spender;
  const call = { key: 'call', what: 'one call', counts: {} };
  add('call', call, `budgets.call in ${HERE}`, workspace.call);
  add('call', call, 'budget.call of the workflow', workflow.call);
  for (const { workflowId: id, budget } of inside) add('call', call, sourceIn(id, 'call'), budget?.call);
  add('call', call, 'policy.budget.call of the node', node.call);
  if (runId !== undefined && spender.node !== undefined) {
    const place = {
      key: `node ${runId} ${spender.node}`,
      what: `the node ${spender.node} in one run`,
      counts: { runId, node: spender.node },
    };
    add('node', place, `budgets.node in ${HERE}`, workspace.node);
    add('node', place, 'budget.node of the workflow', workflow.node);
    for (const { workflowId: id, budget } of inside) add('node', place, sourceIn(id, 'node'), budget?.node);
    add('node', place, 'policy.budget.node of the node', node.node);
  }
  if (runId !== undefined) {
    const place = { key: `run ${runId}`, what: 'one run', counts: { runId } };
    add('run', place, `budgets.run in ${HERE}`, workspace.run);
    add('run', place, 'budget.run of the workflow', workflow.run);
    for (const { step, workflowId: id, budget } of inside) {
      const within = {
        key: `run ${runId} ${step}`,
        what: `one run of the workflow ${id} (${step})`,
        counts: { runId, withinStep: step },
      };
      add('run', within, sourceIn(id, 'run'), budget?.run);
    }
  }
  const addStanding = (id: string, own: StandingBudget | undefined, source: string, name?: string) => {
    const what = `the workflow ${name === undefined ? id : `“${name}” (${id})`}`;
    const placed = (budget: StandingBudget | undefined) =>
      standing(`workflow ${id}`, what, { withinWorkflow: id }, at, budget);
    add('workflow', placed(workspace.workflow), `budgets.workflow in ${HERE}`, workspace.workflow);
    add('workflow', placed(own), source, own);
  };
  if (workflowId !== undefined)
    addStanding(workflowId, workflow.workflow, 'budget.workflow of the workflow', spender.workflowName);
  for (const { workflowId: id, budget } of inside) addStanding(id, budget?.workflow, sourceIn(id, 'workflow'));
  if (workspace.day !== undefined) {
    const day = standing('day', 'the day', {}, at, { usd: 0, per: 'day' });
    add('day', day, `budgets.day in ${HERE}`, workspace.day);
  }
  for (const tag of new Set(tags)) {
    const budget = Object.hasOwn(workspace.tags ?? {}, tag) ? workspace.tags?.[tag] : undefined;
    add('tag', standing(`tag ${tag}`, `the tag ${tag}`, { tag }, at, budget), `budgets.tags in ${HERE}`, budget);
  }
  return [...limits.values()];
}

const sourceIn = (workflowId: string, scope: BudgetScope) => `budget.${scope} of the workflow ${workflowId}`;

function standing(key: string, what: string, counts: Counted, at: number, budget: StandingBudget | undefined) {
  const per = typeof budget === 'object' ? budget.per : undefined;
  const period = per === undefined || per === 'total' ? undefined : beginOf(per, at);
  if (period === undefined) return { key, what, counts };
  return {
    key: `${key} ${period.name}`,
    what: `${what} ${what === 'the day' ? '' : 'in '}${period.name}`,
    counts: { ...counts, since: period.at },
  };
}

/** The day or month, UTC, that a time lies in: its name and when it began. */
function beginOf(per: Exclude<Period, 'total'>, at: number): { name: string; at: number } {
  const name = new Date(at).toISOString().slice(0, per === 'day' ? '2026-01-01'.length : '2026-01'.length);
  return { name, at: Date.parse(per === 'day' ? name : `${name}-01`) };
}
