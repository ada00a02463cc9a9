import type { HostCapabilities } from '../core/capabilities/capabilities.ts';
import { AppError, type ErrorWire, fromWire, toAppError } from '../core/errors/app-error.ts';
import type { Json } from '../core/graph/json.ts';
import type { Plan, PlanNode } from '../core/plan/plan.ts';
import type { RunEventBody, RunSignal } from '../core/run/events.ts';
import { emptyPast, type RunHistory, type StepEnd, type StepPast } from '../core/run/history.ts';
import { backoffMs, keepsCalls, mayRetry } from './backoff.ts';
import { type Breakpoint, breakpointFor } from './breakpoints.ts';
import { type Cell, cellOf, cellOfRef, loadCell, type ValueKeeper, valueKeeper } from './cells.ts';
import type { EnginePorts, RunSnapshot } from './engine-ports.ts';
import { cellsOf, Frame, type Outputs, refsOf, SILENT } from './frame.ts';
import { type LiveStep, LiveSteps } from './live-steps.ts';
import type { MemoSource } from './memo.ts';
import { OpenWaits } from './open-waits.ts';
import { ReadyQueue } from './ready-queue.ts';
import type { RunLog } from './run-log.ts';
import { Semaphores } from './semaphores.ts';
import { type AttemptEnvironment, keptError, runAttempt } from './step-attempt.ts';
import { ATTEMPT_OVER, type CallScope } from './step-calls.ts';
import { resourceName, StepIdentity } from './step-identity.ts';
import { type Arrived, gather } from './step-values.ts';

export interface RunResult {
  runId: string;
  /** `interrupted`: stopped by its host, can be resumed. `waiting`: for a person or a timer. */
  status: 'succeeded' | 'failed' | 'cancelled' | 'waiting' | 'interrupted';
  outputs: { [name: string]: Json };
  /** Of a run to certain nodes: what these gave, by port, except what is among `outputs`. */
  targets?: { [node: string]: { [port: string]: Json } };
  error?: ErrorWire;
  /** The step that failed the run. */
  step?: string;
  /** Open waits by id. */
  waits?: string[];
}

export interface LoopSetup {
  ports: EnginePorts;
  runId: string;
  plan: Plan;
  snapshot: RunSnapshot;
  host: HostCapabilities;
  history: RunHistory;
  log: RunLog;
  inputs: ReadonlyMap<string, Cell>;
  observe?: ((signal: RunSignal) => void) | undefined;
  breakpoints?: readonly Breakpoint[];
  /** Finds equal steps of an earlier run. */
  memo?: MemoSource | undefined;
}

/** Number of the recorded value that is a container's definition; calls count from 0. */
const DEFINITION = -1;
/** Steps that may start before everything else gets a turn. */
const TURN = 256;
/** Events that may wait in memory. */
const BACKLOG = 2000;
/** Longest time that a finished step stays unwritten while others work, milliseconds. */
const LAZY_COMMIT_MS = 25;

/** One passage through a run, from its beginning or from where its log ends. One object a run, used once. */
export class RunLoop {
  private readonly setup: LoopSetup;
  private readonly ports: EnginePorts;
  private readonly history: RunHistory;
  private readonly log: RunLog;
  private readonly root: Frame;
  private readonly ready = new ReadyQueue();
  private readonly live: LiveSteps;
  private readonly waits: OpenWaits;
  private readonly environment: AttemptEnvironment;
  private readonly keepers: { plain: ValueKeeper; personal: ValueKeeper };
  private readonly identity: StepIdentity;
  private readonly semaphores = new Semaphores();
  private calls = 0;
  private pumping = false;
  private checkingIdle = false;
  private lazyCommit = false;
  private draining = false;
  private stepping = false;
  private ended = false;
  private finish!: (result: RunResult) => void;
  private crash!: (error: unknown) => void;
  readonly result: Promise<RunResult>;

