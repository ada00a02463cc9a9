import type { WorkspaceBudgets } from '../../core/budget/budget.ts';
import type { BudgetStatus, BudgetWarning, CostFilter, CostGroup, CostReport } from '../../core/budget/costs.ts';
import { limitsFor, type ScopedLimit } from '../../core/budget/limits.ts';
import type { Standing } from '../../core/budget/refusal.ts';
import { isAppError } from '../../core/errors/app-error.ts';
import type { Workflow } from '../../core/graph/workflow.ts';
import type { WorkflowService } from '../workflow/workflow-service.ts';

/** What the service needs of the ledger. */
export interface LedgerIndex {
  costs(by: CostGroup, filter?: CostFilter): CostReport;
  standing(limit: ScopedLimit): Standing;
  warnings(runId?: string): BudgetWarning[];
}

export interface CostServicePorts {
  ledger: LedgerIndex;
  /** As they are now. */
  budgets: () => WorkspaceBudgets;
  workflows: Pick<WorkflowService, 'list' | 'read'>;
  /** Epoch milliseconds. */
  now: () => number;
}

export interface CostService {
  /** What was spent, within runs and without. @throws AppError storage.* */
  report(by: CostGroup, filter?: CostFilter): CostReport;
  /** How the budgets stand that go on from run to run: of the day, of tags, of workflows. */
  budgets(): Promise<BudgetStatus[]>;
  warnings(runId?: string): BudgetWarning[];
}

export function createCostService({ ledger, budgets: inForce, workflows, now }: CostServicePorts): CostService {
  async function readable(): Promise<Workflow[]> {
    const found: Workflow[] = [];
    for (const { file } of await workflows.list()) {
      try {
        found.push((await workflows.read(file)).workflow);
      } catch (thrown) {
        // A workflow that cannot be read spends nothing.
        if (!isAppError(thrown)) throw thrown;
      }
    }
    return found;
  }

  async function standingLimits(): Promise<ScopedLimit[]> {
    const at = now();
    const budgets = inForce();
    const limits = limitsFor({ at, tags: Object.keys(budgets.tags ?? {}) }, { workspace: budgets });
    for (const { id, name, budget } of await readable())
      limits.push(
        ...limitsFor(
          { at, workflowId: id, workflowName: name },
          { workspace: { workflow: budgets.workflow }, workflow: budget },
        ),
      );
    return limits.filter(({ scope }) => scope !== 'call');
  }

  return {
    report: (by, filter) => ledger.costs(by, filter),
    warnings: (runId) => ledger.warnings(runId),
    async budgets() {
      return (await standingLimits()).map((limit) => {
        const { scope, what, source, nanoUsd, warnNanoUsd } = limit;
        return { scope, what, source, limitNanoUsd: nanoUsd, warnNanoUsd, ...ledger.standing(limit) };
      });
    },
  };
}
