import type { CachedAnswer, CallCourse, CallTry } from '../capabilities/capabilities.ts';
import type { ErrorWire } from '../errors/app-error.ts';
import type { JsonObject } from '../graph/json.ts';
import type { Cost, Decision, Usage } from '../graph/values.ts';
import type { BreakpointSpec } from './breakpoint.ts';
import type { Capture, PortRefs, RunEvent, RunOrigin, StepEdits, ValueRef, WaitKind } from './events.ts';
import { nodeOf } from './step-path.ts';

export type RunStatus = 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled';
export type StepState =
  | 'running'
  | 'waiting'
  | 'paused'
  | 'needs-decision'
  | 'retrying'
  | 'succeeded'
  | 'cached'
  | 'failed'
  | 'skipped'
  | 'cancelled';

export interface CallView {
  call: number;
  kind: string;
  state: 'running' | 'completed' | 'failed';
  startedAt: number;
  endedAt?: number;
  request?: ValueRef;
  response?: ValueRef;
  error?: ErrorWire;
  usage?: Usage;
  cost?: Cost;
  model?: string;
  provider?: string;
  /** Prompt files that the request was made of, with their versions. */
  prompt?: string;
  /** Where it took more than one try. */
  course?: CallCourse;
  /** The answer was kept from an equal call. */
  cached?: CachedAnswer;
}

export interface RetryView {
  attempt: number;
  at: number;
  waitMs: number;
  error: ErrorWire;
}

/** Tokens and money of a step or a run. Money is integer nano-dollars. */
export interface Spent {
  inputTokens: number;
  outputTokens: number;
  nanoUsd: number;
  /** Calls that used tokens of a model without a known price: `nanoUsd` does not hold them. */
  unpriced: number;
}

export interface StepView {
  /** Path: `node`, or `map1[3]/node` in frame 3 of a container. */
  step: string;
  node: string;
  state: StepState;
  attempt: number;
  startedAt?: number;
  endedAt?: number;
  calls: CallView[];
  retries: RetryView[];
  spent: Spent;
  outputs: PortRefs;
  error?: ErrorWire;
  /** How the run went on after the error. */
  handled?: 'fail' | 'default' | 'port';
  /** Where the outputs were taken from. */
  cached?: { run: string; step: string; key: string; at: number };
  /** Why it did not run: the inputs that stayed silent, or that the node is disabled. */
  skipped?: { reason: 'silent' | 'disabled'; ports: string[] };
  /** The wire that won a race. */
  race?: string;
  detail?: JsonObject;
}

export interface WaitView {
  wait: string;
  step: string;
  kind: WaitKind;
  state: 'open' | 'decided' | 'expired' | 'closed';
  title: string;
  openedAt: number;
  payload: ValueRef;
  payloadHash: string;
  actions: string[];
  form?: JsonObject;
  dueAt?: number;
  reason?: string;
  /** Of a breakpoint: itself as text, the wire that it stands on, and the place of its value where a port takes many. */
  breakpoint?: string;
  edge?: string;
  place?: number;
  decision?: Decision;
}

export interface LogView {
  at: number;
  step: string;
  level: 'debug' | 'info' | 'warning' | 'error';
  message: string;
  data?: JsonObject;
}

/** A run as people look at it: a fold of its log and of nothing else. */
export interface RunView {
  runId: string;
  workflowId: string;
  workflowName: string;
  workflowHash: string;
  snapshot: string;
  engine: string;
  capture: Capture;
  origin?: RunOrigin;
  edits?: StepEdits;
  targets?: string[];
  tags?: string[];
  status: RunStatus;
  createdAt: number;
  endedAt?: number;
  /** Time of the newest event. */
  lastAt: number;
  lastSeq: number;
  /** Times that a process began or resumed it. */
  starts: number;
  inputs: PortRefs;
  outputs: PortRefs;
  error?: ErrorWire;
  failedStep?: string;
  cancelReason?: string;
  spent: Spent;
  /** In the order of their first appearance. */
  steps: StepView[];
  waits: WaitView[];
  logs: LogView[];
  /** Where it was told to stop. */
  breakpoints: BreakpointSpec[];
}

/** Of a step that has not ended: it ends with its run. */
const openStates: ReadonlySet<StepState> = new Set(['running', 'waiting', 'paused', 'needs-decision', 'retrying']);

