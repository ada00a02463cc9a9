import type { Budget, Period, StandingBudget, WorkspaceBudgets } from '../../../app/core/budget/budget.ts';
import { TAG } from '../../../app/core/budget/tag.ts';

/** A budget as it stands in the form: texts, empty for what is not said. */
export interface FilledBudget {
  usd: string;
  /** Percent from which on there is a warning. */
  warn: string;
  per: Period;
}

export interface FilledTag extends FilledBudget {
  /** Of the row, as long as the form is open. */
  id: number;
  tag: string;
}

export const budgetScopes = ['call', 'node', 'run', 'workflow', 'day'] as const;
export type BudgetScope = (typeof budgetScopes)[number];

export interface FilledBudgets {
  scopes: { [S in BudgetScope]: FilledBudget };
  tags: FilledTag[];
  /** Calls whose price is not known go through, uncounted. */
  allowUnknown: boolean;
}

export const emptyBudget: FilledBudget = { usd: '', warn: '', per: 'total' };

function filledBudget(budget: Budget | StandingBudget | undefined): FilledBudget {
  if (budget === undefined) return emptyBudget;
  if (typeof budget === 'number') return { ...emptyBudget, usd: String(budget) };
  const { usd, warnAt } = budget;
  const per = 'per' in budget ? budget.per : undefined;
  return {
    usd: String(usd),
    // 0.07 * 100 is 7.000000000000001.
    warn: warnAt === undefined ? '' : String(Number((warnAt * 100).toFixed(6))),
    per: per ?? 'total',
  };
}

export function filledBudgets(budgets: WorkspaceBudgets): FilledBudgets {
  return {
    scopes: {
      call: filledBudget(budgets.call),
      node: filledBudget(budgets.node),
      run: filledBudget(budgets.run),
      workflow: filledBudget(budgets.workflow),
      day: filledBudget(budgets.day),
    },
    tags: Object.entries(budgets.tags ?? {}).map(([tag, budget], id) => ({ id, tag, ...filledBudget(budget) })),
    allowUnknown: budgets.unknownPrices === 'allow',
  };
}

/** As short as it can be written; undefined where no amount is given. */
function budgetOf({ usd, warn, per }: FilledBudget, isStanding: boolean): StandingBudget | undefined {
  if (usd.trim() === '') return undefined;
  const warnAt = warn.trim() === '' ? undefined : Number((Number(warn) / 100).toFixed(8));
  const period = isStanding && per !== 'total' ? per : undefined;
  if (warnAt === undefined && period === undefined) return Number(usd);
  return {
    usd: Number(usd),
    ...(warnAt !== undefined && { warnAt }),
    ...(period !== undefined && { per: period }),
  };
}

/** Scopes whose sum goes on from run to run, so that a period can be given. */
export const isStanding = (scope: BudgetScope): boolean => scope === 'workflow';

/** What the form says, as pipewright.json holds it. */
export function budgetsOf({ scopes, tags, allowUnknown }: FilledBudgets): WorkspaceBudgets {
  const given = budgetScopes.flatMap((scope) => {
    const budget = budgetOf(scopes[scope], isStanding(scope));
    return budget === undefined ? [] : [[scope, budget] as const];
  });
  const tagged = tags.flatMap(({ tag, ...filled }) => {
    const budget = budgetOf(filled, true);
    return budget === undefined ? [] : [[tag.trim(), budget] as const];
  });
  return {
    ...Object.fromEntries(given),
    ...(tagged.length > 0 && { tags: Object.fromEntries(tagged) }),
    ...(allowUnknown && { unknownPrices: 'allow' as const }),
  };
}

/** The first row whose tag cannot be one, or is that of a row above. */
export function faultyTag({ tags }: FilledBudgets): { tag: string; fault: 'invalid' | 'repeated' } | undefined {
  const seen = new Set<string>();
  for (const { tag: written } of tags) {
    const tag = written.trim();
    if (!TAG.test(tag)) return { tag, fault: 'invalid' };
    if (seen.has(tag)) return { tag, fault: 'repeated' };
    seen.add(tag);
  }
  return undefined;
}
