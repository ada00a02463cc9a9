import { AppError } from '../../core/errors/app-error.ts';
import type { Json } from '../../core/graph/json.ts';
import type { Workflow } from '../../core/graph/workflow.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import type { BreakpointGiven, BreakpointSpec } from '../../core/run/breakpoint.ts';
import type { Capture, RunEvent, RunSignal } from '../../core/run/events.ts';
import { breakpointsLeft, foldHistory } from '../../core/run/history.ts';
import type { RunFilter, RunListItem } from '../../core/run/run-list.ts';
import type { RunRemoval } from '../../core/run/run-removal.ts';
import { runView } from '../../core/run/run-view.ts';
import { type Showing, shownEvent, shownSignal, showsAll } from '../../core/run/shown-event.ts';
import { nodeOf } from '../../core/run/step-path.ts';
import { stepSources } from '../../core/run/step-sources.ts';
import type { Engine, RunHandle, StartOptions } from '../../engine/engine.ts';
import type { RunSnapshot } from '../../engine/engine-ports.ts';
import type { Journal } from '../../engine/journal.ts';
import type { ReplayReport } from '../../engine/replay.ts';
import type { RunResult } from '../../engine/run-result.ts';
import type { GrantService } from '../grants/grant-service.ts';
import type { WorkflowService } from '../workflow/workflow-service.ts';
import { type ExportedRun, type ExportRunPorts, exportRun } from './export-run.ts';
import { findRun } from './find-run.ts';
import { type ImportedRun, importRun } from './import-run.ts';
import { readRun, readSnapshot, showingOf } from './read-run.ts';
import {
  breakpointsFor,
  checkStopEdits,
  type GivenInput,
  givenInputs,
  type PortValueGiven,
  requireNode,
  stepEdits,
  stopInputs,
} from './run-edits.ts';
import type { RunHousekeeping, RunRetention } from './run-index.ts';
import { type FoundSteps, stepsWith } from './search-steps.ts';
import { narrowTo, type StepDetails, stepDetails } from './step-details.ts';
import { buildTrace, type Trace } from './trace.ts';
import { evaluateWatches, type Watched, type WatchRequest } from './watches.ts';

export interface StartRequest {
  /** Name or path; may be left out where `fork` or `from` names a run: then its workflow, as it is now. */
  workflow?: string;
  inputs?: { [name: string]: GivenInput };
  capture?: Capture;
  /** What it spends is counted for each of them. */
  tags?: readonly string[];
  /** Only these nodes and what they need. */
  to?: readonly string[];
  /** Reuse an earlier run up to this node, and work from there on. */
  from?: { node: string; run: string };
  /** A new run out of an old one from a step on, with `edits`. */
  fork?: { run: string; at: string };
  pins?: readonly PortValueGiven[];
  /** Steps whose work the outputs of another step, in this run or an earlier one, stand in for. */
  pinned?: { [step: string]: { run: string; step: string } };
  edits?: readonly PortValueGiven[];
  breakpoints?: readonly BreakpointGiven[];
  /** Milliseconds that the run stays for a timer when it has nothing else to do; by default ten minutes. */
  holdMs?: number;
  observe?: (signal: RunSignal) => void;
}

export interface ResumeRequest {
  holdMs?: number;
  /** In place of where it stopped before. */
  breakpoints?: readonly BreakpointGiven[];
  /** A node or wire to stop at once, beside the others. */
  until?: string;
  observe?: (signal: RunSignal) => void;
}

/** How long a run stays for a timer, when it is not told: short pauses need no second command. */
const HOLD_MS = 600_000;

/** Bytes of a payload from which on it is read only when it is asked for. */
const LARGE = 200_000;

export interface StartedRun extends RunHandle {
  workflowName: string;
}

/** A part of a run's log. */
export interface LogPiece {
  runId: string;
  /** A list, as JSON. */
  events: string;
  /** Number of the last of them, after which the next part begins. */
  last: number;
  /** There may be a next part. */
  more: boolean;
}

export interface TraceOptions {
  /** Whose payloads to read: all (the default), none, or those of one step. */
  payloads?: 'all' | 'none' | { step: string };
}

