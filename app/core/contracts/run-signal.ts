import * as z from 'zod';
import { Tag } from '../budget/budget.ts';
import { Cost, Usage } from '../graph/values.ts';
import { Name, StepPath, Time } from './procedure.ts';
import { ClassOfError, CodeOfError } from './wire-error.ts';

/** Errors as events and traces hold them. Under a capture setting `data` stays away. */
export const ShownError = z.strictObject({
  code: CodeOfError,
  class: ClassOfError,
  message: z.string(),
  where: z.string().exactOptional(),
  remedy: z.string().exactOptional(),
  data: z.record(z.string(), z.json()).exactOptional(),
});

/** A payload, or what a capture setting leaves of it. */
export const ShownRef = z.union([
  z.strictObject({ value: z.json() }),
  z.strictObject({ digest: z.string(), bytes: z.int() }),
  z.strictObject({ hash: z.string(), bytes: z.int() }),
  z.strictObject({ withheld: z.enum(['capture', 'personal', 'purged']) }),
]);
export const ShownPorts = z.record(z.string(), ShownRef);

export const Capture = z.enum(['full', 'redacted', 'hashed', 'off']);
/** Versions by what was read: `collection docs`. */
const Reads = z.record(z.string(), z.string());
export const WaitKind = z.enum(['review', 'breakpoint', 'uncertain', 'timer']);
export const RunOrigin = z.strictObject({
  parent: z.string(),
  /** `imported`: it ran elsewhere, and is only looked at. */
  kind: z.enum(['rerun', 'fork', 'imported']),
  at: StepPath.exactOptional(),
});
const ShownEdits = z.record(
  z.string(),
  z.strictObject({ inputs: ShownPorts.exactOptional(), outputs: ShownPorts.exactOptional() }),
);
/** Facts for people and traces. */
export const Facts = z.record(z.string(), z.json());
export const CachedFrom = z.strictObject({ run: z.string(), step: z.string(), key: z.string(), at: Time });
/** Whose kept answer a call got, and what that saved in nano-dollars. */
export const CachedAnswer = z.strictObject({
  key: z.string(),
  ageMs: z.number(),
  savedNanoUsd: z.int().exactOptional(),
});
export const LogLevel = z.enum(['debug', 'info', 'warning', 'error']);
export const SkipReason = z.enum(['silent', 'disabled']);
export const Handled = z.enum(['fail', 'default', 'port']);

/** Who decided and what: each part is null where the capture setting hides it. */
const ShownDecision = z.strictObject({
  action: z.string().nullable(),
  values: z.record(z.string(), z.json()),
  by: z.string().nullable(),
  comment: z.string().nullish(),
  at: Time.nullable(),
});

const CallTry = z.strictObject({
  profile: z.string(),
  error: z.string().exactOptional(),
  class: z.string().exactOptional(),
  unsent: z.literal(true).exactOptional(),
  ms: z.number(),
  queuedMs: z.number().exactOptional(),
  waitMs: z.number().exactOptional(),
  nanoUsd: z.int().exactOptional(),
  breaker: z.enum(['open', 'half-open']).exactOptional(),
});
/** How a call came to its answer or its error, where that took more than one try. */
export const CallCourse = z.strictObject({
  tries: z.array(CallTry).exactOptional(),
  fallback: z.strictObject({ place: z.int(), name: z.string(), because: z.string() }).exactOptional(),
});

/** When a breakpoint stops, besides where it stands. */
export const BreakpointTerms = {
  /** CEL over `inputs`, `step`, `index` (the turn of the innermost container) and, on a wire, `value`. */
  when: z.string().min(1).max(10_000).exactOptional(),
  /** Stops at this hit alone. */
  hit: z.int().min(1).max(1_000_000_000).exactOptional(),
  /** Stops at every so many hits. */
  every: z.int().min(1).max(1_000_000_000).exactOptional(),
  /** Gone once it has stopped the run. */
  once: z.literal(true).exactOptional(),
};

const head = { seq: z.int().min(1), at: Time };
const ofStep = { ...head, step: StepPath };
const ofNode = { ...ofStep, node: z.string() };
const ofCall = { ...ofStep, call: z.int(), kind: z.string(), digest: z.string() };

/** What a call used and cost. */
export const accounts = {
  usage: Usage.exactOptional(),
  cost: Cost.exactOptional(),
  model: z.string().exactOptional(),
  provider: z.string().exactOptional(),
  /** Prompt files that a paid request was made of, with their versions. */
  prompt: z.string().exactOptional(),
};