const nothingSpent = (): Spent => ({ inputTokens: 0, outputTokens: 0, nanoUsd: 0, unpriced: 0 });
const waitStates = { review: 'waiting', breakpoint: 'paused', uncertain: 'needs-decision', timer: 'waiting' } as const;

/** Folds whole logs, or a run as it goes: `apply` each event in order and read `view` at any time. */
export class RunViewFold {
  readonly view: RunView;
  private readonly steps = new Map<string, StepView>();
  private readonly waits = new Map<string, WaitView>();

  constructor(runId: string) {
    this.view = {
      runId,
      workflowId: '',
      workflowName: '',
      workflowHash: '',
      snapshot: '',
      engine: '',
      capture: 'full',
      status: 'running',
      createdAt: 0,
      lastAt: 0,
      lastSeq: 0,
      starts: 0,
      inputs: {},
      outputs: {},
      spent: nothingSpent(),
      steps: [],
      waits: [],
      logs: [],
      breakpoints: [],
    };
  }

  apply(event: RunEvent): void {
    const { view } = this;
    view.lastSeq = event.seq;
    view.lastAt = event.at;
    switch (event.type) {
      case 'run.created': {
        const { workflowId, workflowName, workflowHash, snapshot, engine, capture, inputs } = event;
        Object.assign(view, { workflowId, workflowName, workflowHash, snapshot, engine, capture, inputs });
        view.createdAt = event.at;
        if (event.origin) view.origin = event.origin;
        if (event.edits) view.edits = event.edits;
        if (event.targets) view.targets = event.targets;
        if (event.tags) view.tags = event.tags;
        break;
      }
      case 'run.started':
        view.starts += 1;
        view.status = 'running';
        break;
      case 'breakpoints.set':
        view.breakpoints = event.breakpoints;
        break;
      case 'run.waiting':
        view.status = 'waiting';
        break;
      case 'run.finished':
        view.outputs = event.outputs;
        this.end('succeeded', event.at);
        break;
      case 'run.failed':
        view.error = event.error;
        if (event.step !== undefined) view.failedStep = event.step;
        this.end('failed', event.at);
        break;
      case 'run.cancelled':
        view.cancelReason = event.reason;
        this.end('cancelled', event.at);
        break;
      default:
        this.applyToStep(event);
    }
  }

  private end(status: RunStatus, at: number): void {
    this.view.status = status;
    this.view.endedAt = at;
    for (const wait of this.waits.values()) if (wait.state === 'open') wait.state = 'closed';
    for (const step of this.steps.values())
      if (openStates.has(step.state)) Object.assign(step, { state: 'cancelled', endedAt: at });
  }

  private step(path: string, node?: string): StepView {
    let step = this.steps.get(path);
    if (!step) {
      step = {
        step: path,
        node: node ?? nodeOf(path),
        state: 'running',
        attempt: 1,
        calls: [],
        retries: [],
        spent: nothingSpent(),
        outputs: {},
      };
      this.steps.set(path, step);
      this.view.steps.push(step);
    }
    return step;
  }

  private applyToStep(event: Extract<RunEvent, { step: string; type: Exclude<RunEvent['type'], 'run.failed'> }>): void {
    if (event.type === 'log.written') {
      const { at, step, level, message, data } = event;
      this.view.logs.push({ at, step, level, message, ...(data && { data }) });
      return;
    }
    if (this.view.status === 'waiting') this.view.status = 'running';
    const step = this.step(event.step, 'node' in event ? event.node : undefined);
    switch (event.type) {
      case 'step.started':
        step.state = 'running';
        step.attempt = event.attempt;
        step.startedAt ??= event.at;
        break;
      case 'call.intended':
        callOf(step, event.call, event.kind, event.at);
        break;
      case 'call.completed':
        this.completeCall(step, event);
        break;
      case 'call.failed': {
        const call = callOf(step, event.call, event.kind, event.startedAt);
        Object.assign(call, { state: 'failed', startedAt: event.startedAt, endedAt: event.at, error: event.error });
        this.account(step, call, event);
        const tries = event.error.data?.['tries'];
        if (Array.isArray(tries)) call.course = { tries: tries as unknown as CallTry[] };
        break;
      }
      case 'step.retried':
        step.state = 'retrying';
        step.attempt = event.attempt + 1;
        step.retries.push({ attempt: event.attempt, at: event.at, waitMs: event.waitMs, error: event.error });
        break;
      case 'step.finished':
        this.endStep(step, event);
        step.state = event.cached ? 'cached' : 'succeeded';
        step.outputs = event.outputs;
        if (event.cached) step.cached = event.cached;
        if (event.detail) step.detail = event.detail;
        break;
      case 'step.failed':
        this.endStep(step, event);
        Object.assign(step, { state: 'failed', error: event.error, handled: event.handled, outputs: event.outputs });
        if (event.detail) step.detail = event.detail;
        break;
      case 'step.skipped':
        step.state = 'skipped';
        step.endedAt = event.at;
        step.skipped = { reason: event.reason, ports: event.ports };
        break;
      case 'step.cancelled':
        this.endStep(step, event);
        step.state = 'cancelled';
        break;
      case 'race.won':
        step.race = event.edge;
        break;
      case 'step.waiting':
        this.openWait(step, event);
        break;
      case 'wait.decided':
      case 'wait.expired':
        this.closeWait(step, event);
        break;
      case 'value.recorded':
      case 'breakpoint.hit':
        break;
      default:
        event satisfies never;
    }
  }