export interface RunServicePorts extends ExportRunPorts {
  /** An id that no other run has. */
  newId: (prefix: string) => string;
  engine: Engine;
  journal: Journal;
  retention: RunRetention;
  housekeeping: RunHousekeeping;
  workflows: WorkflowService;
  grants: GrantService;
  registry: Registry;
  /** Of the workspace, where a run does not say otherwise. */
  capture: Capture;
}

export interface RunService {
  /** @throws AppError workflow.*, run.*, grant.missing */
  start(request: StartRequest): Promise<StartedRun>;
  /** @throws AppError run.* */
  resume(run: string, request?: ResumeRequest): Promise<StartedRun>;
  /**
   * Has a run stop there from now on that this process works on; one that it does not is told when it goes on.
   * @throws AppError run.not_found, run.not_running, run.step_not_found, run.breakpoint, expression.*
   */
  breakAt(run: string, stops: Pick<ResumeRequest, 'breakpoints' | 'until'>): Promise<string>;
  /**
   * Texts that a person typed for the inputs of a step, as values of their ports' types.
   * @throws AppError run.decision, run.step_not_found
   */
  readEdits(run: string, step: string, texts: { [port: string]: string }): Promise<{ [port: string]: Json }>;
  /**
   * What expressions say about a run as it stands: about the stop before `step`, or the first, and about what the steps
   * before it gave. @throws AppError run.not_found
   */
  evaluate(run: string, request: WatchRequest): Promise<Watched>;
  /**
   * Whether `values` may be decided where a step is stopped at: `inputs` by port, each of the port's type.
   * @throws AppError run.decision
   */
  checkEdits(runId: string, step: string, values: { [field: string]: Json }): Promise<void>;
  /** A person has decided something in this run: where this process works on it, it is taken up at once. */
  heed(runId: string): void;
  /**
   * Ends a run for good, whether this process works on it, or nobody does because it waits or was interrupted. Answers
   * its id when it has ended.
   * @throws AppError run.not_found, run.owned, run.finished
   */
  cancel(run: string, reason: string): Promise<string>;
  /** @throws AppError run.not_found, run.not_replayable */
  replay(run: string): Promise<ReplayReport>;
  /** The workflow that a run works on, as it was pinned. @throws AppError run.not_found */
  workflowOf(run: string): Promise<Workflow>;
  /** The same with the place where the workflow lies now; null when it is gone. @throws AppError run.not_found */
  graph(run: string): Promise<{ runId: string; workflow: Workflow; file: string | null }>;
  /** Whether anyone works on the run: this process or another. @throws AppError run.not_found */
  isHeld(run: string): boolean;
  /** Another text whenever anything of any run was written, by whomever. */
  version(): string;
  /**
   * The steps whose values hold a text, as far as these may be shown; capitals do not matter. Values of more than
   * 200,000 bytes are not looked at but counted. @throws AppError run.not_found
   */
  search(run: string, text: string): Promise<FoundSteps>;
  /** @throws AppError run.not_found */
  find(run: string): string;
  list(filter?: RunFilter): RunListItem[];
  /** How many there are that fit, on all pages. */
  count(filter?: RunFilter): number;
  /** The run as one document, without secrets and what looks personal. @throws AppError run.not_found */
  exportRun(run: string): Promise<ExportedRun>;
  /**
   * Takes the text of an exported run in, to look back at. @param file for messages
   * @throws AppError export.invalid, export.newer, storage.*
   */
  importRun(text: string, file?: string): Promise<ImportedRun>;
  /** Keeps runs whatever retention says, or lets them go again. @throws AppError run.not_found */
  pin(runs: readonly string[], pinned: boolean): Promise<void>;
  /** What removing runs would come to. Changes nothing. @throws AppError run.not_found */
  weigh(runs: readonly string[]): RunRemoval;
  /**
   * Removes runs with all that they hold; what they cost stays in the ledger. Open and pinned ones stay, and those that an
   * open run was made from. @throws AppError run.not_found
   */
  remove(runs: readonly string[], signal?: AbortSignal): Promise<RunRemoval>;
  /** @throws AppError run.not_found */
  trace(run: string, options?: TraceOptions): Promise<Trace>;
  /**
   * One step in full, with what other steps handed to it. Payloads of more than 200,000 bytes stay references unless
   * `large` asks for them. @throws AppError run.not_found, run.step_not_found
   */
  step(run: string, step: string, options?: { large?: boolean }): Promise<StepDetails>;
  /** The log of a run from after the event `afterSeq`, as it may be shown. @throws AppError run.not_found */
  events(run: string, afterSeq?: number): Promise<RunEvent[]>;
  /** The same as one JSON text, at most `limit` events. @throws AppError run.not_found */
  log(run: string, afterSeq: number, limit: number): Promise<LogPiece>;
}