  constructor(setup: LoopSetup) {
    this.setup = setup;
    this.ports = setup.ports;
    this.history = setup.history;
    this.log = setup.log;
    const keeper = (personal: boolean) => valueKeeper(setup.ports.hash, (value) => setup.log.store(value), personal);
    this.keepers = { plain: keeper(false), personal: keeper(true) };
    this.identity = new StepIdentity(setup.ports, setup.snapshot, setup.inputs);
    this.live = new LiveSteps({
      now: setup.ports.clock.now,
      onCancel: (step) => {
        const { path, node, startedAt } = step;
        this.log.add({ type: 'step.cancelled', step: path, node: node.id, startedAt });
        this.waits.drop(step);
      },
      onBlock: () => void Promise.resolve().then(() => this.pump()),
    });
    this.waits = new OpenWaits({
      runId: setup.runId,
      log: setup.log,
      past: setup.history.waits,
      hash: setup.ports.hash,
      now: setup.ports.clock.now,
      keeper: (node) => this.keeper(node),
      load: (cell) => this.load(cell),
      block: (step) => this.live.block(step),
      unblock: (step) => this.live.unblock(step),
    });
    this.environment = {
      runId: setup.runId,
      snapshot: setup.snapshot,
      clock: setup.ports.clock,
      log: setup.log,
      observe: setup.observe,
      runs: new Map(),
      keeper: (node) => this.keeper(node),
      scope: (about) => this.scope(about),
    };
    this.root = new Frame(setup.plan.root, '', undefined, SILENT);
    this.result = new Promise((resolve, reject) => {
      this.finish = resolve;
      this.crash = reject;
    });
    this.root.onEnd = (error) => {
      if (!error) void this.succeed();
    };
  }

  start(): void {
    this.open(this.root);
    this.pump();
  }

  /** Durable: the run ends as cancelled and cannot be resumed. */
  cancel(reason: string): void {
    if (this.ended) return;
    this.live.cancel('');
    this.log.add({ type: 'run.cancelled', reason });
    void this.end(() => ({ status: 'cancelled', outputs: {} }));
  }

  /** Stops without ending: calls under way may finish, nothing new begins, and the run can be resumed. */
  interrupt(): void {
    if (this.ended || this.draining) return;
    this.draining = true;
    if (this.calls === 0) void this.end(() => ({ status: 'interrupted', outputs: {} }));
  }

  // ── Frames and the queue ────────────────────────────────────────────────────────────────────────────────────

  private open(frame: Frame): void {
    for (const node of frame.plan.nodes) {
      if (node.race) this.race(frame, node);
      else if (node.waitsFor === 0) this.enqueue(frame, node);
    }
    if (frame.plan.size === 0) this.frameDone(frame);
  }

  private enqueue(frame: Frame, node: PlanNode): void {
    const end = this.history.steps.get(frame.pathOf(node))?.end;
    this.ready.push({ frame, node }, end !== undefined && !this.log.replaying);
    this.live.activity += 1;
  }

  /** Starts what is ready until nothing is. Safe to call from anywhere, also from inside itself. */
  private pump(): void {
    if (this.pumping || this.ended) return;
    this.pumping = true;
    let started = 0;
    for (let next = this.ready.take(this.draining); next && !this.ended; next = this.ready.take(this.draining)) {
      this.begin(next.frame, next.node);
      started += 1;
      if (started % TURN === 0) {
        void this.giveTurn();
        return;
      }
    }
    this.pumping = false;
    if (!this.ended) this.afterPump();
  }

  private async giveTurn(): Promise<void> {
    if (this.log.pending > BACKLOG) await this.log.commit().catch((failure) => this.broken(failure));
    await this.ports.clock.yield();
    this.pumping = false;
    this.pump();
  }

  private afterPump(): void {
    if (this.draining) return;
    if (this.live.active === 0) void this.checkIdle();
    else if (this.log.pending > 0) void this.commitLazily();
  }

  /** Finished steps become visible soon, without a commit for each of them. */
  private async commitLazily(): Promise<void> {
    if (this.lazyCommit) return;
    this.lazyCommit = true;
    await this.ports.clock.sleep(LAZY_COMMIT_MS, this.root.controller.signal).catch(() => undefined);
    this.lazyCommit = false;
    if (!this.ended && this.log.pending > 0) this.log.commit().catch((failure) => this.broken(failure));
  }

