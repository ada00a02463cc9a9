import { AppError } from '../../core/errors/app-error.ts';
import type { Json } from '../../core/graph/json.ts';
import type { Workflow } from '../../core/graph/workflow.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import type { Capture, RunEvent, RunSignal } from '../../core/run/events.ts';
import type { RunFilter, RunListItem } from '../../core/run/run-list.ts';
import { type RunView, runView } from '../../core/run/run-view.ts';
import { type Showing, shownSignal } from '../../core/run/shown-event.ts';
import { nodeOf } from '../../core/run/step-path.ts';
import { stepSources } from '../../core/run/step-sources.ts';
import type { Breakpoint } from '../../engine/breakpoints.ts';
import type { Engine, RunHandle, StartOptions } from '../../engine/engine.ts';
import type { RunSnapshot } from '../../engine/engine-ports.ts';
import type { Journal } from '../../engine/journal.ts';
import type { ReplayReport } from '../../engine/replay.ts';
import type { RunResult } from '../../engine/run-result.ts';
import type { GrantService } from '../grants/grant-service.ts';
import type { WorkflowService } from '../workflow/workflow-service.ts';
import { findRun } from './find-run.ts';
import {
  type BreakpointGiven,
  breakpointsFor,
  type GivenInput,
  givenInputs,
  type PortValueGiven,
  requireNode,
  stepEdits,
} from './run-edits.ts';
import type { RunIndex, RunRetention } from './run-index.ts';
import { narrowTo, type StepDetails, stepDetails } from './step-details.ts';
import { buildTrace, type Trace } from './trace.ts';

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
  edits?: readonly PortValueGiven[];
  breakpoints?: readonly BreakpointGiven[];
  /** Milliseconds that the run stays for a timer when it has nothing else to do; by default ten minutes. */
  holdMs?: number;
  observe?: (signal: RunSignal) => void;
}

export interface ResumeRequest {
  holdMs?: number;
  breakpoints?: readonly BreakpointGiven[];
  observe?: (signal: RunSignal) => void;
}

/** How long a run stays for a timer, when it is not told: short pauses need no second command. */
const HOLD_MS = 600_000;

/** Bytes of a payload from which on it is read only when it is asked for. */
const LARGE = 200_000;

export interface StartedRun extends RunHandle {
  workflowName: string;
}

export interface TraceOptions {
  /** Whose payloads to read: all (the default), none, or those of one step. */
  payloads?: 'all' | 'none' | { step: string };
}

export interface RunServicePorts {
  engine: Engine;
  journal: Journal;
  index: RunIndex;
  retention: RunRetention;
  workflows: WorkflowService;
  grants: GrantService;
  registry: Registry;
  /** Of the workspace, where a run does not say otherwise. */
  capture: Capture;
  /** What takes personal data and secrets out of a text that is shown under a capture setting. */
  redactor: (capture: Capture) => Promise<(text: string) => string>;
}

export interface RunService {
  /** @throws AppError workflow.*, run.*, grant.missing */
  start(request: StartRequest): Promise<StartedRun>;
  /** @throws AppError run.* */
  resume(run: string, request?: ResumeRequest): Promise<StartedRun>;
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
  /** @throws AppError run.not_found */
  find(run: string): string;
  list(filter?: RunFilter): RunListItem[];
  /** @throws AppError run.not_found */
  trace(run: string, options?: TraceOptions): Promise<Trace>;
  /**
   * One step in full, with what other steps handed to it. Payloads of more than 200,000 bytes stay references unless
   * `large` asks for them. @throws AppError run.not_found, run.step_not_found
   */
  step(run: string, step: string, options?: { large?: boolean }): Promise<StepDetails>;
  /** The log of a run from after the event `afterSeq`, as it may be shown. @throws AppError run.not_found */
  events(run: string, afterSeq?: number): Promise<RunEvent[]>;
}

