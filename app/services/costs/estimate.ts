import type { WorkspaceBudgets } from '../../core/budget/budget.ts';
import type { Estimate, EstimatedNode } from '../../core/budget/estimate.ts';
import { limitsFor, type ScopedLimit } from '../../core/budget/limits.ts';
import type { Reckoner } from '../../core/budget/reckoning.ts';
import type { Standing } from '../../core/budget/refusal.ts';
import type { HostCapabilities } from '../../core/capabilities/capabilities.ts';
import { works } from '../../core/graph/bypass.ts';
import type { Workflow } from '../../core/graph/workflow.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import { emptyHistory } from '../../core/run/history.ts';
import type { RunSnapshot } from '../../engine/engine-ports.ts';
import { RehearsalLog } from '../../engine/rehearsal-log.ts';
import type { RunResult } from '../../engine/run-result.ts';
import { createdOffline, type OfflinePorts, workOffline } from '../../engine/work-offline.ts';
import { type GivenInput, givenInputs, requireNode } from '../run/run-edits.ts';
import { type ReckonedCall, standInHost } from './stand-in-host.ts';

/** Average length of earlier answers, tokens, by node; nothing where there were none. */
export type AnswerLengths = ReadonlyMap<string, number>;

export interface EstimatePorts {
  offline: OfflinePorts;
  snapshot(workflow: string): Promise<RunSnapshot>;
  host(snapshot: RunSnapshot): HostCapabilities;
  reckoner(snapshot: RunSnapshot): Reckoner;
  budgets: WorkspaceBudgets;
  /** What the ledger knows; absent where nothing was ever spent. */
  ledger: { answerLengths(workflowId: string): AnswerLengths; standing(limit: ScopedLimit): Standing } | undefined;
  /** Epoch milliseconds. */
  now(): number;
}

export interface EstimateRequest {
  workflow: string;
  inputs?: { [name: string]: GivenInput };
  /** Only these nodes and what they need. */
  to?: readonly string[];
  tags?: readonly string[];
}

/**
 * Says what a run may cost, and runs nothing: goes through the workflow with stand-ins for the answers of models, so that
 * prompts are counted as they would be sent. Documents, collections and tables are read; nothing is written or asked.
 *
 * @throws AppError workflow.*, run.input, run.step_not_found
 */
export async function estimateRun(ports: EstimatePorts, request: EstimateRequest): Promise<Estimate> {
  const snapshot = await ports.snapshot(request.workflow);
  const { workflow } = snapshot;
  for (const node of request.to ?? []) requireNode(workflow, node);
  const calls: ReckonedCall[] = [];
  const reckoner = ports.reckoner(snapshot);
  const log = new RehearsalLog([]);
  const result = await workOffline(ports.offline, snapshot, givenInputs(workflow, request.inputs ?? {}), {
    host: standInHost(ports.host(snapshot), reckoner, (call) => calls.push(call)),
    log,
    history: emptyHistory(createdOffline(request.to?.length ? { targets: [...request.to] } : {})),
  });
  const lengths = ports.ledger?.answerLengths(workflow.id) ?? new Map<string, number>();
  const nodes = await byNode(calls, reckoner, lengths);
  const sum = (pick: (node: EstimatedNode) => number) => nodes.reduce((total, node) => total + pick(node), 0);
  const mostNanoUsd = sum((node) => node.mostNanoUsd);
  const asked = new Set(calls.map(({ node }) => node));
  const worked = new Set(log.view.view.steps.map(({ node }) => node));
  return {
    workflowId: workflow.id,
    workflowName: workflow.name,
    nodes,
    likelyNanoUsd: nodes.some(({ likelyNanoUsd }) => likelyNanoUsd === null)
      ? null
      : sum(({ likelyNanoUsd }) => likelyNanoUsd ?? 0),
    mostNanoUsd,
    unpricedCalls: sum(({ unpricedCalls }) => unpricedCalls),
    unreached: request.to?.length
      ? []
      : askers(workflow, ports.offline.registry).filter((id) => !asked.has(id) && !worked.has(id)),
    stoppedBy: stopOf(result, log),
    budgets: budgetsOf(ports, snapshot, request.tags ?? [], nodes),
  };
}