  private endStep(step: StepView, event: { at: number; startedAt: number; attempt?: number }): void {
    step.startedAt ??= event.startedAt;
    step.endedAt = event.at;
    if (event.attempt !== undefined) step.attempt = event.attempt;
  }

  private completeCall(step: StepView, event: Extract<RunEvent, { type: 'call.completed' }>): void {
    const { request, response, startedAt, course, cached } = event;
    const call = callOf(step, event.call, event.kind, startedAt);
    Object.assign(call, {
      state: 'completed',
      startedAt,
      endedAt: event.at,
      request,
      response,
      ...(course && { course }),
      ...(cached && { cached }),
    });
    this.account(step, call, event);
  }

  /** What a call used and cost, whether it was answered or failed. */
  private account(
    step: StepView,
    call: CallView,
    { usage, cost, model, provider, prompt }: Extract<RunEvent, { type: 'call.completed' | 'call.failed' }>,
  ): void {
    Object.assign(call, {
      ...(usage && { usage }),
      ...(cost && { cost }),
      ...(model !== undefined && { model }),
      ...(provider !== undefined && { provider }),
      ...(prompt !== undefined && { prompt }),
    });
    for (const spent of [step.spent, this.view.spent]) {
      if (usage) {
        spent.inputTokens += usage.inputTokens;
        spent.outputTokens += usage.outputTokens;
      }
      spent.nanoUsd += cost?.nanoUsd ?? 0;
      if (cost && !cost.known) spent.unpriced += 1;
    }
  }

  private openWait(step: StepView, event: Extract<RunEvent, { type: 'step.waiting' }>): void {
    step.state = waitStates[event.kind];
    step.startedAt ??= event.at;
    const { wait, kind, title, payload, payloadHash, actions, form, dueAt, reason, breakpoint, edge, place } = event;
    const view: WaitView = {
      wait,
      step: event.step,
      kind,
      state: 'open',
      title,
      openedAt: event.at,
      payload,
      payloadHash,
      actions,
      ...(form && { form }),
      ...(dueAt !== undefined && { dueAt }),
      ...(reason !== undefined && { reason }),
      ...(breakpoint !== undefined && { breakpoint }),
      ...(edge !== undefined && { edge }),
      ...(place !== undefined && { place }),
    };
    this.waits.set(wait, view);
    this.view.waits.push(view);
  }

  private closeWait(step: StepView, event: Extract<RunEvent, { type: 'wait.decided' | 'wait.expired' }>): void {
    step.state = 'running';
    const wait = this.waits.get(event.wait);
    if (!wait) return;
    wait.state = event.type === 'wait.decided' ? 'decided' : 'expired';
    if (event.type === 'wait.decided') wait.decision = event.decision;
  }
}

/** The view of a whole log. */
export function runView(runId: string, events: readonly RunEvent[]): RunView {
  const fold = new RunViewFold(runId);
  for (const event of events) fold.apply(event);
  return fold.view;
}

function callOf(step: StepView, number: number, kind: string, at: number): CallView {
  // A later attempt may make the same call again: the newest that is still open is meant.
  const open = step.calls.findLast((call) => call.call === number && call.state === 'running');
  if (open) return open;
  const call: CallView = { call: number, kind, state: 'running', startedAt: at };
  step.calls.push(call);
  return call;
}
