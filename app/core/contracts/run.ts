import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { Tag } from '../budget/budget.ts';
import { limits, Workflow, WorkflowEdge, WorkflowNode } from '../graph/workflow.ts';
import { MAX_BREAKPOINTS } from '../run/breakpoint.ts';
import { runSorts } from '../run/run-list.ts';
import { keptBecause } from '../run/run-removal.ts';
import { Name, Nothing, procedure, Reference, StepPath, Time, WorkflowReference } from './procedure.ts';
import { BreakpointTerms, Capture, RunOrigin, ShownError, ShownSignal } from './run-signal.ts';
import { StepDetails, Trace } from './trace.ts';

/** Values by step path and port. */
const PortValues = z.record(StepPath, z.record(Name, z.json()));
const Breakpoints = z
  .array(
    z.strictObject({
      /** Id of a node or of an edge, or `node.port->node.port`. */
      at: z.string().min(1).max(400),
      ...BreakpointTerms,
    }),
  )
  .max(MAX_BREAKPOINTS);

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
  /** Steps whose work the outputs of a step of an earlier run stand in for. */
  pinned: z.record(StepPath, z.strictObject({ run: Reference, step: StepPath })).exactOptional(),
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
  /** What people thought of it and of its outputs. */
  thumbs: z.strictObject({ up: z.int(), down: z.int() }),
  dueAt: Time.nullable(),
  tags: z.array(z.string()),
  pinned: z.boolean(),
  payloads: z.enum(['kept', 'purged']),
  owner: z.string().nullable(),
});

export const RunFilter = z.strictObject({
  workflowId: z.string().max(100).exactOptional(),
  status: RunStatus.exactOptional(),
  /** Part of a run id, of a workflow's name or id, or of the run's error. */
  search: z.string().max(200).exactOptional(),
  /** With such a thumb on it or on one of its outputs. */
  thumb: z.enum(['up', 'down']).exactOptional(),
  tag: Tag.exactOptional(),
  /** Created at or after this time. */
  since: Time.exactOptional(),
  /** Created before this time. */
  until: Time.exactOptional(),
  /** That cost so much or more: integer nano-dollars. */
  atLeastNanoUsd: z.int().min(0).exactOptional(),
  /** That took so long or longer, milliseconds. */
  atLeastMs: z.number().min(0).exactOptional(),
  pinned: z.boolean().exactOptional(),
  sort: z.enum(runSorts).exactOptional(),
  offset: z.int().min(0).max(10_000_000).exactOptional(),
  limit: z.int().min(1).max(1000).default(100),
  /** Run id: the page after that run. */
  before: z.string().max(100).exactOptional(),
});

/** Ids in a linked workflow: what a node runs stands in it under that node's id, as `answer/ask`. */
const LinkedId = z.string().min(1).max(1000);
const LinkedName = z.strictObject({ name: z.string() });
const LinkedEnd = z.strictObject({ node: LinkedId, port: z.string() });

/** The workflow of a run with those that its nodes run inside. */
export const LinkedWorkflow = Workflow.extend({
  resources: z.strictObject({
    collections: z.record(LinkedId, LinkedName).optional(),
    prompts: z.record(LinkedId, z.strictObject({ file: z.string() })).optional(),
    profiles: z.record(LinkedId, LinkedName).optional(),
  }),
  nodes: z.array(WorkflowNode.extend({ id: LinkedId, parent: LinkedId.optional() })),
  edges: z.array(WorkflowEdge.extend({ id: LinkedId, from: LinkedEnd, to: LinkedEnd })),
});

