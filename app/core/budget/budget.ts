import * as z from 'zod';
import { later } from '../schema/later.ts';
import { TAG } from './tag.ts';

/** US dollars that may be spent at most. */
const Usd = later(() => z.number().min(0).max(1_000_000));
const Warned = later(() =>
  z.strictObject({
    usd: Usd,
    /** Share of it from which on there is a warning, once; 0.8. */
    warnAt: z.number().min(0.01).max(1).optional(),
  }),
);

/** A limit that nothing passes: the amount in dollars, or with the share from which on there is a warning. */
export const Budget = later(() => z.union([Usd, Warned]));
export type Budget = z.infer<typeof Budget>;

/** What is counted anew with each day or month (UTC), or never. */
export const Period = later(() => z.enum(['day', 'month', 'total']));
export type Period = z.infer<typeof Period>;

/** A limit on what goes on and on: of a workflow, of a tag. */
export const StandingBudget = later(() => z.union([Usd, z.strictObject({ ...Warned.shape, per: z.optional(Period) })]));
export type StandingBudget = z.infer<typeof StandingBudget>;

/** Put on a run and on all that it spends: a customer, a team, a purpose. */
export const Tag = later(() => z.string().regex(TAG));

/** Of a node: for each of its calls with all tries, and for all of them within one run. */
export const NodeBudget = later(() => z.strictObject({ call: z.optional(Budget), node: z.optional(Budget) }));
export type NodeBudget = z.infer<typeof NodeBudget>;

/** In a workflow file: for each run, and for all runs together. Budgets of the workspace hold beside it. */
export const WorkflowBudget = later(() =>
  z.strictObject({
    call: z.optional(Budget),
    node: z.optional(Budget),
    run: z.optional(Budget),
    workflow: z.optional(StandingBudget),
  }),
);
export type WorkflowBudget = z.infer<typeof WorkflowBudget>;

/** In pipewright.json: the same for every workflow, and what the whole workspace spends. */
export const WorkspaceBudgets = later(() =>
  z.strictObject({
    ...WorkflowBudget.shape,
    /** Everything that is spent between midnight and midnight, UTC, within runs and without. */
    day: z.optional(Budget),
    tags: z.record(Tag, StandingBudget).optional(),
    /** Whether calls without a known price go through although a budget holds them: they count for nothing. */
    unknownPrices: z.enum(['block', 'allow']).optional(),
  }),
);
export type WorkspaceBudgets = z.infer<typeof WorkspaceBudgets>;
