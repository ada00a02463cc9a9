import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import type { ShownEvent, ShownSignal } from '../../app/core/contracts/run-signal.ts';
import { fromWireError } from '../../app/core/contracts/wire-error.ts';
import type { Json } from '../../app/core/graph/json.ts';
import type { BreakpointGiven } from '../../app/core/run/breakpoint.ts';
import type { RunEvent } from '../../app/core/run/events.ts';
import { type RunView, RunViewFold, type Spent, type StepState, type StepView } from '../../app/core/run/run-view.ts';
import { nodeOf } from '../../app/core/run/step-path.ts';
import { readEvents } from '../rpc/read-run-log.ts';
import type { PinsGiven } from './debugging.ts';

/** How a node is doing in the run that is shown: all its steps together, which are many inside a container. */
export interface NodeRun {
  state: StepState;
  steps: number;
  /** Those of them that the log tells of, in the order in which they appeared. */
  of: readonly StepView[];
  ended: number;
  /** Work of all its steps, milliseconds; while one works, only of those that have ended. */
  ms: number;
  /** Since when a step of it works. */
  since: number | undefined;
  spent: Spent;
  retries: number;
  /** What its newest step has streamed so far. */
  text: string;
  error: string | undefined;
}

export type RunStatus =
  | 'none'
  | 'starting'
  | 'running'
  | 'waiting'
  | 'interrupted'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  /** It could not be started. */
  | 'refused';

export interface RunFault {
  message: string;
  remedy?: string;
  where?: string;
}

export interface RunState {
  status: RunStatus;
  /** The run so far; undefined before the first. A new object whenever anything in it changed. */
  view: RunView | undefined;
  nodes: ReadonlyMap<string, NodeRun>;
  fault: RunFault | undefined;
}

export interface StartRequest {
  inputs: { [name: string]: Json };
  /** Only these nodes and what they need. */
  to?: string[];
  /** Take over an earlier run up to this node. */
  from?: { node: string; run: string };
}

export interface ForkRequest {
  run: string;
  /** The step that is worked again, with all that depends on it. */
  step: string;
  /** Values in place of those that it got, or gave where it has no such input. */
  values: { [port: string]: Json };
}

/** The run that is shown beside a document: started here, or elsewhere and followed. */
export interface RunSession {
  readonly store: StoreApi<RunState>;
  /** The step that is looked at, in every place that shows the run; a turn of a container is meant with it. */
  readonly looked: StoreApi<{ step: string | undefined }>;
  /** The step whose output is to be explained; none: what is most telling in the run. */
  readonly asked: StoreApi<{ step: string | undefined }>;
  /** Starts a run of the file as it lies on the disk. Resolves when it has begun, or could not. */
  start(file: string, request: StartRequest): Promise<void>;
  /** Starts a run that takes over all of another up to a step. Resolves as `start` does. */
  fork(request: ForkRequest): Promise<void>;
  /** Ends the run for good. */
  stop(): Promise<void>;
  /** Lets calls in flight end, so that the run can go on later. */
  pause(): Promise<void>;
  /** Goes on, and stops once more at a node or wire where one is named. Resolves when the run is taken up. */
  resume(until?: string): Promise<void>;
  /** A run that works stops from now on where the breakpoints are. */
  breakAnew(): Promise<void>;
  /** Shows a run from its beginning, and goes on with it while it lives. */
  show(run: string): Promise<void>;
  /** Reads on where the run that is shown went on without a word to this session: it was taken up elsewhere. */
  readOn(): Promise<void>;
  dispose(): void;
}

const empty: RunState = { status: 'none', view: undefined, nodes: new Map(), fault: undefined };
/** How often what came is drawn: a thousand events a second must not be a thousand drawings. */
const DRAW_EVERY_MS = 40;
/** After a drawing that took long the page has so many times as long for what a person does meanwhile, at most this. */
const REST_TIMES = 2;
const LONGEST_REST_MS = 500;
/** Of a streamed text more is not shown on a node, and need not be kept. */
const TEXT_KEPT = 20_000;

