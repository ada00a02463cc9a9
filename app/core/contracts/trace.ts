import * as z from 'zod';
import { Decision } from '../graph/values.ts';
import { StepPath, Time } from './procedure.ts';
import {
  accounts,
  CachedAnswer,
  CachedFrom,
  CallCourse,
  Capture,
  Facts,
  Handled,
  LogLevel,
  RunOrigin,
  ShownError,
  ShownPorts,
  ShownRef,
  SkipReason,
  WaitKind,
} from './run-signal.ts';

const Spent = z.strictObject({
  inputTokens: z.int(),
  outputTokens: z.int(),
  /** Integer nano-dollars. */
  nanoUsd: z.int(),
  unpriced: z.int(),
});

const TracedCall = z.strictObject({
  call: z.int(),
  kind: z.string(),
  state: z.enum(['running', 'completed', 'failed']),
  startedAt: Time,
  endedAt: Time.exactOptional(),
  request: ShownRef.exactOptional(),
  response: ShownRef.exactOptional(),
  error: ShownError.exactOptional(),
  ...accounts,
  course: CallCourse.exactOptional(),
  cached: CachedAnswer.exactOptional(),
});

export const StepState = z.enum([
  'running',
  'waiting',
  'paused',
  'needs-decision',
  'retrying',
  'succeeded',
  'cached',
  'failed',
  'skipped',
  'cancelled',
]);

const TracedStep = z.strictObject({
  step: StepPath,
  node: z.string(),
  state: StepState,
  attempt: z.int(),
  startedAt: Time.exactOptional(),
  endedAt: Time.exactOptional(),
  calls: z.array(TracedCall),
  retries: z.array(z.strictObject({ attempt: z.int(), at: Time, waitMs: z.number(), error: ShownError })),
  spent: Spent,
  outputs: ShownPorts,
  error: ShownError.exactOptional(),
  handled: Handled.exactOptional(),
  cached: CachedFrom.exactOptional(),
  skipped: z.strictObject({ reason: SkipReason, ports: z.array(z.string()) }).exactOptional(),
  race: z.string().exactOptional(),
  detail: Facts.exactOptional(),
});

const TracedWait = z.strictObject({
  wait: z.string(),
  step: StepPath,
  kind: WaitKind,
  state: z.enum(['open', 'decided', 'expired', 'closed']),
  title: z.string(),
  openedAt: Time,
  payload: ShownRef,
  payloadHash: z.string(),
  actions: z.array(z.string()),
  form: Facts.exactOptional(),
  dueAt: Time.exactOptional(),
  reason: z.string().exactOptional(),
  breakpoint: z.string().exactOptional(),
  edge: z.string().exactOptional(),
  place: z.int().exactOptional(),
  decision: Decision.exactOptional(),
});

const TracedLog = z.strictObject({
  at: Time,
  step: StepPath,
  level: LogLevel,
  message: z.string(),
  data: Facts.exactOptional(),
});

/** One step in full: what it got, gave, asked, said and waited for. */
export const StepDetails = z.strictObject({
  step: TracedStep,
  inputs: z.array(
    z.strictObject({
      port: z.string(),
      from: z.strictObject({ step: StepPath, port: z.string(), perTurn: z.literal(true).exactOptional() }),
      /** Not there where the wire stayed silent, or where each turn of a container gets another. */
      value: ShownRef.exactOptional(),
    }),
  ),
  waits: z.array(TracedWait),
  logs: z.array(TracedLog),
});
export type StepDetails = z.infer<typeof StepDetails>;

/** A run as people look at it, payloads in place as far as the capture setting shows them. */
export const Trace = z.strictObject({
  runId: z.string(),
  workflowId: z.string(),
  workflowName: z.string(),
  workflowHash: z.string(),
  snapshot: z.string(),
  engine: z.string(),
  capture: Capture,
  origin: RunOrigin.exactOptional(),
  targets: z.array(z.string()).exactOptional(),
  tags: z.array(z.string()).exactOptional(),
  status: z.enum(['running', 'waiting', 'succeeded', 'failed', 'cancelled']),
  /** Nobody works on it although it has not ended and does not wait: it can be resumed. */
  interrupted: z.boolean(),
  createdAt: Time,
  endedAt: Time.exactOptional(),
  lastAt: Time,
  lastSeq: z.int(),
  starts: z.int(),
  inputs: ShownPorts,
  outputs: ShownPorts,
  error: ShownError.exactOptional(),
  failedStep: z.string().exactOptional(),
  cancelReason: z.string().exactOptional(),
  spent: Spent,
  steps: z.array(TracedStep),
  waits: z.array(TracedWait),
  logs: z.array(TracedLog),
});
export type Trace = z.infer<typeof Trace>;