  /** Nothing works and nothing is ready: the run waits for a person, or for a timer that may be due. */
  private async checkIdle(): Promise<void> {
    if (this.checkingIdle) return;
    this.checkingIdle = true;
    for (let before = -1; before !== this.live.activity; ) {
      before = this.live.activity;
      await this.ports.clock.yield();
      if (this.ended || this.live.active > 0 || this.pumping) {
        this.checkingIdle = false;
        return;
      }
    }
    try {
      if (!(await this.waits.settle())) await this.park();
    } catch (failure) {
      this.broken(failure);
    } finally {
      this.checkingIdle = false;
    }
    if (!this.ended && this.live.active === 0 && !this.pumping) this.pump();
  }

  private async park(): Promise<void> {
    // A replay goes as far as its log: where steps had been cancelled it has nothing more to do.
    if (this.log.replaying) return this.end(() => ({ status: 'interrupted', outputs: {} }));
    if (this.waits.size === 0) {
      throw new AppError('run.stuck', {
        message: 'Nothing is ready, nothing works and nothing waits, but the run is not done.',
        where: this.setup.runId,
        remedy: 'This is a fault in the engine or in a node: please report it with the trace of the run.',
      });
    }
    const waits = this.waits.ids();
    this.log.add({ type: 'run.waiting', waits });
    await this.end(() => ({ status: 'waiting', outputs: {}, waits }));
  }

  // ── Steps ───────────────────────────────────────────────────────────────────────────────────────────────────

  private begin(frame: Frame, node: PlanNode): void {
    if (frame.ended) return;
    const path = frame.pathOf(node);
    const past = this.history.steps.get(path);
    if (past?.end && this.log.appliesPast(past.end)) {
      this.applyEnd(frame, node, path, past.end);
      return;
    }
    if (past === undefined && !this.log.mayBegin(path)) return;
    if (node.disabled) {
      this.skip(frame, node, path, [], 'disabled');
      return;
    }
    const winner = frame.winners.get(node.order);
    const arrived = gather(node, (i) => {
      const wire = node.wires[i];
      return wire && (winner === undefined || wire.edge === winner) ? frame.cellOn(wire) : undefined;
    });
    if (arrived.missing.length > 0) this.skip(frame, node, path, arrived.missing, 'silent');
    else void this.execute(frame, node, path, past ?? emptyPast(), arrived);
  }

  private skip(frame: Frame, node: PlanNode, path: string, ports: string[], reason: 'silent' | 'disabled'): void {
    this.log.stepEnded(path, 'skipped', undefined);
    this.log.add({ type: 'step.skipped', step: path, node: node.id, ports, reason });
    this.settle(frame, node, SILENT);
  }

  private applyEnd(frame: Frame, node: PlanNode, path: string, end: StepEnd): void {
    this.log.stepEnded(path, end.state, undefined);
    if (end.state === 'cancelled') return;
    if (end.state === 'skipped') this.settle(frame, node, SILENT);
    else if (end.state === 'failed' && end.handled === 'fail') this.failFrame(frame, fromWire(end.error), path);
    else this.settle(frame, node, cellsOf(end.outputs));
  }

  private settle(frame: Frame, node: PlanNode, outputs: Outputs): void {
    if (frame.ended || this.ended) return;
    frame.outputs[node.order] = outputs;
    frame.settled += 1;
    this.live.activity += 1;
    for (const order of node.wakes) {
      const target = frame.plan.nodes[order] as PlanNode;
      frame.left[order] = (frame.left[order] as number) - 1;
      if (target.race && !frame.winners.has(order)) this.race(frame, target, node);
      else if (frame.left[order] === 0 && !target.race) this.enqueue(frame, target);
    }
    if (frame.settled === frame.plan.size) this.frameDone(frame);
  }

