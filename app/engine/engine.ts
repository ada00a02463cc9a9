import { AppError } from '../core/errors/app-error.ts';
import { contentHash } from '../core/graph/content-hash.ts';
import { Frames } from '../core/graph/frames.ts';
import { canonicalJson, type Json } from '../core/graph/json.ts';
import type { Workflow } from '../core/graph/workflow.ts';
import { buildPlan, type Plan } from '../core/plan/plan.ts';
import { descendantsOf } from '../core/plan/slice.ts';
import type { BreakpointSpec } from '../core/run/breakpoint.ts';
import type { Capture, PortRefs, RunEvent, RunOrigin, RunSignal, StepEdits } from '../core/run/events.ts';
import { breakpointsLeft, foldHistory, type RunHistory } from '../core/run/history.ts';
import { nodeOf } from '../core/run/step-path.ts';
import { Breakpoints, type ReadyBreakpoint, readyBreakpoints } from './breakpoints.ts';
import { type Cell, cellOf, cellOfRef, loadCell, type ValueKeeper, valueKeeper } from './cells.ts';
import type { EnginePorts, RunSnapshot } from './engine-ports.ts';
import { EventLog } from './event-log.ts';
import type { StoredValue } from './journal.ts';
import { type MemoSource, memoFromRun } from './memo.ts';
import { ReplayLog, type ReplayReport } from './replay.ts';
import { runInputs } from './run-inputs.ts';
import { liveLog } from './run-log.ts';
import { RunLoop } from './run-loop.ts';
import type { RunResult } from './run-result.ts';

export interface WatchOptions {
  /** Hears events once they are durable, and provisional signals while steps work. Must not throw. */
  observe?: (signal: RunSignal) => void;
  /** Where to stop, in place of what the run was told before; by default that stays. */
  breakpoints?: readonly BreakpointSpec[];
  /** Milliseconds that the run stays for a timer when it has nothing else to do, before it ends as `waiting`; 0. */
  holdMs?: number;
}

export interface StartOptions extends WatchOptions {
  capture?: Capture;
  /** Only these nodes and what they need. */
  targets?: readonly string[];
  /** What it spends is counted for each of them. */
  tags?: readonly string[];
  /** An earlier run whose equal steps are taken over. */
  reuse?: {
    runId: string;
    kind: RunOrigin['kind'];
    /** Node that works again, with all that hangs on it, whatever the memo keys say. */
    from?: string;
  };
  /** Values in place of computed ones, by step path and port. */
  edits?: { [step: string]: { inputs?: { [port: string]: Json }; outputs?: { [port: string]: Json } } };
}

export interface RunHandle {
  runId: string;
  result: Promise<RunResult>;
  /** Ends the run for good. */
  cancel(reason: string): void;
  /** Stops so that `resume` can go on later. */
  interrupt(): void;
  /**
   * Takes up what people have decided meanwhile, at once and not only when nothing else works. False when this passage
   * is over or about to be: the next one does.
   */
  heed(): boolean;
  /** Stops at these from here on, in place of those before. @throws AppError expression.* */
  breakAt(breakpoints: readonly BreakpointSpec[]): Promise<void>;
}

export interface Engine {
  /** @throws AppError run.input; the workflow must have been validated */
  start(snapshot: RunSnapshot, inputs: { [name: string]: Json }, options?: StartOptions): Promise<RunHandle>;
  /** @throws AppError run.not_found, run.owned, run.finished */
  resume(runId: string, options?: WatchOptions): Promise<RunHandle>;
  /**
   * Ends a run for good that nobody works on: one that waits or was interrupted.
   * @throws AppError run.not_found, run.owned, run.finished
   */
  cancel(runId: string, reason: string): Promise<void>;
  /** Works a run again without the world: calls answer from its log. @throws AppError run.not_found, run.not_replayable */
  replay(runId: string): Promise<ReplayReport>;
}