async function byNode(
  calls: readonly ReckonedCall[],
  reckoner: Reckoner,
  lengths: AnswerLengths,
): Promise<EstimatedNode[]> {
  const nodes = new Map<string, EstimatedNode>();
  for (const { node, profile, usage, cost, request } of calls) {
    const key = `${node} ${profile}`;
    const row = nodes.get(key) ?? {
      ...{ node, profile, calls: 0, inputTokens: 0, outputTokens: 0 },
      ...{ likelyNanoUsd: 0, mostNanoUsd: 0, unpricedCalls: 0 },
    };
    nodes.set(key, row);
    row.calls += 1;
    row.inputTokens += usage.inputTokens;
    row.outputTokens += usage.outputTokens;
    row.mostNanoUsd += cost.nanoUsd;
    if (!cost.known) row.unpricedCalls += 1;
    const answer = lengths.get(node);
    // An embedder or reranker gives no text: what it reads is all that it costs.
    if (request === undefined) row.likelyNanoUsd = plus(row.likelyNanoUsd, cost.nanoUsd);
    else if (answer === undefined) row.likelyNanoUsd = null;
    else row.likelyNanoUsd = plus(row.likelyNanoUsd, (await reckoner.generate(request, answer)).cost.nanoUsd);
  }
  return [...nodes.values()];
}

const plus = (a: number | null, b: number): number | null => (a === null ? null : a + b);

/** Nodes that ask models, embedders or rerankers. */
function askers({ nodes }: Workflow, registry: Registry): string[] {
  const needs = (type: string) => registry.get(type)?.manifest.needs ?? [];
  return nodes
    .filter((node) => works(node) && needs(node.type).some((one) => ['model', 'embedder', 'reranker'].includes(one)))
    .map(({ id }) => id);
}

function stopOf({ status, error, step }: RunResult, log: RehearsalLog): Estimate['stoppedBy'] {
  if (status === 'waiting') {
    const wait = log.view.view.waits.find(({ state }) => state === 'open');
    return wait ? { step: wait.step, reason: wait.title } : null;
  }
  return error ? { step: step ?? '', reason: error.message } : null;
}

function budgetsOf(
  { budgets, ledger, now }: EstimatePorts,
  { workflow, flows = {} }: RunSnapshot,
  tags: readonly string[],
  nodes: readonly EstimatedNode[],
): Estimate['budgets'] {
  const spender = { at: now(), runId: 'estimate', workflowId: workflow.id, tags };
  const most = (of: (node: string) => boolean) =>
    nodes.reduce((sum, { node, mostNanoUsd }) => sum + (of(node) ? mostNanoUsd : 0), 0);
  const rows = limitsFor(spender, { workspace: budgets, workflow: workflow.budget }).map((limit) => ({
    limit,
    mostNanoUsd: most(() => true),
  }));
  // A workflow inside also spends on its own account; how often it runs is not told here, so not what one run of it may.
  for (const id of new Set(Object.values(flows).map((flow) => flow.id))) {
    const runners = Object.entries(flows).filter(([, flow]) => flow.id === id);
    const mostNanoUsd = most((node) => runners.some(([runner]) => node.startsWith(`${runner}/`)));
    const inside = runners.slice(0, 1).map(([step, flow]) => ({ ...flow, step, workflowId: id }));
    for (const limit of limitsFor({ at: now(), inside }, { workspace: { workflow: budgets.workflow } }))
      rows.push({ limit, mostNanoUsd });
  }
  return rows
    .filter(({ limit: { scope } }) => scope !== 'call' && scope !== 'node')
    .map(({ limit, mostNanoUsd }) => {
      const standing = ledger?.standing(limit) ?? { spentNanoUsd: 0, reservedNanoUsd: 0 };
      const leftNanoUsd = Math.max(0, limit.nanoUsd - standing.spentNanoUsd - standing.reservedNanoUsd);
      return { what: limit.what, source: limit.source, leftNanoUsd, fits: mostNanoUsd <= leftNanoUsd };
    });
}