/** Whether a run has begun and not ended, at work or not. */
export const isOpen = (state: RunState): boolean =>
  isLive(state) || state.status === 'waiting' || state.status === 'interrupted';

const LIVE: ReadonlySet<RunStatus> = new Set(['starting', 'running']);
export const isLive = ({ status }: RunState): boolean => LIVE.has(status);

/** How a person looks at the runs that are begun or gone on with here. */
export interface RunLooks {
  breakpoints: BreakpointGiven[];
  pins: PinsGiven;
}

export function createRunSession(
  client: Pick<ContractClient, 'run'>,
  onRun: (runId: string) => void,
  looks: () => Promise<RunLooks>,
): RunSession {
  const store = createStore<RunState>(() => empty);
  /** As a request carries them; nothing where there are none. */
  const stops = ({ breakpoints }: RunLooks) => breakpoints.length > 0 && { breakpoints };
  const looked = createStore<{ step: string | undefined }>(() => ({ step: undefined }));
  const asked = createStore<{ step: string | undefined }>(() => ({ step: undefined }));
  let shown: Following | undefined;

  /** `isNew`: it has just begun, so that little is written of it and much is about to happen. */
  function follow(runId: string, isNew = false): Promise<void> {
    shown?.end();
    const following = new Following(client, runId, (state) => {
      if (shown === following) store.setState(state, true);
    });
    shown = following;
    looked.setState({ step: undefined });
    asked.setState({ step: undefined });
    onRun(runId);
    return following.run({ isNew });
  }

  async function begin(call: () => Promise<{ runId: string }>): Promise<void> {
    store.setState({ ...empty, status: 'starting' }, true);
    try {
      const { runId } = await call();
      void follow(runId, true);
    } catch (thrown) {
      const { message, remedy, where } = fromWireError(thrown);
      const fault = { message, ...(remedy !== undefined && { remedy }), ...(where !== undefined && { where }) };
      store.setState({ ...empty, status: 'refused', fault }, true);
    }
  }

  const id = () => shown?.runId;
  return {
    store,
    looked,
    asked,
    start: (file, { inputs, ...more }) =>
      begin(async () => {
        const look = await looks();
        return client.run.start({ workflow: file, inputs, ...more, ...look.pins, ...stops(look) });
      }),
    fork: ({ run, step, values }) =>
      begin(async () =>
        client.run.start({ fork: { run, at: step }, edits: { [step]: values }, ...stops(await looks()) }),
      ),
    async stop() {
      const run = id();
      if (run === undefined) return;
      await client.run.cancel({ run, reason: 'Stopped in the studio.' });
      // Nobody worked on a run that waited: its end is read here.
      if (!isLive(store.getState())) await shown?.run();
    },
    async pause() {
      const run = id();
      if (run !== undefined) await client.run.interrupt({ run });
    },
    async resume(until) {
      const run = id();
      if (run === undefined) return;
      // It forgets those that were taken away meanwhile.
      const { breakpoints } = await looks();
      await client.run.resume({ run, breakpoints, ...(until !== undefined && { until }) });
      // It is followed to its end, for which nobody here waits; one that is followed already goes on being.
      void shown?.run();
    },
    async breakAnew() {
      const run = id();
      if (run === undefined || !isLive(store.getState())) return;
      // It may just have stopped: then it is told when it goes on.
      const { breakpoints } = await looks();
      await client.run.breakAt({ run, breakpoints }).catch((thrown) => {
        if (fromWireError(thrown).code !== 'run.not_running') throw thrown;
      });
    },
    show: (run) => follow(run),
    async readOn() {
      const { status } = store.getState();
      if (status === 'waiting' || status === 'interrupted') await shown?.run({ quietly: true });
    },
    dispose: () => shown?.end(),
  };
}

/** One run that is followed: its log folded, with what is provisional beside it. */
class Following {
  readonly runId: string;
  private readonly client: Pick<ContractClient, 'run'>;
  private readonly draw: (state: RunState) => void;
  private readonly fold: RunViewFold;
  private readonly stopping = new AbortController();
  private readonly byNode = new Map<string, Set<StepView>>();
  private readonly running = new Map<string, Set<string>>();
  private readonly texts = new Map<string, string>();
  private readonly changed = new Set<string>();
  private nodes: ReadonlyMap<string, NodeRun> = new Map();
  private seen = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private restMs = DRAW_EVERY_MS;
  private isOpen = false;
  private reading: Promise<void> | undefined;

