import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { Cost, Message, Usage } from '../graph/values.ts';
import { DiskVersion, FileHash, Name, Nothing, PromptPath, procedure, Reference, StepPath, Time } from './procedure.ts';
import { RunListItem } from './run.ts';

export const PromptListItem = z.strictObject({ file: z.string(), bytes: z.int(), modifiedAt: z.number() });

/** A prompt file as an editor opens it. */
const OpenedPrompt = z.strictObject({
  ...DiskVersion.shape,
  file: z.string(),
  text: z.string(),
  description: z.string().nullable(),
  variables: z.array(z.string()),
  /** Why it cannot be used as it is. */
  fault: z
    .strictObject({ message: z.string(), where: z.string().nullable(), remedy: z.string().nullable() })
    .nullable(),
});

/** A version of a prompt by its content: 12 digits of its SHA-256. */
const VersionName = z.string().regex(/^[0-9a-f]{12}$/);
const PromptText = z.string().max(1_000_000);
const Values = z.record(Name, z.json());

/** Where prompt files are used, by file. */
const PromptUses = z.record(
  z.string(),
  z.array(
    z.strictObject({
      workflowFile: z.string(),
      workflowName: z.string(),
      workflowId: z.string(),
      nodes: z.array(z.strictObject({ id: z.string(), name: z.string(), inputs: z.record(z.string(), z.string()) })),
    }),
  ),
);

const PromptVersion = z.strictObject({
  version: VersionName,
  isCurrent: z.boolean(),
  savedAt: Time.nullable(),
  bytes: z.int(),
  runs: z.strictObject({ count: z.int(), succeeded: z.int(), failed: z.int(), firstAt: Time, lastAt: Time }).nullable(),
  thumbs: z.strictObject({ up: z.int(), down: z.int() }),
  cost: z
    .strictObject({
      calls: z.int(),
      inputTokens: z.int(),
      outputTokens: z.int(),
      nanoUsd: z.int(),
      unpricedCalls: z.int(),
    })
    .nullable(),
});

const SampleCall = z.strictObject({ runId: z.string(), step: StepPath, profile: z.string() });

/** What a prompt was filled with the last time. */
const PromptSample = z.strictObject({
  from: z.strictObject({ runId: z.string(), step: StepPath, workflowName: z.string(), at: Time }).nullable(),
  values: z.record(z.string(), z.json()),
  /** Personal, or not kept. */
  withheld: z.array(z.string()),
  call: SampleCall.nullable(),
});

const PromptPreview = z.strictObject({
  description: z.string().nullable(),
  variables: z.array(z.strictObject({ name: z.string(), isUsed: z.boolean() })),
  fault: z
    .strictObject({
      message: z.string(),
      where: z.string().nullable(),
      remedy: z.string().nullable(),
      line: z.int().nullable(),
    })
    .nullable(),
  /** What a model would get; null while something is wrong. */
  messages: z.array(Message).nullable(),
  /** An estimate: providers count differently. */
  tokens: z.int().nullable(),
  profiles: z.array(
    z.strictObject({
      profile: z.string(),
      provider: z.string(),
      model: z.string(),
      builtIn: z.boolean(),
      contextWindow: z.int().nullable(),
      maxOutputTokens: z.int().nullable(),
      /** Integer nano-dollars; null when the price is not known. */
      promptNanoUsd: z.int().nullable(),
      mostNanoUsd: z.int().nullable(),
    }),
  ),
});

const Trial = z.strictObject({
  file: PromptPath,
  text: PromptText,
  values: Values,
  profile: Name,
  temperature: z.number().min(0).max(2).exactOptional(),
  maxTokens: z.int().min(1).max(1_000_000).exactOptional(),
  /** A call of an earlier run: context, question and schema that it gave the model are given here too. */
  like: z.strictObject({ runId: Reference, step: StepPath }).exactOptional(),
});

/** What a trial tells: pieces of the answer as they come (`restart` makes those before it void), then the answer. */
export const TrialSignal = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('piece'), text: z.string() }),
  z.strictObject({ type: z.literal('restart') }),
  z.strictObject({
    type: z.literal('answer'),
    text: z.string(),
    finish: z.string(),
    usage: Usage,
    cost: Cost,
    model: z.string(),
    provider: z.string(),
    ms: z.number(),
    /** It was kept from an equal call and cost nothing. */
    isKept: z.boolean(),
  }),
]);
export type TrialSignal = z.infer<typeof TrialSignal>;

export const promptContract = {
  /** Which workflows and nodes each prompt file is written for. */
  uses: procedure.input(Nothing).output(PromptUses),
  /** What the local history kept and what runs have pinned: the version of now first, then the newest. */
  versions: procedure.input(z.strictObject({ file: PromptPath })).output(z.array(PromptVersion)),
  version: procedure
    .input(z.strictObject({ file: PromptPath, version: VersionName }))
    .output(z.strictObject({ text: z.string() })),
  /** Runs that used a version, newest first. */
  runs: procedure
    .input(z.strictObject({ file: PromptPath, version: VersionName, limit: z.int().min(1).max(200).default(20) }))
    .output(z.array(RunListItem)),
  sample: procedure
    .input(z.strictObject({ file: PromptPath, version: VersionName.exactOptional() }))
    .output(PromptSample),
  /** What a text says when it is filled with values, and which profiles it fits. Asks nobody. */
  preview: procedure
    .input(z.strictObject({ file: PromptPath, text: PromptText, values: Values }))
    .output(PromptPreview),
  /**
   * Asks a model once, held to the budgets; the ledger counts it under the tag `try`. Who stops listening ends the call.
   */
  ask: procedure.input(Trial).output(eventIterator(TrialSignal)),

  list: procedure.input(Nothing).output(z.array(PromptListItem)),
  read: procedure.input(z.strictObject({ file: PromptPath })).output(OpenedPrompt),
  /** As `workflow.save`: `base` is the hash of the version that the text was made from, null for a new file. */
  save: procedure
    .input(z.strictObject({ file: PromptPath, text: z.string().max(1_000_000), base: FileHash.nullable() }))
    .output(DiskVersion),
};
