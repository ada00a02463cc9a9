import * as z from 'zod';
import { Tag, WorkspaceBudgets } from '../budget/budget.ts';
import { costGroups } from '../budget/costs.ts';
import { ModelPrice } from '../budget/prices.ts';
import { FileHash, Name, Nothing, procedure, Reference, Time, WorkflowReference } from './procedure.ts';

const sums = {
  calls: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  /** Integer nano-dollars. */
  nanoUsd: z.int(),
  /** The part that nobody has confirmed. */
  estimatedNanoUsd: z.int(),
  /** Calls without a known price: `nanoUsd` does not hold them. */
  unpricedCalls: z.int(),
};
const CostBy = z.enum(costGroups);

const CostReport = z.strictObject({
  by: CostBy,
  rows: z.array(z.strictObject({ key: z.string().nullable(), ...sums })),
  total: z.strictObject(sums),
});

const BudgetStatus = z.strictObject({
  scope: z.enum(['call', 'node', 'run', 'workflow', 'day', 'tag']),
  /** For people: `the day 2026-11-29`. */
  what: z.string(),
  /** Where the limit is written. */
  source: z.string(),
  limitNanoUsd: z.int(),
  warnNanoUsd: z.int(),
  spentNanoUsd: z.int(),
  /** Held back for calls under way. */
  reservedNanoUsd: z.int(),
});

const BudgetWarning = z.strictObject({
  what: z.string(),
  source: z.string(),
  limitNanoUsd: z.int(),
  spentNanoUsd: z.int(),
  at: Time,
  runId: z.string().nullable(),
});

const PricedProfile = z.strictObject({
  profile: z.string(),
  use: z.enum(['chat', 'embedding', 'rerank']),
  provider: z.string(),
  model: z.string(),
  /** US dollars per million tokens; null: not known. */
  price: ModelPrice.nullable(),
  /** More for long prompts. */
  rises: z.boolean(),
  source: z.string().nullable(),
});

const Estimate = z.strictObject({
  workflowId: z.string(),
  workflowName: z.string(),
  nodes: z.array(
    z.strictObject({
      node: z.string(),
      profile: z.string(),
      calls: z.int(),
      inputTokens: z.int(),
      outputTokens: z.int(),
      /** Null where no earlier answers tell how long they are. */
      likelyNanoUsd: z.int().nullable(),
      mostNanoUsd: z.int(),
      unpricedCalls: z.int(),
    }),
  ),
  likelyNanoUsd: z.int().nullable(),
  mostNanoUsd: z.int(),
  unpricedCalls: z.int(),
  /** Nodes that ask models and that the stand-ins did not lead to. */
  unreached: z.array(z.string()),
  stoppedBy: z.strictObject({ step: z.string(), reason: z.string() }).nullable(),
  budgets: z.array(z.strictObject({ what: z.string(), source: z.string(), leftNanoUsd: z.int(), fits: z.boolean() })),
});

const WrittenBudgets = z.strictObject({ budgets: WorkspaceBudgets, hash: z.string() });
export type WrittenBudgets = z.infer<typeof WrittenBudgets>;

/** As much as any list of prices needs. */
const PriceText = z.string().min(1).max(1_000_000);

const WrittenPrices = z.strictObject({
  text: z.string(),
  hash: z.string(),
  /** The day that its figures are of; null where it cannot be used. */
  date: z.string().nullable(),
  models: z.int(),
  problem: z.strictObject({ message: z.string(), where: z.string() }).nullable(),
});
export type WrittenPrices = z.infer<typeof WrittenPrices>;

const PricePreview = z.strictObject({
  /** Empty for the table of the release. */
  date: z.string(),
  models: z.int(),
  /** US dollars per million tokens, now and by it; null: not known. */
  profiles: z.array(
    z.strictObject({
      profile: z.string(),
      model: z.string(),
      before: ModelPrice.nullable(),
      after: ModelPrice.nullable(),
    }),
  ),
});
export type PricePreview = z.infer<typeof PricePreview>;

export const costsContract = {
  /** What was spent, within runs and without, summed up. */
  report: procedure
    .input(
      z.strictObject({
        by: CostBy.default('workflow'),
        since: Time.exactOptional(),
        workflowId: z.string().max(100).exactOptional(),
        run: Reference.exactOptional(),
        tag: Tag.exactOptional(),
      }),
    )
    .output(CostReport),
  /** What a run may cost, found with stand-ins for the answers of models: asks nobody, writes nothing. */
  estimate: procedure
    .input(
      z.strictObject({
        workflow: WorkflowReference,
        inputs: z.record(Name, z.json()).exactOptional(),
        /** Only these nodes and what they need. */
        to: z.array(Name).max(1000).exactOptional(),
        tags: z.array(Tag).max(20).exactOptional(),
      }),
    )
    .output(Estimate),
  /** What the models of the profiles cost, and where that is said. */
  prices: procedure.input(Nothing).output(z.array(PricedProfile)),
  /** How the budgets stand that go on from run to run, and those that have passed their share for a warning. */
  budgets: procedure
    .input(Nothing)
    .output(z.strictObject({ budgets: z.array(BudgetStatus), warnings: z.array(BudgetWarning) })),
  /** The budgets that pipewright.json sets, with the hash of the file, which `setLimits` wants back. */
  limits: procedure.input(Nothing).output(WrittenBudgets),
  /**
   * Writes them; calls from then on are held to them, also those of runs under way. When the file is another one than
   * `base`, it fails with `file.conflict`.
   */
  setLimits: procedure.input(z.strictObject({ budgets: WorkspaceBudgets, base: FileHash })).output(WrittenBudgets),
  /** The prices of the workspace's own; null where those of the release count alone. */
  priceFile: procedure.input(Nothing).output(WrittenPrices.nullable()),
  /** What a price file would come to; without a text: taking the workspace's own away. Changes nothing. */
  previewPrices: procedure.input(z.strictObject({ text: PriceText.nullable() })).output(PricePreview),
  /** Puts it in the place of the one there (`base` null: none), or takes that away. What was spent stays as it was reckoned. */
  setPrices: procedure
    .input(z.strictObject({ text: PriceText.nullable(), base: FileHash.nullable() }))
    .output(z.strictObject({})),
};