  /**
   * The first value to reach a race wins; the log remembers, since time decided and not the graph. `source` is the
   * node that has just settled; without it the values that were there before the frame opened compete.
   */
  private race(frame: Frame, target: PlanNode, source?: PlanNode): void {
    const path = frame.pathOf(target);
    const before = this.history.steps.get(path)?.race;
    for (const wire of target.wires) {
      if (before !== undefined && wire.edge !== before) continue;
      const from = wire.source;
      const local = from.kind === 'node' && from.up === 0;
      const meant = source ? local && from.order === source.order : !local;
      if (!meant || !frame.cellOn(wire)) continue;
      frame.winners.set(target.order, wire.edge);
      if (before === undefined) this.log.add({ type: 'race.won', step: path, edge: wire.edge });
      this.enqueue(frame, target);
      return;
    }
    if (frame.left[target.order] === 0) {
      frame.winners.set(target.order, '');
      this.enqueue(frame, target);
    }
  }

  private frameDone(frame: Frame): void {
    frame.ended = true;
    frame.onEnd();
    if (!this.pumping) this.pump();
  }

  private failFrame(frame: Frame, error: AppError, path: string): void {
    if (frame.ended || this.ended) return;
    frame.ended = true;
    this.live.activity += 1;
    if (frame === this.root) {
      this.live.cancel('');
      const wire = error.toWire();
      this.log.add({ type: 'run.failed', error: wire, step: path });
      void this.end(() => ({ status: 'failed', outputs: {}, error: wire, step: path }));
      return;
    }
    this.live.cancel(frame.path);
    frame.controller.abort(ATTEMPT_OVER);
    frame.onEnd(error);
  }

  private async execute(frame: Frame, node: PlanNode, path: string, past: StepPast, arrived: Arrived): Promise<void> {
    const step = this.live.enter(frame, node);
    const open = () => !frame.ended && !this.ended && !step.suspended && this.live.has(step);
    this.setup.observe?.({ type: 'step.running', step: path, node: node.id });
    try {
      const edits = this.history.created.edits?.[path];
      if (edits?.outputs) {
        this.finishStep(step, cellsOf(edits.outputs), 1, { pinned: true }, undefined);
        return;
      }
      if (edits?.inputs) for (const [port, ref] of Object.entries(edits.inputs)) arrived.cells[port] = cellOfRef(ref);
      const named = this.identity.definition(node, frame);
      const definition = this.recordDefinition(step, past, typeof named === 'string' ? named : await named);
      const memo = this.log.replaying ? undefined : this.identity.memo(definition, arrived);
      if (memo !== undefined && (await this.reuse(step, memo))) return;
      const paused = this.waits.knows(step, 'break', 'breakpoint');
      if (paused || this.stepping || this.setup.breakpoints?.length) await this.pauseAt(step, arrived, open, paused);
      if (needsLoad(arrived)) await this.loadAll(arrived);
      const { concurrency } = node.policy;
      const place = concurrency && this.semaphores.acquire(concurrency.group, concurrency.limit);
      if (place) {
        this.live.block(step);
        await place;
        this.live.unblock(step);
      }
      try {
        if (open()) await this.attempts(step, past, arrived, { memo, definition }, open);
      } finally {
        if (concurrency) this.semaphores.release(concurrency.group);
      }
    } catch (thrown) {
      if (thrown !== ATTEMPT_OVER && open()) this.broken(thrown);
    } finally {
      this.live.leave(step);
      if (!this.pumping) this.pump();
    }
  }

  /** Takes the outputs of an equal step of the parent run, or of any run where the policy `cache` allows it. */
  private async reuse(step: LiveStep, memo: string): Promise<boolean> {
    const { node, path } = step;
    const found =
      this.setup.memo?.find(path, node.id, memo) ??
      (node.policy.cache && (await this.findShared(node.policy.cache.ttlMs, memo)));
    if (!found) return false;
    const cells = cellsOf(found.outputs);
    if (node.personal)
      for (const cell of Object.values(cells)) await this.load(cell).then((value) => cellOf(value, this.keeper(node)));
    this.finishStep(step, cells, 1, undefined, memo, { run: found.runId, step: found.step, key: memo, at: found.at });
    return true;
  }

  private findShared(ttlMs: number, memo: string) {
    return this.ports.journal.findMemo(memo, this.ports.clock.now() - ttlMs);
  }