/** One event of a run's log, as it may be shown. */
export const ShownEvent = z.discriminatedUnion('type', [
  z.strictObject({
    ...head,
    type: z.literal('run.created'),
    workflowId: z.string(),
    workflowName: z.string(),
    workflowHash: z.string(),
    snapshot: z.string(),
    inputs: ShownPorts,
    engine: z.string(),
    origin: RunOrigin.exactOptional(),
    edits: ShownEdits.exactOptional(),
    targets: z.array(z.string()).exactOptional(),
    tags: z.array(Tag).exactOptional(),
    capture: Capture,
  }),
  z.strictObject({
    ...head,
    type: z.literal('run.started'),
    owner: z.string(),
    fence: z.int(),
    resumed: z.boolean(),
  }),
  z.strictObject({
    ...head,
    type: z.literal('breakpoints.set'),
    breakpoints: z.array(
      z.strictObject({ node: Name.exactOptional(), edge: Name.exactOptional(), ...BreakpointTerms }),
    ),
  }),
  z.strictObject({
    ...ofStep,
    type: z.literal('breakpoint.hit'),
    breakpoint: z.string(),
    hits: z.int(),
    stops: z.boolean(),
  }),
  z.strictObject({
    ...ofNode,
    type: z.literal('step.started'),
    attempt: z.int(),
    cause: z.enum(['retry', 'crash']).exactOptional(),
  }),
  z.strictObject({
    ...ofCall,
    type: z.literal('call.intended'),
    effect: z.enum(['read', 'paid', 'write', 'irreversible']),
    cause: z.literal('crash').exactOptional(),
  }),
  z.strictObject({
    ...ofCall,
    type: z.literal('call.completed'),
    request: ShownRef,
    response: ShownRef,
    startedAt: Time,
    ...accounts,
    course: CallCourse.exactOptional(),
    cached: CachedAnswer.exactOptional(),
  }),
  z.strictObject({ ...ofCall, ...accounts, type: z.literal('call.failed'), error: ShownError, startedAt: Time }),
  z.strictObject({
    ...ofStep,
    type: z.literal('value.recorded'),
    call: z.int(),
    kind: z.enum(['clock', 'random', 'ids', 'definition']),
    value: z.json(),
  }),
  z.strictObject({
    ...ofStep,
    type: z.literal('step.retried'),
    attempt: z.int(),
    error: ShownError,
    waitMs: z.number(),
    keepsCalls: z.boolean(),
  }),
  z.strictObject({
    ...ofNode,
    type: z.literal('step.finished'),
    attempt: z.int(),
    startedAt: Time,
    outputs: ShownPorts,
    cached: CachedFrom.exactOptional(),
    memo: z.string().exactOptional(),
    reads: Reads.exactOptional(),
    shared: z.literal(true).exactOptional(),
    detail: Facts.exactOptional(),
  }),
  z.strictObject({
    ...ofNode,
    type: z.literal('step.failed'),
    attempt: z.int(),
    startedAt: Time,
    error: ShownError,
    handled: Handled,
    outputs: ShownPorts,
    reads: Reads.exactOptional(),
    detail: Facts.exactOptional(),
  }),
  z.strictObject({ ...ofNode, type: z.literal('step.skipped'), ports: z.array(z.string()), reason: SkipReason }),
  z.strictObject({ ...ofNode, type: z.literal('step.cancelled'), startedAt: Time }),
  z.strictObject({ ...ofStep, type: z.literal('race.won'), edge: z.string() }),
  z.strictObject({
    ...ofStep,
    type: z.literal('step.waiting'),
    wait: z.string(),
    kind: WaitKind,
    title: z.string(),
    payload: ShownRef,
    payloadHash: z.string(),
    actions: z.array(z.string()),
    form: Facts.exactOptional(),
    dueAt: Time.exactOptional(),
    reason: z.string().exactOptional(),
    breakpoint: z.string().exactOptional(),
    edge: z.string().exactOptional(),
    place: z.int().exactOptional(),
    sealed: ShownRef.exactOptional(),
  }),
  z.strictObject({
    ...ofStep,
    type: z.literal('wait.decided'),
    wait: z.string(),
    decision: ShownDecision,
    sealed: ShownRef.exactOptional(),
  }),
  z.strictObject({ ...ofStep, type: z.literal('wait.expired'), wait: z.string() }),
  z.strictObject({
    ...ofStep,
    type: z.literal('log.written'),
    level: LogLevel,
    message: z.string(),
    data: Facts.exactOptional(),
  }),
  z.strictObject({ ...head, type: z.literal('run.waiting'), waits: z.array(z.string()) }),
  z.strictObject({ ...head, type: z.literal('run.finished'), outputs: ShownPorts }),
  z.strictObject({ ...head, type: z.literal('run.failed'), error: ShownError, step: StepPath.exactOptional() }),
  z.strictObject({ ...head, type: z.literal('run.cancelled'), reason: z.string() }),
]);
export type ShownEvent = z.infer<typeof ShownEvent>;

const delta = z.strictObject({ type: z.literal('delta'), step: StepPath, text: z.string() });
const deltaReset = z.strictObject({ type: z.literal('delta.reset'), step: StepPath });
const stepRunning = z.strictObject({ type: z.literal('step.running'), step: StepPath, node: z.string() });

/** What travels while a run works: durable events in the order of their `seq`, and provisional signals between them. */
export const ShownSignal = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('event'), event: ShownEvent }),
  delta,
  deltaReset,
  stepRunning,
]);
export type ShownSignal = z.infer<typeof ShownSignal>;

/** One line of `--events`: an event of the log, or a provisional signal without number and time. */
export const EventLine = z.discriminatedUnion('type', [...ShownEvent.options, delta, deltaReset, stepRunning]);
