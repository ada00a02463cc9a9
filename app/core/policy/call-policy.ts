import * as z from 'zod';
import { type ErrorClass, errorClasses } from '../errors/error-classes.ts';
import { later } from '../schema/later.ts';

/**
 * What is done about calls of models, embedders and rerankers that fail. A profile says it for all its calls, a node for
 * its own; the node wins field by field.
 */
const milliseconds = later(() => z.int().min(1).max(86_400_000));
const classes = Object.keys(errorClasses) as [ErrorClass, ...ErrorClass[]];
const ErrorClassName = later(() => z.enum(classes));

export const CallTimeouts = later(() =>
  z.strictObject({
    /** Until there is a connection; 10 s unless said otherwise. */
    connectMs: milliseconds.optional(),
    /** Longest silence once the answer has begun; 30 s. */
    idleMs: milliseconds.optional(),
    /** The whole of one attempt; 60 s. */
    totalMs: milliseconds.optional(),
  }),
);

/** When to try again. Attempts count the first one; without `attempts` each class has the number of the class table. */
export const Retry = later(() =>
  z.strictObject({
    /** Attempts in all, for every class. */
    attempts: z.int().min(1).max(10).optional(),
    /** Attempts in all for certain classes, over `attempts`. */
    byClass: z.partialRecord(ErrorClassName, z.int().min(1).max(10)).optional(),
    /** First and longest wait; each doubles the one before and is drawn uniformly from 0 to it (full jitter). */
    baseMs: milliseconds.optional(),
    maxMs: milliseconds.optional(),
    /** A server that asks for a longer wait than this is not waited for: the next fallback is asked at once. */
    longestWaitMs: milliseconds.optional(),
    /** Error classes to retry; by default those that the class table marks as passing. */
    on: z.array(ErrorClassName).max(classes.length).optional(),
  }),
);
export type Retry = z.infer<typeof Retry>;

/** Classes for which a fallback answers; without it: every class for which another may do better. */
const SomeClasses = later(() => z.array(ErrorClassName).min(1).max(classes.length));

/** What answers when a call has failed for good. They are asked in order, each for the classes that it names. */
export const Fallback = later(() =>
  z.union([
    /** Another profile of the workspace. One that lacks an ability that the call needs is passed over. */
    z.strictObject({ profile: z.string().min(1).max(64), on: z.optional(SomeClasses) }),
    /** A text, or JSON where the call has a schema, in place of the answer. */
    z.strictObject({ value: z.json(), on: z.optional(SomeClasses) }),
    /** A person: the run waits until somebody answers, in this process or a later one. After them nobody is asked. */
    z.strictObject({
      person: z.strictObject({
        title: z.string().min(1).max(200).default('Answer in place of the model'),
        timeoutMs: z.int().min(1).max(31_536_000_000).optional(),
      }),
      on: z.optional(SomeClasses),
    }),
  ]),
);
export type Fallback = z.infer<typeof Fallback>;

/**
 * Keeps answers for equal calls: the same provider, model and settings, messages, prompts and documents. Of a profile it
 * counts for chat with temperature 0, embeddings and rerankers; a node asks for it at any temperature.
 */
export const KeptAnswers = later(() =>
  z.union([
    z.literal(false),
    z.strictObject({
      /** How long an answer is fresh. */
      ttlMs: z.int().min(1).max(31_536_000_000),
      /** Calls share answers only within one scope: any name, such as that of a customer. */
      scope: z.string().max(200).optional(),
    }),
  ]),
);
export type KeptAnswers = z.infer<typeof KeptAnswers>;

/** Fields that nodes and profiles have in common. */
const CommonPolicy = later(() =>
  z.strictObject({
    cache: z.optional(KeptAnswers),
    fallbacks: z.array(Fallback).max(10).optional(),
    /** Longest wait for a free place under the limits of a profile; 90 s, for a limit of a minute may have to run out. */
    queueMs: milliseconds.optional(),
  }),
);

/** Of a node: beside its policy `retry`, which counts for its calls too. */
export const NodeCallPolicy = later(() =>
  z.strictObject({ timeouts: z.optional(CallTimeouts), ...CommonPolicy.shape }),
);
export type NodeCallPolicy = z.infer<typeof NodeCallPolicy>;