  private async pauseAt(step: LiveStep, arrived: Arrived, open: () => boolean, paused: boolean): Promise<void> {
    const { path, node } = step;
    await this.loadAll(arrived);
    const inputs: { [port: string]: Json } = {};
    for (const [port, cell] of Object.entries(arrived.cells))
      inputs[port] = Array.isArray(cell) ? cell.map((one) => one.value as Json) : (cell.value as Json);
    // A step that was paused before keeps its decision and edits, whichever breakpoints are set now.
    const hit = paused || this.stepping ? 'step' : breakpointFor(this.setup.breakpoints ?? [], node, path, inputs);
    if (hit === undefined) return;
    this.stepping = false;
    const decision = await this.waits.open(step, 'break', {
      kind: 'breakpoint',
      title: `Paused before ${path}`,
      payload: inputs,
      actions: ['continue', 'step', 'cancel'],
      reason: hit,
    });
    if (!open()) throw ATTEMPT_OVER;
    if (decision?.action === 'cancel') {
      this.cancel('Cancelled at a breakpoint.');
      throw ATTEMPT_OVER;
    }
    this.stepping = decision?.action === 'step';
    const edited = decision?.values.inputs;
    if (edited && typeof edited === 'object' && !Array.isArray(edited)) {
      for (const [port, value] of Object.entries(edited)) arrived.cells[port] = cellOf(value, this.keeper(node));
    }
  }

  /**
   * What a container's body reads may change between a run and its resume or replay; its node may have put the
   * definition into a call. So the first one stays.
   */
  private recordDefinition(step: LiveStep, past: StepPast, definition: string): string {
    if (!step.node.body || step.node.reads.length === 0) return definition;
    const before = past.values.get(DEFINITION);
    if (before) return before.value as string;
    const value = this.ports.hash(definition);
    past.values.set(DEFINITION, { kind: 'definition', value });
    this.log.add({ type: 'value.recorded', step: step.path, call: DEFINITION, kind: 'definition', value });
    return value;
  }

  private async attempts(
    step: LiveStep,
    past: StepPast,
    arrived: Arrived,
    about: { memo: string | undefined; definition: string },
    open: () => boolean,
  ): Promise<void> {
    const { node, path } = step;
    for (let attempt = this.log.replaying ? 1 : past.retries.length + 1; ; attempt += 1) {
      const last = this.log.replaying ? undefined : past.retries[attempt - 2];
      if (last) {
        const rest = last.at + last.waitMs - this.ports.clock.now();
        if (rest > 0) await this.ports.clock.sleep(rest, step.frame.controller.signal).catch(() => undefined);
        if (!open()) return;
      }
      const outcome = await runAttempt(this.environment, {
        step,
        past,
        arrived,
        attempt,
        definition: about.definition,
        isStepOpen: open,
      });
      if (!open()) return;
      if (!('error' in outcome)) {
        this.finishStep(step, outcome.cells, attempt, outcome.detail, about.memo);
        return;
      }
      const { error } = outcome;
      if (node.body || !mayRetry(error, attempt, node.policy, node.manifest.effect === 'irreversible')) {
        this.failStep(step, error, attempt, outcome.detail);
        return;
      }
      const waitMs = backoffMs(error, attempt, node.policy, this.ports.random);
      const event = this.log.add({
        type: 'step.retried',
        step: path,
        attempt,
        error: error.toWire(),
        waitMs,
        keepsCalls: keepsCalls(error),
      });
      if (event.type === 'step.retried' && !this.log.replaying) past.retries.push(event);
    }
  }

  private finishStep(
    step: LiveStep,
    outputs: Outputs,
    attempt: number,
    detail: { [key: string]: Json } | undefined,
    memo: string | undefined,
    cached?: { run: string; step: string; key: string; at: number },
  ): void {
    const { path, node, frame } = step;
    this.log.stepEnded(path, cached ? 'cached' : 'succeeded', outputs);
    this.log.add({
      type: 'step.finished',
      step: path,
      node: node.id,
      attempt,
      startedAt: step.startedAt,
      outputs: refsOf(outputs),
      ...(cached && { cached }),
      ...(memo !== undefined && { memo }),
      ...(node.policy.cache && { shared: true as const }),
      ...(detail && !node.personal && { detail }),
    });
    this.live.leave(step);
    this.settle(frame, node, outputs);
  }