  constructor(client: Pick<ContractClient, 'run'>, runId: string, draw: (state: RunState) => void) {
    this.client = client;
    this.runId = runId;
    this.draw = draw;
    this.fold = new RunViewFold(runId);
  }

  /**
   * Reads from where it stands until nobody works on the run any more, after what is being read already. `quietly`: only
   * where nothing is being read, and it counts as being worked on only when something was heard.
   */
  async run({ quietly = false, isNew = false } = {}): Promise<void> {
    if (quietly && this.reading) return;
    const before = this.reading;
    const reading = (async () => {
      await before;
      await this.read(quietly, isNew);
    })();
    this.reading = reading;
    await reading;
    if (this.reading === reading) this.reading = undefined;
  }

  private async read(quietly: boolean, isNew: boolean): Promise<void> {
    const open = () => {
      this.isOpen = true;
      this.soon();
    };
    if (!quietly) open();
    let fault: RunFault | undefined;
    try {
      if (!isNew && (await this.readWritten())) {
        this.drawNotYet();
        open();
      }
      if (this.fold.view.endedAt !== undefined) return this.stop();
      const { signal } = this.stopping;
      const signals = await this.client.run.follow({ run: this.runId, after: this.fold.view.lastSeq }, { signal });
      for await (const piece of signals) {
        for (const one of piece) this.hear(one);
        open();
      }
    } catch (thrown) {
      const { code, message } = fromWireError(thrown);
      // A lost connection is told by the page; what is known stays, and the run goes on at the host.
      if (!this.stopping.signal.aborted && code !== 'internal') fault = { message };
    }
    this.stop(fault);
  }

  /** Takes in what is written already, which comes in large pieces. Says whether there was anything. */
  private async readWritten(): Promise<boolean> {
    const { signal } = this.stopping;
    const after = this.fold.view.lastSeq;
    let isAny = false;
    for await (const events of readEvents(this.client, this.runId, { after, signal })) {
      if (events.length === 0) break;
      for (const event of events) this.hear({ type: 'event', event });
      this.isOpen = true;
      // To draw half of a log takes longer than to read the other half: only what takes long is drawn meanwhile.
      if (!isAny) this.drawNotYet();
      this.soon(LONGEST_REST_MS);
      isAny = true;
    }
    return isAny;
  }