/** Of a profile. */
export const ProfileCallPolicy = later(() =>
  z.strictObject({
    timeouts: CallTimeouts.default({}),
    retry: z.optional(Retry),
    ...CommonPolicy.shape,
    /** Extra calls a minute that retries may make: a share of the calls of that minute, but always so many. */
    retryBudget: z
      .strictObject({ share: z.number().min(0).max(1).default(0.2), atLeast: z.int().min(0).max(1000).default(10) })
      .optional(),
    /** Opens after so many failures in a row, or when this share of the calls of a minute fails; then asks again after `openMs`. */
    breaker: z
      .union([
        z.literal(false),
        z.strictObject({
          failures: z.int().min(1).max(1000).default(5),
          share: z.number().min(0.05).max(1).default(0.5),
          /** Calls a second that there must be for the share to count. */
          minimumRps: z.number().min(0.01).max(1000).default(0.2),
          openMs: milliseconds.default(15_000),
        }),
      ])
      .optional(),
    /** What the provider allows the key; shared by all runs and processes of the workspace. Learned from its answers where not given. */
    limits: z
      .strictObject({
        requestsPerMinute: z.number().min(0.01).max(10_000_000).optional(),
        tokensPerMinute: z.int().min(1).max(1_000_000_000).optional(),
        inputTokensPerMinute: z.int().min(1).max(1_000_000_000).optional(),
        outputTokensPerMinute: z.int().min(1).max(1_000_000_000).optional(),
        /** Calls under way at once. */
        inFlight: z.int().min(1).max(10_000).optional(),
        /** Whether limits that answers tell are kept to; on unless said otherwise. */
        learn: z.boolean().default(true),
      })
      .optional(),
    /** False: calls of nodes marked personal are never sent to this profile. */
    personalData: z.boolean().optional(),
  }),
);
export type ProfileCallPolicy = z.infer<typeof ProfileCallPolicy>;

/** A policy with nothing left open. */
export interface CallPolicy {
  timeouts: { connectMs: number; idleMs: number; totalMs: number };
  retry: Retry & { baseMs: number; maxMs: number; longestWaitMs: number };
  fallbacks: readonly Fallback[];
  queueMs: number;
}

const usual = {
  timeouts: { connectMs: 10_000, idleMs: 30_000, totalMs: 60_000 },
  retry: { baseMs: 500, maxMs: 30_000, longestWaitMs: 60_000 },
  queueMs: 90_000,
};

/** Of the node where it says something, else of the profile, else as documented. */
export function callPolicy(
  profile: Pick<ProfileCallPolicy, 'timeouts' | 'retry' | 'fallbacks' | 'queueMs'>,
  node: { retry?: Retry | undefined; calls?: NodeCallPolicy | undefined } = {},
): CallPolicy {
  const calls = node.calls ?? {};
  return {
    timeouts: { ...usual.timeouts, ...given(profile.timeouts), ...given(calls.timeouts) },
    retry: { ...usual.retry, ...given(profile.retry), ...given(node.retry) },
    fallbacks: calls.fallbacks ?? profile.fallbacks ?? [],
    queueMs: calls.queueMs ?? profile.queueMs ?? usual.queueMs,
  };
}

/** The members that have a value. */
function given<T extends object>(part: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(part ?? {}).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** Attempts in all that a policy allows for a class, the first included. */
export function attemptsFor(errorClass: ErrorClass, retry: Retry): number {
  const row = errorClasses[errorClass];
  const passes = row.action === 'retry' || row.action === 'wait-and-retry';
  const own = retry.byClass?.[errorClass];
  if (retry.on !== undefined && !retry.on.includes(errorClass)) return 1;
  if (retry.on === undefined && !passes && own === undefined) return 1;
  return own ?? retry.attempts ?? row.attempts;
}

/**
 * Classes after which nobody else is asked unless a fallback names them: the fault is the author's, or another answer is
 * not what is wanted.
 */
const noFallback: ReadonlySet<ErrorClass> = new Set<ErrorClass>([
  'invalid_request',
  'budget.hard',
  'cancelled',
  'policy.denied',
  'lease.lost',
  'internal',
  'deadline',
  'disk.full',
  'storage.busy',
  'storage.corrupt',
]);
/** And these never, whatever a fallback names. */
const neverFallback: ReadonlySet<ErrorClass> = new Set<ErrorClass>([
  'invalid_request',
  'budget.hard',
  'cancelled',
  'lease.lost',
  'internal',
]);

/** Whether a fallback answers for a class. */
export function answersFor(fallback: Fallback, errorClass: ErrorClass): boolean {
  if (neverFallback.has(errorClass)) return false;
  return fallback.on === undefined ? !noFallback.has(errorClass) : fallback.on.includes(errorClass);
}
