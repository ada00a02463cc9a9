import type { BudgetStatus, CostFilter, CostGroup, CostReport } from './core/budget/costs.ts';
import type { Estimate } from './core/budget/estimate.ts';
import type { PricedProfile } from './core/budget/prices.ts';
import type { Json } from './core/graph/json.ts';
import type { Chunk } from './core/graph/values.ts';
import type { BreakpointGiven } from './core/run/breakpoint.ts';
import type { Capture, RunSignal } from './core/run/events.ts';
import type { Feedback, FeedbackFilter } from './core/run/feedback.ts';
import type { ReviewTask } from './core/run/review-task.ts';
import type { RunFilter, RunListItem } from './core/run/run-list.ts';
import { WorkspaceConfig } from './core/workspace/workspace-config.ts';
import type { ReplayReport } from './engine/replay.ts';
import type { RunResult } from './engine/run-result.ts';
import { openHost } from './hosts/compose.ts';
import type { CollectionListItem, IngestRequest, SearchOptions } from './hosts/knowledge.ts';
import { createSignalStream } from './hosts/signal-stream.ts';
import type { TestReport, TestRequest } from './services/cassette/play-cassettes.ts';
import type { RecordReport, RecordRequest } from './services/cassette/record-cassette.ts';
import type { AddedCase, AddRequest } from './services/dataset/case-service.ts';
import type { ExportReport } from './services/export/export-workflow.ts';
import { assertNothingMissing } from './services/export/missing.ts';
import type { FeedbackRequest } from './services/feedback/feedback-service.ts';
import type { IngestReport } from './services/knowledge/ingest.ts';
import type { DecideRequest } from './services/review/review-service.ts';
import { programValues } from './services/run/program-values.ts';
import type { StartedRun, TraceOptions } from './services/run/run-service.ts';
import type { Trace } from './services/run/trace.ts';
import type { ValidationReport, WorkflowListItem } from './services/workflow/workflow-service.ts';

export interface OpenOptions {
  /** Where secrets are looked up; by default the environment of the process. */
  env?: { readonly [name: string]: string | undefined };
  /** Folder for the user's own keys instead of the usual one. */
  profileDir?: string;
  /** What every workflow that is run here may reach, such as `network:api.example.com`, beside what the user has granted. */
  grants?: readonly string[];
  /** Profiles of one's own, beside those of the workspace. */
  profiles?: { [name: string]: unknown };
  /** Where an exported workflow finds documents and keeps its runs; by default the current folder. */
  folder?: string;
}

/** How a run differs from a plain one. `pins` and `edits` by step path and port. */
export interface RunOptions {
  /** What traces and logs show of payloads; by default as the workspace says. */
  capture?: Capture;
  /** What the run spends is counted for each of them, and held to their budgets. */
  tags?: readonly string[];
  /** Only these nodes and what they need. */
  to?: readonly string[];
  /** Reuse an earlier run up to this node. */
  from?: { node: string; run: string };
  /** Start from an old run at a step. */
  fork?: { run: string; at: string };
  /** Outputs in place of computed ones. */
  pins?: { [step: string]: { [port: string]: Json } };
  /** Inputs (or outputs) in place of those that a fork would get. */
  edits?: { [step: string]: { [port: string]: Json } };
  /** Where to stop: then the run waits, and is resumed after a decision on its wait. */
  breakpoints?: readonly BreakpointGiven[];
  /** Milliseconds that the run stays for a timer when it has nothing else to do; by default ten minutes. */
  holdMs?: number;
}

/** A run under way. Iterate over `events` to watch it; `result` settles either way. */
export interface Run {
  runId: string;
  workflowName: string;
  /** Durable events, and provisional signals while steps work, from the beginning of this passage. */
  events: AsyncIterable<RunSignal>;
  /** How it stands when this passage is over. Rejects only when the run could not be carried on at all. */
  result: Promise<RunResult>;
  /** Ends it for good. */
  cancel(reason: string): void;
  /** Stops so that `resume` can go on later. */
  interrupt(): void;
}

/** How a run is recorded: where to, and whether its data is made up. */
export type RecordOptions = Omit<RecordRequest, 'runId'>;
export type TestOptions = Omit<TestRequest, 'cassettes'>;