  private failStep(
    step: LiveStep,
    error: AppError,
    attempt: number,
    detail: { [key: string]: Json } | undefined,
  ): void {
    const { path, node, frame } = step;
    const onError = node.policy.onError ?? { action: 'fail' as const };
    const wire = error.toWire();
    const values: { [port: string]: Json } =
      onError.action === 'port'
        ? { error: wire as unknown as Json }
        : onError.action === 'default'
          ? onError.outputs
          : {};
    const cells: { [port: string]: Cell } = {};
    for (const [port, value] of Object.entries(values)) cells[port] = cellOf(value, this.keeper(node));
    this.log.stepEnded(path, 'failed', cells, error);
    this.log.add({
      type: 'step.failed',
      step: path,
      node: node.id,
      attempt,
      startedAt: step.startedAt,
      error: wire,
      handled: onError.action,
      outputs: refsOf(cells),
      ...(detail && !node.personal && { detail }),
    });
    this.live.leave(step);
    if (onError.action === 'fail') this.failFrame(frame, error, path);
    else this.settle(frame, node, cells);
  }

  // ── What a step's calls need ────────────────────────────────────────────────────────────────────────────────

  private scope(about: {
    step: LiveStep;
    past: StepPast;
    attempt: number;
    signal: () => AbortSignal;
    isOpen: () => boolean;
  }): CallScope {
    const { ports, setup } = this;
    const { step, past, attempt, signal, isOpen } = about;
    const { node, path } = step;
    return {
      runId: setup.runId,
      path,
      attempt,
      about: {
        runId: setup.runId,
        workflowId: setup.snapshot.workflow.id,
        workflowHash: setup.history.created.workflowHash,
        step: path,
        node: node.id,
        attempt,
        personal: node.personal,
        policy: node.policy,
      },
      past,
      get signal() {
        return signal();
      },
      irreversible: node.manifest.effect === 'irreversible',
      personal: node.personal,
      isOpen,
      replaying: this.log.replaying,
      host: setup.host,
      now: ports.clock.now,
      random: ports.random,
      newId: ports.newId,
      isBuiltIn: (profile) => ports.isBuiltIn(profile, setup.snapshot),
      resolveAlias: (kind, alias) => resourceName(setup.snapshot.workflow, kind, alias),
      redact: ports.redact,
      add: (body: RunEventBody) => {
        // Code of a dead attempt may still be at work: the log must not hear of it.
        if (!isOpen()) throw ATTEMPT_OVER;
        this.log.add(body);
      },
      keeper: this.keeper(node),
      keptError: (error) => keptError(error, node),
      commit: () => this.log.commit(),
      load: (cell) => this.load(cell),
      callBegins: () => {
        if (this.draining) {
          step.suspended = true;
          throw ATTEMPT_OVER;
        }
        this.calls += 1;
      },
      callEnds: () => {
        this.calls -= 1;
        if (this.draining && this.calls === 0) void this.end(() => ({ status: 'interrupted', outputs: {} }));
      },
      wait: (call, request) => (isOpen() ? this.waits.open(step, call, request) : Promise.reject(ATTEMPT_OVER)),
      runBody: (index, sources) => (isOpen() ? this.runBody(step, index, sources) : Promise.reject(ATTEMPT_OVER)),
      input: (name) => setup.inputs.get(name)?.value,
    };
  }

  private keeper(node: PlanNode): ValueKeeper {
    return node.personal ? this.keepers.personal : this.keepers.plain;
  }