export function createRunService(ports: RunServicePorts): RunService {
  const { engine, journal, index, retention, housekeeping, workflows, grants, registry } = ports;
  /** The runs that this process works on. */
  const working = new Map<string, StartedRun>();

  const snapshotOf = (runId: string) => readSnapshot(ports, runId);
  const showing = (capture: Capture, snapshot: RunSnapshot) => showingOf(ports, capture, snapshot);

  function watched(observe: ((signal: RunSignal) => void) | undefined, showing: Showing) {
    if (!observe) return {};
    return {
      observe: (signal: RunSignal) => {
        const shown = shownSignal(signal, showing);
        if (shown) observe(shown);
      },
    };
  }

  /** With capture `off` nothing of a run's payloads outlives it. */
  async function forget(runId: string, capture: Capture): Promise<void> {
    if (capture === 'off') await retention.dropPayloads(runId);
  }

  function begun(handle: RunHandle, capture: Capture, workflowName: string): StartedRun {
    const { runId } = handle;
    const result = handle.result.then(async (ended) => {
      if (isEnd(ended)) await forget(runId, capture);
      return ended;
    });
    const run = { ...handle, result, workflowName };
    working.set(runId, run);
    const over = () => void working.delete(runId);
    // Whoever awaits it hears of it; the engine's own promise must not count as unheard.
    result.then(over, over);
    return run;
  }

  /** A run that happened here: what a file of somebody says of one elsewhere is looked at, and never worked with. */
  function ownRun(run: string): string {
    const runId = findRun(index, run);
    if (index.getRun(runId).origin?.kind !== 'imported') return runId;
    throw new AppError('run.not_replayable', {
      message: 'This run was imported from a file: it can be looked at, compared and explained, not worked with.',
      where: runId,
      remedy: 'Run the workflow here, and begin from that run.',
    });
  }

  /** The workflow that a request means, and the run that it starts from. */
  async function meant(request: StartRequest) {
    const from = request.fork ?? request.from;
    const parent = from && ownRun(from.run);
    if (request.workflow !== undefined) return { parent, snapshot: await workflows.snapshot(request.workflow) };
    if (parent === undefined) {
      throw new AppError('cli.usage', {
        message: 'No workflow was named.',
        remedy:
          'Give its name or the path of its file; `pipewright validate` without arguments lists those of the workspace.',
      });
    }
    const file = await workflows.fileOf(index.getRun(parent).workflowId);
    const snapshot = file ? await workflows.snapshot(file) : await snapshotOf(parent);
    return { parent, snapshot };
  }

  /** What a run made from another was given, where the request does not say otherwise. */
  async function parentInputs(parent: string, snapshot: RunSnapshot): Promise<{ [name: string]: Json }> {
    const created = (await journal.events(parent))[0];
    const inputs: { [name: string]: Json } = {};
    if (created?.type !== 'run.created') return inputs;
    for (const [name, ref] of Object.entries(created.inputs)) {
      if (!Object.hasOwn(snapshot.workflow.inputs, name)) continue;
      inputs[name] = 'value' in ref ? ref.value : await journal.value(ref.digest, parent);
    }
    return inputs;
  }

  /** Where a run is to stop from here on; undefined when that stays as its log has it. */
  async function stopsAt(
    workflow: Workflow,
    { breakpoints, until }: Pick<ResumeRequest, 'breakpoints' | 'until'>,
    events: readonly RunEvent[],
  ): Promise<BreakpointSpec[] | undefined> {
    const given = breakpoints && (await breakpointsFor(workflow, breakpoints));
    if (until === undefined) return given;
    const here = await breakpointsFor(workflow, [{ at: until, once: true }]);
    return [...(given ?? breakpointsLeft(foldHistory(events))), ...here];
  }

  /** Outputs that steps of earlier runs gave. @throws AppError run.not_found, run.step_not_found, run.not_replayable */
  async function takenPins(pinned: NonNullable<StartRequest['pinned']>): Promise<PortValueGiven[]> {
    const pins: PortValueGiven[] = [];
    for (const [at, { run, step }] of Object.entries(pinned)) {
      const runId = ownRun(run);
      const end = foldHistory(await journal.events(runId)).steps.get(step)?.end;
      if (!end || !('outputs' in end) || end.state === 'failed') {
        throw new AppError('run.step_not_found', {
          message: `The step “${step}” gave nothing in the run ${runId} that could be pinned.`,
          where: `pin of ${at}`,
          remedy: 'Unpin the node, or pin what it gave in another run.',
        });
      }
      for (const [port, ref] of Object.entries(end.outputs)) {
        const json = 'value' in ref ? ref.value : await journal.value(ref.digest, runId);
        pins.push({ step: at, port, value: { json } });
      }
    }
    return pins;
  }

  return {
    find: (run) => findRun(index, run),
    workflowOf: async (run) => (await snapshotOf(findRun(index, run))).workflow,
    list: (filter) => index.listRuns(filter),
    isHeld: (run) => index.getRun(findRun(index, run)).owner !== null,
    version: () => index.version(),

    async graph(run) {
      const runId = findRun(index, run);
      const { workflow } = await snapshotOf(runId);
      return { runId, workflow, file: (await workflows.fileOf(workflow.id)) ?? null };
    },
    count: (filter) => index.countRuns(filter),
    exportRun: async (run) => exportRun(ports, findRun(index, run)),
    importRun: (text, file) => importRun(ports, text, file),
    async pin(runs, pinned) {
      for (const run of runs) await housekeeping.pin(findRun(index, run), pinned);
    },
    weigh: (runs) => housekeeping.weigh(runs.map((run) => findRun(index, run))),
    remove: (runs, signal) =>
      housekeeping.remove(
        runs.map((run) => findRun(index, run)),
        { signal },
      ),

    async start(request) {
      const { parent, snapshot } = await meant(request);
      const { workflow } = snapshot;
      grants.require(workflow, request.workflow ?? parent ?? workflow.id);
      for (const node of [...(request.to ?? []), ...(request.from ? [request.from.node] : [])])
        requireNode(workflow, node);
      const at = request.fork && requireNode(workflow, nodeOf(request.fork.at)).id;
      const inputs = {
        ...(parent && (await parentInputs(parent, snapshot))),
        ...givenInputs(workflow, request.inputs ?? {}),
      };
      const capture = request.capture ?? ports.capture;
      const pins = [...(request.pins ?? []), ...(await takenPins(request.pinned ?? {}))];
      const edits = stepEdits(workflow, registry, { ...request, pins });
      const breakpoints = await breakpointsFor(workflow, request.breakpoints ?? []);
      const from = at ?? request.from?.node;
      const options: StartOptions = {
        capture,
        holdMs: request.holdMs ?? HOLD_MS,
        ...(request.tags?.length && { tags: [...new Set(request.tags)] }),
        ...(request.to?.length && { targets: request.to }),
        ...(parent && {
          reuse: { runId: parent, kind: at === undefined ? 'rerun' : 'fork', ...(from !== undefined && { from }) },
        }),
        ...(Object.keys(edits).length > 0 && { edits }),
        ...(breakpoints.length > 0 && { breakpoints }),
        ...watched(request.observe, await showing(capture, snapshot)),
      };
      return begun(await engine.start(snapshot, inputs, options), capture, workflow.name);
    },

    async resume(run, request = {}) {
      const runId = ownRun(run);
      const events = await journal.events(runId);
      const snapshot = await snapshotOf(runId);
      grants.require(snapshot.workflow, runId);
      const view = runView(runId, events);
      const breakpoints = await stopsAt(snapshot.workflow, request, events);
      const handle = await engine.resume(runId, {
        holdMs: request.holdMs ?? HOLD_MS,
        ...(breakpoints && { breakpoints }),
        ...watched(request.observe, await showing(view.capture, snapshot)),
      });
      return begun(handle, view.capture, view.workflowName);
    },

    async breakAt(run, stops) {
      const runId = findRun(index, run);
      const own = working.get(runId);
      if (!own) {
        throw new AppError('run.not_running', {
          message: 'This host does not work on the run.',
          where: runId,
          remedy: 'Give the breakpoints when it is resumed.',
        });
      }
      const { workflow } = await snapshotOf(runId);
      const specs = await stopsAt(workflow, stops, await journal.events(runId));
      if (specs) await own.breakAt(specs);
      return runId;
    },

    async readEdits(run, step, texts) {
      const runId = findRun(index, run);
      return stopInputs((await snapshotOf(runId)).workflow, registry, step, texts);
    },

    async evaluate(run, request) {
      const runId = findRun(index, run);
      const { view, showing: showable, snapshot } = await readRun(ports, runId);
      return evaluateWatches(
        { view, showing: showable, workflow: snapshot.workflow, value: (digest) => journal.value(digest, runId) },
        request,
      );
    },

    async checkEdits(runId, step, values) {
      checkStopEdits((await snapshotOf(runId)).workflow, registry, step, values);
    },

    heed: (runId) => void working.get(runId)?.heed(),

    async cancel(run, reason) {
      const runId = findRun(index, run);
      const own = working.get(runId);
      own?.cancel(reason);
      const ended = await own?.result.catch(() => undefined);
      // It may just have ended or begun to wait for a person.
      if (ended?.status !== 'cancelled') {
        await engine.cancel(runId, reason);
        await forget(runId, index.getRun(runId).capture);
      }
      return runId;
    },

    async replay(run) {
      const runId = ownRun(run);
      if (index.getRun(runId).payloads === 'purged') {
        throw new AppError('run.not_replayable', {
          message: 'The payloads of this run are gone, so its calls cannot answer again.',
          where: runId,
          remedy:
            'Its capture setting was `off`, or retention has purged it. `pipewright trace` still shows steps and costs.',
        });
      }
      return engine.replay(runId);
    },

    async trace(run, { payloads = 'all' } = {}) {
      const read = await readRun(ports, findRun(index, run));
      const { runId } = read;
      return buildTrace({
        ...read,
        value: (digest) => journal.value(digest, runId),
        wants: (step) =>
          payloads === 'all' || (payloads !== 'none' && step !== undefined && isStep(step, payloads.step)),
      });
    },

    async search(run, text) {
      const read = await readRun(ports, findRun(index, run));
      const { runId } = read;
      const { steps } = await buildTrace({
        ...read,
        value: (digest) => journal.value(digest, runId),
        wants: (step) => step !== undefined,
        atMost: LARGE,
      });
      return stepsWith(steps, text);
    },

    async step(run, step, { large = false } = {}) {
      const read = await readRun(ports, findRun(index, run));
      const { runId, snapshot } = read;
      const sources = stepSources(step, snapshot.workflow);
      const trace = await buildTrace({
        ...read,
        view: narrowTo(read.view, step, sources),
        value: (digest) => journal.value(digest, runId),
        wants: (one) => one !== undefined,
        ...(!large && { atMost: LARGE }),
      });
      return stepDetails(trace, step, sources);
    },

    async events(run, afterSeq = 0) {
      const runId = findRun(index, run);
      const showable = await showing(index.getRun(runId).capture, await snapshotOf(runId));
      return (await journal.events(runId, afterSeq)).map((event) => shownEvent(event, showable));
    },

    async log(run, afterSeq, limit) {
      const runId = findRun(index, run);
      const showable = await showing(index.getRun(runId).capture, await snapshotOf(runId));
      const kept = await journal.eventTexts(runId, afterSeq, limit);
      // To read and write ten thousand events that show as they are took longer than all the rest.
      const shown = showsAll(showable)
        ? kept
        : kept.map((text) => JSON.stringify(shownEvent(JSON.parse(text) as RunEvent, showable)));
      return { runId, events: `[${shown.join()}]`, last: afterSeq + kept.length, more: kept.length === limit };
    },
  };
}

function isStep(path: string, wanted: string): boolean {
  return path === wanted || nodeOf(path) === wanted;
}

function isEnd({ status }: RunResult): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled';
}
