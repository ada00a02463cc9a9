import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { Tag } from '../budget/budget.ts';
import { Name, procedure, Reference, StepPath, Time, WorkflowReference } from './procedure.ts';
import { Capture, RunOrigin, ShownError, ShownSignal } from './run-signal.ts';
import { StepDetails, Trace } from './trace.ts';

/** Values by step path and port. */
const PortValues = z.record(StepPath, z.record(Name, z.json()));
const Breakpoints = z
  .array(
    z.strictObject({
      /** Id of a node or of an edge. */
      at: Name,
      /** CEL over `inputs` and `step`. */
      when: z.string().max(10_000).exactOptional(),
    }),
  )
  .max(1000);

/** Milliseconds that the run stays for a timer when it has nothing else to do. */
const HoldMs = z.int().min(0).max(31_536_000_000);

const StartRun = z.strictObject({
  /** May be left out where `fork` or `from` names a run. */
  workflow: WorkflowReference.exactOptional(),
  inputs: z.record(Name, z.json()).exactOptional(),
  capture: Capture.exactOptional(),
  /** What the run spends is counted for each of them, and held to their budgets. */
  tags: z.array(Tag).max(20).exactOptional(),
  /** Only these nodes and what they need. */
  to: z.array(Name).max(1000).exactOptional(),
  /** Reuse an earlier run up to this node. */
  from: z.strictObject({ node: Name, run: Reference }).exactOptional(),
  /** Start from an old run at a step. */
  fork: z.strictObject({ run: Reference, at: StepPath }).exactOptional(),
  /** Outputs in place of computed ones. */
  pins: PortValues.exactOptional(),
  /** Inputs (or outputs) in place of those that a fork would get. */
  edits: PortValues.exactOptional(),
  breakpoints: Breakpoints.exactOptional(),
  holdMs: HoldMs.exactOptional(),
});

export const StartedRun = z.strictObject({ runId: z.string(), workflowName: z.string() });

const RunStatus = z.enum(['created', 'running', 'waiting', 'succeeded', 'failed', 'cancelled']);

/** A run in a list. What a store knows besides stays on its side. */
export const RunListItem = z.object({
  runId: z.string(),
  workflowId: z.string(),
  workflowName: z.string(),
  workflowHash: z.string(),
  capture: Capture,
  origin: RunOrigin.nullable(),
  status: RunStatus,
  createdAt: Time,
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  starts: z.int(),
  error: ShownError.nullable(),
  failedStep: z.string().nullable(),
  counts: z.strictObject({
    succeeded: z.int(),
    cached: z.int(),
    failed: z.int(),
    skipped: z.int(),
    cancelled: z.int(),
    retried: z.int(),
  }),
  calls: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  nanoUsd: z.int(),
  unpricedCalls: z.int(),
  openWaits: z.int(),
  dueAt: Time.nullable(),
  payloads: z.enum(['kept', 'purged']),
  owner: z.string().nullable(),
});

export const RunFilter = z.strictObject({
  workflowId: z.string().max(100).exactOptional(),
  status: RunStatus.exactOptional(),
  /** Part of a run id, of a workflow's name or id, or of the run's error. */
  search: z.string().max(200).exactOptional(),
  /** Created at or after this time. */
  since: Time.exactOptional(),
  limit: z.int().min(1).max(1000).default(100),
  /** Run id: the page after that run. */
  before: z.string().max(100).exactOptional(),
});

export const ReplayReport = z.strictObject({
  runId: z.string(),
  steps: z.int(),
  differences: z.array(
    z.strictObject({
      step: z.string(),
      kind: z.enum(['state', 'output', 'error', 'missing', 'extra']),
      port: z.string().exactOptional(),
      recorded: z.string().exactOptional(),
      replayed: z.string().exactOptional(),
    }),
  ),
  recorded: z.enum(['succeeded', 'failed', 'cancelled', 'open']),
});

export const runContract = {
  /** Answers as soon as the run has begun; `events` tells how it goes on. It does not end with the connection. */
  start: procedure.input(StartRun).output(StartedRun),
  /** Goes on with a run that was interrupted, or that waited and has been decided or is due. */
  resume: procedure
    .input(z.strictObject({ run: Reference, breakpoints: Breakpoints.exactOptional(), holdMs: HoldMs.exactOptional() }))
    .output(StartedRun),
  /** Ends a run for good that this host works on, or nobody. Answers when it has ended. */
  cancel: procedure
    .input(z.strictObject({ run: Reference, reason: z.string().min(1).max(1000) }))
    .output(z.strictObject({ runId: z.string() })),
  /**
   * Has a run that this host works on stop, so that `resume` can go on later, as soon as the calls in flight have been
   * answered. Answers at once; the event streams of the run end when it has stopped.
   */
  interrupt: procedure.input(z.strictObject({ run: Reference })).output(z.strictObject({ runId: z.string() })),
  /** Works a run again without the world, and reports what differs. */
  replay: procedure.input(z.strictObject({ run: Reference })).output(ReplayReport),
  /** Newest first. */
  list: procedure.input(RunFilter).output(z.array(RunListItem)),
  trace: procedure
    .input(
      z.strictObject({
        run: Reference,
        /** Whose payloads to read: reading them all may be much. */
        payloads: z.union([z.enum(['all', 'none']), z.strictObject({ step: StepPath })]).default('all'),
      }),
    )
    .output(Trace),
  /** One step with all its payloads, and what the steps before it handed to it. Large payloads stay references unless asked for. */
  step: procedure
    .input(z.strictObject({ run: Reference, step: StepPath, large: z.boolean().default(false) }))
    .output(StepDetails),
  /**
   * The log of a run from after `after` on, then what happens while this host works on it; ends when it stops working.
   * Each durable event carries its `seq` as event id: given back as `lastEventId`, it goes on without gap or repetition.
   */
  events: procedure
    .input(z.strictObject({ run: Reference, after: z.int().min(0).default(0) }))
    .output(eventIterator(ShownSignal)),
};