export function createRunService(ports: RunServicePorts): RunService {
  const { engine, journal, index, retention, workflows, grants, registry, redactor } = ports;
  /** The runs that this process works on. */
  const working = new Map<string, StartedRun>();

  async function snapshotOf(runId: string): Promise<RunSnapshot> {
    return JSON.parse(await journal.snapshot(index.getRun(runId).snapshot)) as RunSnapshot;
  }

  async function showingOf(capture: Capture, snapshot: RunSnapshot): Promise<Showing> {
    const personal = new Set(snapshot.workflow.nodes.filter((node) => node.personal).map(({ id }) => id));
    return { capture, personal, redactText: await redactor(capture) };
  }

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

  /** The workflow that a request means, and the run that it starts from. */
  async function meant(request: StartRequest) {
    const from = request.fork ?? request.from;
    const parent = from && findRun(index, from.run);
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

  /** Breakpoints that a run stopped at: its decisions are taken up where it stopped. */
  function earlierBreakpoints(view: RunView): Breakpoint[] {
    const stops = view.waits.filter(({ kind }) => kind === 'breakpoint');
    const steps = new Set(stops.map(({ step }) => step));
    return [...new Set(stops.map(({ step }) => nodeOf(step)))].map((node) => ({
      node,
      when: ({ step }) => steps.has(step),
    }));
  }

  return {
    find: (run) => findRun(index, run),
    workflowOf: async (run) => (await snapshotOf(findRun(index, run))).workflow,
    list: (filter) => index.listRuns(filter),

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
      const edits = stepEdits(workflow, registry, request);
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
        ...watched(request.observe, await showingOf(capture, snapshot)),
      };
      return begun(await engine.start(snapshot, inputs, options), capture, workflow.name);
    },

    async resume(run, request = {}) {
      const runId = findRun(index, run);
      const events = await journal.events(runId);
      const snapshot = await snapshotOf(runId);
      grants.require(snapshot.workflow, runId);
      const view = runView(runId, events);
      const breakpoints = [
        ...earlierBreakpoints(view),
        ...(await breakpointsFor(snapshot.workflow, request.breakpoints ?? [])),
      ];
      const handle = await engine.resume(runId, {
        holdMs: request.holdMs ?? HOLD_MS,
        ...(breakpoints.length > 0 && { breakpoints }),
        ...watched(request.observe, await showingOf(view.capture, snapshot)),
      });
      return begun(handle, view.capture, view.workflowName);
    },

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
      const runId = findRun(index, run);
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
      const runId = findRun(index, run);
      const events = await journal.events(runId);
      const view = runView(runId, events);
      const summary = index.getRun(runId);
      return buildTrace({
        view,
        interrupted: view.status === 'running' && summary.owner === null,
        showing: await showingOf(view.capture, await snapshotOf(runId)),
        value: (digest) => journal.value(digest, runId),
        wants: (step) =>
          payloads === 'all' || (payloads !== 'none' && step !== undefined && isStep(step, payloads.step)),
      });
    },

    async step(run, step, { large = false } = {}) {
      const runId = findRun(index, run);
      const view = runView(runId, await journal.events(runId));
      const snapshot = await snapshotOf(runId);
      const sources = stepSources(step, snapshot.workflow);
      const trace = await buildTrace({
        view: narrowTo(view, step, sources),
        interrupted: view.status === 'running' && index.getRun(runId).owner === null,
        showing: await showingOf(view.capture, snapshot),
        value: (digest) => journal.value(digest, runId),
        wants: (one) => one !== undefined,
        ...(!large && { atMost: LARGE }),
      });
      return stepDetails(trace, step, sources);
    },

    async events(run, afterSeq = 0) {
      const runId = findRun(index, run);
      const showing = await showingOf(index.getRun(runId).capture, await snapshotOf(runId));
      return (await journal.events(runId, afterSeq)).flatMap((event) => {
        const shown = shownSignal({ type: 'event', event }, showing);
        return shown?.type === 'event' ? [shown.event] : [];
      });
    },
  };
}

function isStep(path: string, wanted: string): boolean {
  return path === wanted || nodeOf(path) === wanted;
}

function isEnd({ status }: RunResult): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled';
}