export interface Workspace {
  readonly folder: string;
  readonly name: string;
  workflows(): Promise<WorkflowListItem[]>;
  /** Says everything that is wrong with a workflow and runs nothing. */
  validate(workflow: string): Promise<ValidationReport>;
  /** `workflow`: a name, or the path of a file. @throws AppError export.requires for an exported one that lacks something */
  run(workflow: string, inputs?: { [name: string]: Json }, options?: RunOptions): Promise<Run>;
  /** `run` is an id, the beginning or end of one, or `last`. */
  resume(run: string, options?: Pick<RunOptions, 'breakpoints' | 'holdMs'>): Promise<Run>;
  /** Ends a run for good: one that this process works on, that waits, or that was interrupted. Answers its id. */
  cancel(run: string, reason: string): Promise<string>;
  replay(run: string): Promise<ReplayReport>;
  /**
   * Makes a cassette of a run that has ended, or that waits for a person: `tests/WORKFLOW.cassette.json` unless `file`
   * says otherwise (relative to the workspace).
   *
   * @throws AppError cassette.*, run.not_replayable, storage.*
   */
  record(run: string, options?: RecordOptions): Promise<RecordReport>;
  /**
   * Tries cassettes (files, folders, names; by default all in `tests`) against the workflows as they are now, without a
   * network or a database.
   *
   * @throws AppError cassette.missing
   */
  test(cassettes?: readonly string[], options?: TestOptions): Promise<TestReport>;
  runs(filter?: RunFilter): Promise<RunListItem[]>;
  trace(run: string, options?: TraceOptions): Promise<Trace>;
  /** A workflow with all that it needs, as the text of one file. @throws AppError export.*, workflow.* */
  export(workflow: string): Promise<ExportReport>;
  /** One collection by name, or all that pipewright.json has. */
  ingest(collection?: string, request?: IngestRequest): Promise<IngestReport[]>;
  collections(): Promise<CollectionListItem[]>;
  search(collection: string, query: string, options?: SearchOptions): Promise<Chunk[]>;
  /** What a run may cost, found with stand-ins for the answers of models: asks nobody, writes nothing. */
  estimate(
    workflow: string,
    inputs?: { [name: string]: Json },
    options?: Pick<RunOptions, 'to' | 'tags'>,
  ): Promise<Estimate>;
  /** What was spent, within runs and without, summed up. */
  costs(by?: CostGroup, filter?: CostFilter): Promise<CostReport>;
  /** What the models of the profiles cost, and where that is said. */
  prices(): Promise<PricedProfile[]>;
  /** How the budgets stand that go on from run to run. */
  budgets(): Promise<BudgetStatus[]>;
  reviews(filter?: { all?: boolean; runId?: string }): Promise<ReviewTask[]>;
  /** A task with what it is about. */
  review(task: string): Promise<ReviewTask & { payload: Json }>;
  /**
   * Keeps what somebody thinks of an output, in place of what they said of it before; without a `target` of the answer.
   *
   * @throws AppError run.not_found, run.step_not_found, feedback.target, feedback.words
   */
  giveFeedback(request: FeedbackRequest): Promise<Feedback>;
  /** What was thought of runs, newest first; words about personal outputs stay closed. */
  feedback(filter?: FeedbackFilter): Promise<Feedback[]>;
  /**
   * Makes a case of a dataset (`datasets/NAME.jsonl`) out of a run.
   *
   * @throws AppError run.not_found, dataset.*, storage.*
   */
  addCase(request: AddRequest): Promise<AddedCase>;
  /** Keeps a decision; `resume` the run to have it taken up. */
  decide(task: string, decision: DecideRequest): Promise<{ runId: string; applied: boolean }>;
  /**
   * Copies runs and their values into a new folder, relative to the workspace, while others may work: it can take the
   * place of `.pipewright`. The key of personal payloads is not in it.
   *
   * @throws AppError workspace.exists, storage.*
   */
  backUp(folder: string): Promise<{ folder: string; blobs: number }>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens a workspace: a folder with a pipewright.json. Or a file that `pipewright export` wrote: `run` then takes its path
 * as the workflow, and first says what is missing.
 *
 * @throws AppError workspace.missing, workspace.invalid, workspace.newer, export.*
 */
export async function openWorkspace(path: string, options: OpenOptions = {}): Promise<Workspace> {
  const exported = path.endsWith('.json')
    ? await (await import('./hosts/exported.ts')).readExportedFile(path, process.cwd())
    : undefined;
  const folder = exported ? (options.folder ?? process.cwd()) : path;
  const host = await openHost({
    folder,
    env: options.env ?? process.env,
    cwd: folder,
    ...(options.profileDir !== undefined && { profileDir: options.profileDir }),
    ...(options.grants !== undefined && { grants: options.grants }),
    ...(exported && { exported }),
    ...(options.profiles && { profiles: WorkspaceConfig.shape.profiles.parse(options.profiles) }),
  });

  async function started(start: (observe: (signal: RunSignal) => void) => Promise<StartedRun>): Promise<Run> {
    const stream = createSignalStream();
    const { runId, workflowName, result, cancel, interrupt } = await start(stream.push);
    result.then(stream.end, stream.end);
    return { runId, workflowName, events: stream, result, cancel, interrupt };
  }

  return {
    folder: host.folder,
    name: host.config.name,
    workflows: () => host.workflows.list(),
    validate: (workflow) => host.workflows.validate(workflow),
    async run(workflow, inputs = {}, { pins = {}, edits = {}, ...rest } = {}) {
      if (exported) assertNothingMissing(await host.exporting.missing(), exported.file);
      const runs = await host.runs();
      const values = programValues({ inputs, pins, edits });
      return started((observe) => runs.start({ workflow, ...values, ...rest, observe }));
    },
    async resume(run, request = {}) {
      const runs = await host.runs();
      return started((observe) => runs.resume(run, { ...request, observe }));
    },
    cancel: async (run, reason) => (await host.runs()).cancel(run, reason),
    replay: async (run) => (await host.runs()).replay(run),
    async record(run, recordOptions = {}) {
      return host.cassettes().record({ runId: (await host.runs()).find(run), ...recordOptions });
    },
    test: (cassettes = [], testOptions = {}) => host.cassettes().test({ cassettes, ...testOptions }),
    runs: async (filter) => (await host.runs()).list(filter),
    export: (workflow) => host.exporting.write(workflow),
    trace: async (run, traceOptions) => (await host.runs()).trace(run, traceOptions),
    async ingest(collection, request) {
      const names = collection === undefined ? Object.keys(host.config.collections) : [collection];
      const reports: IngestReport[] = [];
      for (const name of names) reports.push(await host.knowledge.ingest(name, request));
      return reports;
    },
    collections: () => host.knowledge.list(),
    search: (collection, query, searchOptions) => host.knowledge.search(collection, query, searchOptions),
    estimate: (workflow, inputs = {}, rest = {}) =>
      host.estimate({ workflow, inputs: programValues({ inputs }).inputs ?? {}, ...rest }),
    costs: async (by = 'workflow', filter) => (await host.costs()).report(by, filter),
    prices: () => host.prices(),
    budgets: async () => (await host.costs()).budgets(),
    reviews: async (filter) => (await host.reviews()).list(filter),
    review: async (task) => (await host.reviews()).show(task),
    decide: async (task, decision) => (await host.reviews()).decide(task, decision),
    giveFeedback: async (request) => (await host.feedback()).give(request),
    feedback: async (filter) => (host.hasHistory() ? (await host.feedback()).list(filter) : []),
    addCase: async (request) => (await host.cases()).add(request),
    backUp: (target) => host.backUp(target),
    close: () => host.close(),
    [Symbol.asyncDispose]: () => host.close(),
  };
}

export { AppError, type ErrorWire, isAppError } from './core/errors/app-error.ts';
export type { ErrorClass } from './core/errors/error-classes.ts';
export type { ErrorCode } from './core/errors/error-codes.ts';
export type {
  BreakpointGiven,
  BudgetStatus,
  CollectionListItem,
  CostFilter,
  CostGroup,
  CostReport,
  DecideRequest,
  Estimate,
  ExportReport,
  IngestReport,
  IngestRequest,
  Json,
  PricedProfile,
  RecordReport,
  ReplayReport,
  ReviewTask,
  RunFilter,
  RunListItem,
  RunResult,
  RunSignal,
  SearchOptions,
  TestReport,
  Trace,
  TraceOptions,
  ValidationReport,
  WorkflowListItem,
};