export function createEngine(ports: EnginePorts): Engine {
  const prepared = new WeakMap<
    RunSnapshot,
    { hash: string; text: string; workflowHash: string; plan: Plan; kept: boolean }
  >();

  function prepare(snapshot: RunSnapshot) {
    let entry = prepared.get(snapshot);
    if (!entry) {
      const text = canonicalJson(snapshot);
      entry = {
        hash: ports.hash(text),
        text,
        workflowHash: contentHash(snapshot.workflow),
        plan: buildPlan(snapshot.workflow, ports.registry),
        kept: false,
      };
      prepared.set(snapshot, entry);
    }
    return entry;
  }

  async function start(
    snapshot: RunSnapshot,
    given: { [name: string]: Json },
    options: StartOptions = {},
  ): Promise<RunHandle> {
    const inputs = runInputs(snapshot.workflow, given);
    const entry = prepare(snapshot);
    if (!entry.kept) await ports.journal.putSnapshot(entry.hash, entry.text);
    entry.kept = true;
    const ready = await readyBreakpoints(options.breakpoints ?? []);
    const runId = ports.newId('run');
    const values: StoredValue[] = [];
    const keeper = (personal: boolean) => valueKeeper(ports.hash, (value) => void values.push(value), personal);
    const personal = personalInputs(snapshot.workflow);
    const cells = new Map(
      Object.entries(inputs).map(([name, value]) => [name, cellOf(value, keeper(personal.has(name)))]),
    );
    const origin: RunOrigin | undefined = options.reuse && {
      parent: options.reuse.runId,
      kind: options.reuse.kind,
      ...(options.reuse.from !== undefined && { at: options.reuse.from }),
    };
    const edits = options.edits && editRefs(options.edits, (step) => keeper(isPersonal(snapshot.workflow, step)));
    const at = ports.clock.now();
    const created: RunEvent = {
      seq: 1,
      at,
      type: 'run.created',
      workflowId: snapshot.workflow.id,
      workflowName: snapshot.workflow.name,
      workflowHash: entry.workflowHash,
      snapshot: entry.hash,
      inputs: Object.fromEntries([...cells].map(([name, cell]) => [name, cell.ref])),
      engine: ports.version,
      capture: options.capture ?? 'full',
      ...(origin && { origin }),
      ...(edits && { edits }),
      ...(options.targets && { targets: [...options.targets] }),
      ...(options.tags?.length && { tags: [...options.tags] }),
    };
    const started: RunEvent = { seq: 2, at, type: 'run.started', owner: ports.owner, fence: 1, resumed: false };
    const set = setEvent(ready, [], 3, at);
    const events = set ? [created, started, set] : [created, started];
    const memo = await memoOf(events, snapshot);
    const plan = options.targets ? buildPlan(snapshot.workflow, ports.registry, options.targets) : entry.plan;
    const begin = { owner: ports.owner, events, values };
    const about = { runId, fence: 1, begin, snapshot, plan, history: foldHistory(events), inputs: cells, memo, ready };
    return launch(about, { ...options, ...(options.observe && { observe: afterBeginning(options.observe) }) });
  }

  /** Says in the log where a run stops; nothing where the log says so already. */
  function setEvent(
    ready: readonly ReadyBreakpoint[],
    before: readonly BreakpointSpec[],
    seq: number,
    at: number,
  ): RunEvent | undefined {
    const breakpoints = ready.map(({ spec }) => spec);
    const isNews = canonicalJson(breakpoints as unknown as Json) !== canonicalJson(before as unknown as Json);
    return isNews ? { seq, at, type: 'breakpoints.set', breakpoints } : undefined;
  }

  function editRefs(edits: NonNullable<StartOptions['edits']>, keeperOf: (step: string) => ValueKeeper): StepEdits {
    return Object.fromEntries(
      Object.entries(edits).map(([step, { inputs, outputs }]) => {
        const keeper = keeperOf(step);
        const refs = (ports_: { [port: string]: Json }): PortRefs =>
          Object.fromEntries(Object.entries(ports_).map(([port, value]) => [port, cellOf(value, keeper).ref]));
        return [step, { ...(inputs && { inputs: refs(inputs) }), ...(outputs && { outputs: refs(outputs) }) }];
      }),
    );
  }

  /** What is put in place of a personal node's values is as personal as they are. */
  function isPersonal(workflow: Workflow, step: string): boolean {
    const id = nodeOf(step);
    return workflow.nodes.some((node) => node.id === id && node.personal);
  }

  /** Inputs that a node marked personal stands for. */
  function personalInputs(workflow: Workflow): Set<string> {
    const names = new Set<string>();
    for (const node of workflow.nodes) {
      const port = node.personal ? ports.registry.get(node.type)?.manifest.workflowPort?.(node.config) : undefined;
      if (port?.direction === 'input') names.add(port.name);
    }
    return names;
  }

  /** Where equal steps may come from, by the run's origin. */
  async function memoOf(events: readonly RunEvent[], snapshot: RunSnapshot): Promise<MemoSource | undefined> {
    const created = events[0];
    if (created?.type !== 'run.created' || !created.origin) return undefined;
    const { parent, at, kind } = created.origin;
    const history = foldHistory(await ports.journal.events(parent));
    const starts = at === undefined ? [] : [at];
    const { workflow } = snapshot;
    const frames = new Frames(workflow.nodes);
    // A container taken over whole would hide what the fork changes inside it.
    const around = starts.flatMap((id) => frames.around(id)).filter((id) => id !== null);
    const rerun = kind === 'fork' ? new Set([...starts, ...around]) : descendantsOf(workflow, frames, starts);
    return memoFromRun(parent, history, rerun);
  }

  async function launch(
    about: {
      runId: string;
      fence: number;
      /** How the log of a new run begins: it is written with what the first steps do at once. */
      begin?: { owner: string; events: readonly RunEvent[]; values: readonly StoredValue[] };
      snapshot: RunSnapshot;
      plan: Plan;
      history: RunHistory;
      inputs: Map<string, Cell>;
      memo: MemoSource | undefined;
      ready: readonly ReadyBreakpoint[];
    },
    options: WatchOptions,
  ): Promise<RunHandle> {
    const { runId, fence, begin, snapshot, plan, history, inputs, memo } = about;
    const events = new EventLog({
      journal: ports.journal,
      runId,
      fence,
      lastSeq: history.lastSeq,
      begin,
      now: ports.clock.now,
      yield: ports.clock.yield,
      observe: options.observe,
    });
    const log = liveLog(events, ports.journal, runId, fence);
    const breakpoints = new Breakpoints(history, (hit) => void log.add(hit));
    breakpoints.set(about.ready);
    const loop = new RunLoop({
      ports,
      runId,
      plan,
      snapshot,
      host: ports.host(snapshot),
      history,
      log,
      inputs,
      observe: options.observe,
      memo,
      breakpoints,
      holdMs: options.holdMs ?? 0,
    });
    // Values beside the log are read from the journal, so there they must be first.
    if (begin && begin.values.length > 0) await log.commit();
    // Asked for first, so that nothing which the first steps do at once waits for a commit of its own.
    const begun = begin ? log.commit() : undefined;
    loop.start();
    if (begun !== undefined) {
      // Nobody else hears of a run that cannot begin: this call says so.
      loop.result.catch(() => undefined);
      try {
        await begun;
      } catch (failure) {
        loop.broken(failure);
        throw failure;
      }
    }
    return {
      runId,
      result: loop.result,
      cancel: (reason) => loop.cancel(reason),
      interrupt: () => loop.interrupt(),
      heed: () => loop.heed(),
      async breakAt(specs) {
        const ready = await readyBreakpoints(specs);
        if (loop.isEnded()) return;
        breakpoints.set(ready);
        log.add({ type: 'breakpoints.set', breakpoints: [...specs] });
      },
    };
  }

  async function loadSnapshot(history: RunHistory): Promise<RunSnapshot> {
    return JSON.parse(await ports.journal.snapshot(history.created.snapshot)) as RunSnapshot;
  }

  async function loadInputs(runId: string, history: RunHistory): Promise<Map<string, Cell>> {
    const inputs = new Map<string, Cell>();
    for (const [name, ref] of Object.entries(history.created.inputs)) {
      const cell = cellOfRef(ref);
      await loadCell(cell, (digest) => ports.journal.value(digest, runId));
      inputs.set(name, cell);
    }
    return inputs;
  }

  /** Takes over a run that has not ended, and gives it up again when `work` fails. */
  async function takeOver<T>(
    runId: string,
    work: (fence: number, history: RunHistory, events: readonly RunEvent[]) => Promise<T>,
  ): Promise<T> {
    const { fence, events } = await ports.journal.claim(runId, ports.owner);
    try {
      const history = foldHistory(events);
      if (history.end) {
        throw new AppError('run.finished', {
          message: `The run has already ended (${history.end.type.slice('run.'.length)}).`,
          where: runId,
          remedy: 'See it with `pipewright trace`, work it again with `pipewright replay`, or start a new run.',
        });
      }
      return await work(fence, history, events);
    } catch (error) {
      await ports.journal.release(runId, fence).catch(() => undefined);
      throw error;
    }
  }

  function resume(runId: string, options: WatchOptions = {}): Promise<RunHandle> {
    return takeOver(runId, async (fence, history, events) => {
      const ready = await readyBreakpoints(options.breakpoints ?? breakpointsLeft(history));
      const seq = history.lastSeq + 1;
      const at = ports.clock.now();
      const started: RunEvent = {
        ...{ seq, at },
        type: 'run.started',
        owner: ports.owner,
        fence,
        resumed: true,
      };
      const set = setEvent(ready, history.breakpoints, seq + 1, at);
      const begun = set ? [started, set] : [started];
      await ports.journal.append({ runId, fence, events: begun, values: [] });
      history.lastSeq += begun.length;
      for (const event of begun) options.observe?.({ type: 'event', event });
      const snapshot = await loadSnapshot(history);
      const plan = buildPlan(snapshot.workflow, ports.registry, history.created.targets);
      const memo = await memoOf(events, snapshot);
      const inputs = await loadInputs(runId, history);
      return launch({ runId, fence, snapshot, plan, history, inputs, memo, ready }, options);
    });
  }

  function cancel(runId: string, reason: string): Promise<void> {
    return takeOver(runId, (fence, { lastSeq }) => {
      const cancelled: RunEvent = { seq: lastSeq + 1, at: ports.clock.now(), type: 'run.cancelled', reason };
      return ports.journal.append({ runId, fence, events: [cancelled], values: [] });
    });
  }

  async function replay(runId: string): Promise<ReplayReport> {
    const history = foldHistory(await ports.journal.events(runId));
    const snapshot = await loadSnapshot(history);
    const log = new ReplayLog(history);
    const loop = new RunLoop({
      ports,
      runId,
      plan: buildPlan(snapshot.workflow, ports.registry, history.created.targets),
      snapshot,
      host: ports.host(snapshot),
      history,
      log,
      inputs: await loadInputs(runId, history),
      breakpoints: new Breakpoints(history, () => undefined),
      holdMs: 0,
    });
    loop.start();
    const result = await loop.result;
    const complete = history.end !== undefined && result.status !== 'waiting';
    const recorded = history.end
      ? (history.end.type.slice('run.'.length) as 'finished' | 'failed' | 'cancelled')
      : 'open';
    return {
      runId,
      steps: log.steps,
      differences: complete ? [...log.differences, ...log.unmatched()] : log.differences,
      recorded: recorded === 'finished' ? 'succeeded' : recorded,
    };
  }

  return { start, resume, cancel, replay };
}

/** Passes signals on from when the run has begun for who watches: its first steps work while that is still written. */
function afterBeginning(observe: (signal: RunSignal) => void): (signal: RunSignal) => void {
  const early: RunSignal[] = [];
  let begun = false;
  return (signal) => {
    if (!begun && signal.type !== 'event') {
      early.push(signal);
      return;
    }
    observe(signal);
    if (begun || signal.type !== 'event' || signal.event.type !== 'run.started') return;
    begun = true;
    for (const one of early) observe(one);
  };
}