  private async runBody(
    step: LiveStep,
    index: number,
    sources: { [port: string]: Json },
  ): Promise<{ [port: string]: Json }> {
    const { node } = step;
    if (!node.body || !Number.isInteger(index) || index < 0) {
      throw new AppError('internal', { message: `Frame ${index} of “${node.id}” cannot be run.`, where: step.path });
    }
    const cells: { [port: string]: Cell } = {};
    for (const [port, value] of Object.entries(sources))
      if (value !== undefined) cells[port] = cellOf(value, this.keeper(node));
    const frame = new Frame(node.body, `${step.path}[${index}]/`, step.frame, cells);
    step.bodies.add(frame);
    const done = new Promise<void>((resolve, reject) => {
      frame.onEnd = (error) => {
        step.bodies.delete(frame);
        this.live.unblock(step);
        if (error) reject(error);
        else resolve();
      };
    });
    this.live.block(step);
    this.open(frame);
    if (!this.pumping) this.pump();
    await done;
    const results: { [port: string]: Json } = {};
    for (const sink of node.body.sinks) {
      const cell = frame.cellOn(sink);
      if (cell) results[sink.port] = await this.load(cell);
    }
    return results;
  }

  private async load(cell: Cell): Promise<Json> {
    return loadCell(cell, (digest) => this.ports.journal.value(digest, this.setup.runId));
  }

  private async loadAll(arrived: Arrived): Promise<void> {
    for (const cell of Object.values(arrived.cells))
      for (const one of Array.isArray(cell) ? cell : [cell]) await this.load(one);
  }

  // ── Ends ────────────────────────────────────────────────────────────────────────────────────────────────────

  private async succeed(): Promise<void> {
    const outputs: { [name: string]: Cell } = {};
    for (const [name, node] of this.setup.plan.outputs) {
      const cell = this.root.outputs[node.order]?.value;
      if (cell) outputs[name] = cell;
    }
    this.log.add({ type: 'run.finished', outputs: refsOf(outputs) });
    const values: { [name: string]: Json } = {};
    await this.end(async () => {
      for (const [name, cell] of Object.entries(outputs)) values[name] = await this.load(cell);
      const targets = await this.targetValues();
      return { status: 'succeeded', outputs: values, ...(targets && { targets }) };
    });
  }

  private async targetValues(): Promise<RunResult['targets']> {
    const { history, plan } = this.setup;
    const wanted = history.created.targets;
    if (!wanted) return undefined;
    const given = new Set([...plan.outputs.values()].map(({ id }) => id));
    const targets: NonNullable<RunResult['targets']> = {};
    // A node inside a container was meant as that container.
    for (const node of plan.root.nodes) {
      if (given.has(node.id) || !wanted.some((id) => this.topOf(id) === node.id)) continue;
      const values: { [port: string]: Json } = {};
      for (const [port, cell] of Object.entries(this.root.outputs[node.order] ?? {}))
        values[port] = await this.load(cell);
      targets[node.id] = values;
    }
    return targets;
  }

  private topOf(id: string): string {
    const node = this.setup.snapshot.workflow.nodes.find((one) => one.id === id);
    return node?.parent === undefined ? id : this.topOf(node.parent);
  }

  /** Everything durable first, then the result: nothing is final before its commit. */
  private async end(result: () => Omit<RunResult, 'runId'> | Promise<Omit<RunResult, 'runId'>>): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    this.abortAll();
    try {
      await this.log.commit();
      const about = await result();
      // The last event of a run gives it back by itself.
      if (about.status === 'waiting' || about.status === 'interrupted') await this.log.release();
      this.finish({ runId: this.setup.runId, ...about });
    } catch (failure) {
      this.crash(failure);
    }
  }

  /** Tells all code under way that nobody waits for it any more. */
  private abortAll(): void {
    this.root.controller.abort(ATTEMPT_OVER);
    this.live.abort();
  }

  /** The journal failed, or the engine itself: stop at once and say why; the run stays as last committed. */
  private broken(failure: unknown): void {
    if (this.ended) return;
    this.ended = true;
    this.abortAll();
    void Promise.resolve(this.log.release())
      .catch(() => undefined)
      .then(() => this.crash(toAppError(failure, 'internal', this.setup.runId)));
  }
}

function needsLoad(arrived: Arrived): boolean {
  for (const port of Object.keys(arrived.cells)) {
    const cell = arrived.cells[port] as Cell | Cell[];
    if (Array.isArray(cell) ? cell.some((one) => !one.loaded) : !cell.loaded) return true;
  }
  return false;
}
