import type { BudgetWarning, CostFilter, CostGroup, CostReport, CostRow, CostSum } from '../../core/budget/costs.ts';
import type { ScopedLimit } from '../../core/budget/limits.ts';
import type { Standing } from '../../core/budget/refusal.ts';
import { counted } from './ledger-store.ts';
import type { SqliteDatabase } from './open-database.ts';

/** What the ledger tells, read from its entries alone. */
export interface LedgerReports {
  /** @throws AppError storage.* */
  costs(by: CostGroup, filter?: CostFilter): CostReport;
  standing(limit: ScopedLimit): Standing;
  /** Average tokens of the answers that nodes of a workflow have got, as their providers reported them. */
  answerLengths(workflowId: string): Map<string, number>;
  /** Those that a call of this run, or of any, has brought about. */
  warnings(runId?: string): BudgetWarning[];
}

const SUMS = `count(*) AS calls, coalesce(sum(input_tokens), 0) AS inputTokens,
  coalesce(sum(output_tokens), 0) AS outputTokens, coalesce(sum(nano_usd), 0) AS nanoUsd,
  coalesce(sum(CASE WHEN estimated = 1 THEN nano_usd END), 0) AS estimatedNanoUsd,
  coalesce(sum(1 - price_known), 0) AS unpricedCalls`;

/** What a group is named by, in terms of an entry `e` (and of its tag `t`). */
const keys: Record<CostGroup, string> = {
  workflow: 'e.workflow_id',
  node: "e.workflow_id || ' ' || e.node",
  model: "e.provider || ' ' || e.model",
  profile: 'e.profile',
  prompt: 'e.prompt',
  tag: 't.tag',
  day: "strftime('%Y-%m-%d', e.at / 1000, 'unixepoch')",
  run: 'e.run_id',
};

export function createLedgerReports(db: SqliteDatabase): LedgerReports {
  return {
    costs: (by, filter = {}) =>
      db.guard(() => {
        const { where, values } = counted(filter);
        const from = `FROM entries e${by === 'tag' ? ' LEFT JOIN entry_tags t ON t.entry = e.id' : ''}`;
        const order = by === 'day' ? 'key' : 'nanoUsd DESC, calls DESC, key';
        const rows = db
          .statement<CostRow>(
            `SELECT ${keys[by]} AS key, ${SUMS} ${from} WHERE state <> 'open'${where} GROUP BY key ORDER BY ${order}`,
          )
          .all(...values);
        const total = db
          .statement<CostSum>(`SELECT ${SUMS} FROM entries WHERE state <> 'open'${where}`)
          .get(...values) as CostSum;
        return { by, rows, total };
      }),
    standing: ({ counts }) =>
      db.guard(() => {
        const { where, values } = counted(counts);
        const sum = (state: string) => `coalesce(sum(CASE WHEN state ${state} 'open' THEN nano_usd END), 0)`;
        return db
          .statement<Standing>(
            `SELECT ${sum('<>')} AS spentNanoUsd, ${sum('=')} AS reservedNanoUsd FROM entries WHERE 1 = 1${where}`,
          )
          .get(...values) as Standing;
      }),
    answerLengths: (workflowId) =>
      db.guard(() => {
        const rows = db
          .statement<{ node: string; tokens: number }>(
            `SELECT node, cast(round(avg(output_tokens)) AS INTEGER) AS tokens FROM entries
             WHERE workflow_id = ? AND state = 'answered' AND kind = 'chat' AND estimated = 0 GROUP BY node`,
          )
          .all(workflowId);
        return new Map(rows.map(({ node, tokens }) => [node, tokens]));
      }),
    warnings: (runId) =>
      db.guard(() =>
        db
          .statement<BudgetWarning>(
            `SELECT what, source, limit_nano_usd AS limitNanoUsd, spent_nano_usd AS spentNanoUsd, at, run_id AS runId
             FROM warnings WHERE ? IS NULL OR run_id = ? ORDER BY at, key`,
          )
          .all(runId ?? null, runId ?? null),
      ),
  };
}