  /** Nobody works on the run any more, as far as is known. */
  private stop(fault?: RunFault): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    for (const node of this.running.keys()) this.changed.add(node);
    this.running.clear();
    this.flush(fault);
  }

  end(): void {
    this.stopping.abort();
    this.drawNotYet();
  }

  private hear(signal: ShownSignal): void {
    if (signal.type === 'event') this.apply(signal.event);
    if (signal.type === 'step.running') {
      this.running.set(signal.node, (this.running.get(signal.node) ?? new Set()).add(signal.step));
      this.changed.add(signal.node);
    }
    if (signal.type === 'delta') {
      const node = nodeOf(signal.step);
      this.texts.set(node, ((this.texts.get(node) ?? '') + signal.text).slice(-TEXT_KEPT));
      this.changed.add(node);
    }
    if (signal.type === 'delta.reset') {
      this.texts.delete(nodeOf(signal.step));
      this.changed.add(nodeOf(signal.step));
    }
  }

  private apply(event: ShownEvent): void {
    // The fold hands payloads on and never looks into them: it does not matter what may be shown of them.
    this.fold.apply(event as RunEvent);
    const { steps } = this.fold.view;
    for (; this.seen < steps.length; this.seen += 1) {
      const step = steps[this.seen];
      if (step) this.byNode.set(step.node, (this.byNode.get(step.node) ?? new Set()).add(step));
    }
    if ('step' in event && event.step !== undefined) {
      const node = 'node' in event ? event.node : nodeOf(event.step);
      this.changed.add(node);
      if (ends.has(event.type)) this.running.get(node)?.delete(event.step);
      // Another attempt writes anew.
      if (event.type === 'step.retried') this.texts.delete(node);
    } else for (const node of this.byNode.keys()) this.changed.add(node);
  }

  private soon(waitMs = this.restMs): void {
    this.timer ??= setTimeout(() => {
      const began = performance.now();
      this.flush();
      // What hangs on the state is drawn before the next task.
      setTimeout(() => {
        const took = performance.now() - began;
        this.restMs = Math.min(LONGEST_REST_MS, Math.max(DRAW_EVERY_MS, took * REST_TIMES));
      });
    }, waitMs);
  }

  private drawNotYet(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private flush(fault?: RunFault): void {
    // What was to be drawn soon is drawn now: the end of a long log must not be drawn twice.
    this.drawNotYet();
    const { view } = this.fold;
    if (this.changed.size > 0) {
      const nodes = new Map(this.nodes);
      for (const node of this.changed) nodes.set(node, this.nodeRun(node));
      this.nodes = nodes;
      this.changed.clear();
    }
    const { error } = view;
    this.draw({
      status: this.status(view),
      view: { ...view, steps: [...view.steps], waits: [...view.waits], logs: [...view.logs] },
      nodes: this.nodes,
      fault: fault ?? error,
    });
  }

  private status({ status, createdAt }: RunView): RunStatus {
    if (createdAt === 0) return this.isOpen ? 'starting' : 'none';
    return status === 'running' && !this.isOpen ? 'interrupted' : status;
  }

  private nodeRun(node: string): NodeRun {
    const steps = this.byNode.get(node) ?? new Set<StepView>();
    return nodeRunOf(steps, { running: this.running.get(node), text: this.texts.get(node) ?? '' });
  }
}

interface NotWritten {
  /** Paths of the steps that are said to be at work, also of those that wrote nothing yet. */
  running?: ReadonlySet<string> | undefined;
  text?: string;
}

/** Steps of a node as one. */
export function nodeRunOf(steps: ReadonlySet<StepView>, { running, text = '' }: NotWritten = {}): NodeRun {
  const spent = { inputTokens: 0, outputTokens: 0, nanoUsd: 0, unpriced: 0 };
  const states = new Map<StepState, number>();
  const count = (state: StepState) => states.set(state, (states.get(state) ?? 0) + 1);
  let [ms, ended, retries] = [0, 0, 0];
  let since: number | undefined;
  let error: string | undefined;
  let working = running?.size ?? 0;
  for (const step of steps) {
    count(step.state);
    // A run that is taken up begins each step that waits again, only to wait on.
    if (waits.has(step.state) && running?.has(step.step)) working -= 1;
    retries += step.retries.length;
    error = step.error?.message ?? error;
    spent.inputTokens += step.spent.inputTokens;
    spent.outputTokens += step.spent.outputTokens;
    spent.nanoUsd += step.spent.nanoUsd;
    spent.unpriced += step.spent.unpriced;
    if (step.startedAt === undefined) continue;
    if (step.endedAt === undefined) since = Math.min(since ?? step.startedAt, step.startedAt);
    else {
      ended += 1;
      ms += step.state === 'skipped' ? 0 : step.endedAt - step.startedAt;
    }
  }
  if (working > 0) count('running');
  const state = order.find((one) => states.has(one)) ?? 'running';
  return { state, steps: Math.max(steps.size, working), of: [...steps], ended, ms, since, spent, retries, text, error };
}

const ends: ReadonlySet<ShownEvent['type']> = new Set([
  'step.finished',
  'step.failed',
  'step.skipped',
  'step.cancelled',
]);

const waits: ReadonlySet<StepState> = new Set(['needs-decision', 'paused', 'waiting']);

/** What is worth knowing first of a node with many steps. */
const order: readonly StepState[] = [
  'running',
  'retrying',
  'needs-decision',
  'paused',
  'waiting',
  'failed',
  'cancelled',
  'succeeded',
  'cached',
  'skipped',
];