const SomeRuns = z.array(Reference).min(1).max(10_000);
export const RunRemoval = z.strictObject({
  /** Ids of the runs that go, or are gone. */
  runs: z.array(z.string()),
  kept: z.array(z.strictObject({ runId: z.string(), because: z.enum(keptBecause) })),
  /** Log and values that no other run names. */
  bytes: z.int(),
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
  /**
   * Goes on with a run that was interrupted, or that waited and has been decided or is due. Without `breakpoints` it stops
   * where it was told to before.
   */
  resume: procedure
    .input(
      z.strictObject({
        run: Reference,
        breakpoints: Breakpoints.exactOptional(),
        until: z.string().min(1).max(400).exactOptional(),
        holdMs: HoldMs.exactOptional(),
      }),
    )
    .output(StartedRun),
  /** Has a run that this host works on stop there from now on, in place of where it was told before. */
  breakAt: procedure
    .input(z.strictObject({ run: Reference, breakpoints: Breakpoints }))
    .output(z.strictObject({ runId: z.string() })),
  /**
   * What expressions in CEL say about a run as it stands: `inputs`, `value`, `step` and `index` are of the stop before
   * `step`, or of the first, and `outputs` holds by node what the steps before it gave.
   */
  evaluate: procedure
    .input(
      z.strictObject({
        run: Reference,
        step: StepPath.exactOptional(),
        expressions: z.array(z.string().min(1).max(10_000)).max(100),
      }),
    )
    .output(
      z.strictObject({
        step: StepPath.nullable(),
        results: z.array(z.union([z.strictObject({ value: z.json() }), z.strictObject({ fault: z.string() })])),
      }),
    ),
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
  /** Tells that something about runs has changed, by whomever: lists are worth asking for again. */
  watch: procedure.input(Nothing).output(eventIterator(z.strictObject({ type: z.enum(['watching', 'changed']) }))),
  /**
   * The log of a run from after `after` on, as far as it is written, at most 2,500 events at once: what `events` brings
   * one by one, as one JSON text. Checking and walking through ten thousand objects takes longer than all the rest.
   * `last` is where the next piece begins, which can be asked for before this one is read.
   */
  log: procedure
    .input(z.strictObject({ run: Reference, after: z.int().min(0).default(0) }))
    .output(z.strictObject({ runId: z.string(), events: z.string(), last: z.int(), more: z.boolean() })),
  /** What a run worked on, as it was pinned when the run began. */
  graph: procedure.input(z.strictObject({ run: Reference })).output(
    z.strictObject({
      runId: z.string(),
      workflow: LinkedWorkflow,
      /** Where the workflow lies now; null when it is no longer there. */
      file: z.string().nullable(),
    }),
  ),
  /** The steps whose shown values hold a text; capitals do not matter. */
  search: procedure.input(z.strictObject({ run: Reference, text: z.string().trim().min(1).max(200) })).output(
    z.strictObject({
      steps: z.array(StepPath),
      /** Values that were not looked at, for each is larger than 200,000 bytes. */
      tooLarge: z.int(),
    }),
  ),
  /** The run as one JSON document, without secrets and what looks personal: made to be sent to somebody. */
  exported: procedure.input(z.strictObject({ run: Reference })).output(z.strictObject({ text: z.string() })),
  /**
   * Takes the file of an exported run in, from anybody, as a run to look back at: marked as imported, under an id of its
   * own. It is never resumed, forked or replayed, and gives no cache anything.
   */
  importFile: procedure
    .input(z.strictObject({ text: z.string().min(1).max(limits.bytes) }))
    .output(z.strictObject({ runId: z.string(), parent: z.string(), workflowName: z.string() })),
  /** How many there are that fit, on all pages. */
  count: procedure.input(RunFilter).output(z.strictObject({ runs: z.int() })),
  /** Keeps runs whatever retention says, or lets them go again. */
  pin: procedure.input(z.strictObject({ runs: SomeRuns, pinned: z.boolean() })).output(z.strictObject({})),
  /** What removing these would come to, and which stay and why. Changes nothing. */
  weigh: procedure.input(z.strictObject({ runs: SomeRuns })).output(RunRemoval),
  /** Removes runs with all that they hold; what they cost stays in the ledger. */
  remove: procedure.input(z.strictObject({ runs: SomeRuns })).output(RunRemoval),
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
   * The log of a run from after `after` on, then what happens while anyone works on it; ends when nobody does. While
   * another process works on it, only durable events come, a quarter of a second later at most.
   * Each durable event carries its `seq` as event id: given back as `lastEventId`, it goes on without gap or repetition.
   */
  events: procedure
    .input(z.strictObject({ run: Reference, after: z.int().min(0).default(0) }))
    .output(eventIterator(ShownSignal)),
  /** The same for who shows it: what comes within a fiftieth of a second comes together, in its order. */
  follow: procedure
    .input(z.strictObject({ run: Reference, after: z.int().min(0).default(0) }))
    .output(eventIterator(z.array(ShownSignal))),
};
