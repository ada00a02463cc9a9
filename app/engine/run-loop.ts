import { AppError, toAppError } from '../core/errors/app-error.ts';
import type { Json } from '../core/graph/json.ts';
import { CallsUnderWay } from './calls-under-way.ts';
import type { Cell } from './cells.ts';
import { DueWatch } from './due-watch.ts';
import { Frame, refsOf, SILENT } from './frame.ts';
import { FrameCosts } from './frame-costs.ts';
import { FrameFlow } from './frame-flow.ts';
import { LiveSteps } from './live-steps.ts';
import { OpenWaits } from './open-waits.ts';
import { PromptVersions } from './prompt-versions.ts';
import { ReadyQueue } from './ready-queue.ts';
import { type RunResult, runOutputs, targetValues } from './run-result.ts';
import type { RunContext, RunSetup } from './run-setup.ts';
import { RunValues } from './run-values.ts';
import { ATTEMPT_OVER } from './step-calls.ts';
import { StepIdentity } from './step-identity.ts';
import { StepRunner } from './step-runner.ts';
import { StepSources } from './step-sources.ts';

/** Steps that may start before everything else gets a turn. */
const TURN = 256;
/** Events that may wait in memory. */
const BACKLOG = 2000;
/** Longest time that a finished step stays unwritten while others work, milliseconds. */
const LAZY_COMMIT_MS = 25;

/** One passage through a run, from its beginning or from where its log ends. One object a run, used once. */
export class RunLoop implements RunContext {
  readonly setup: RunSetup;
  readonly live: LiveSteps;
  readonly waits: OpenWaits;
  readonly values: RunValues;
  readonly costs: FrameCosts;
  readonly prompts: PromptVersions;
  readonly sources: StepSources;
  readonly result: Promise<RunResult>;
  private readonly root: Frame;
  private readonly ready = new ReadyQueue();
  private readonly flow: FrameFlow;
  private readonly calls: CallsUnderWay;
  private readonly steps: StepRunner;
  private readonly due: DueWatch;
  private pumping = false;
  private checkingIdle = false;
  private lazyCommit = false;
  /** Stays only for a timer, and has said so. */
  private holding = false;
  private ended = false;
  private finish!: (result: RunResult) => void;
  private crash!: (error: unknown) => void;

  constructor(setup: RunSetup) {
    const { ports, runId, log } = setup;
    this.setup = setup;
    this.values = new RunValues(ports, log, runId);
    this.costs = new FrameCosts(setup.history);
    this.prompts = new PromptVersions(ports, setup.snapshot);
    const identity = new StepIdentity(ports, setup.snapshot, setup.history.created.edits);
    this.sources = new StepSources(setup.plan.root, identity);
    this.live = new LiveSteps({
      now: ports.clock.now,
      onCancel: (step) => {
        const { path, node, startedAt } = step;
        log.add({ type: 'step.cancelled', step: path, node: node.id, startedAt });
        this.waits.drop(step);
      },
      onBlock: () => void Promise.resolve().then(() => this.pump()),
    });
    this.waits = new OpenWaits({
      runId,
      log,
      past: setup.history.waits,
      hash: ports.hash,
      now: ports.clock.now,
      keeper: (node) => this.values.keeper(node),
      load: (cell) => this.values.load(cell),
      block: (step) => this.live.block(step),
      unblock: (step) => this.live.unblock(step),
      onDue: () => this.due.watch(),
    });
    this.due = new DueWatch({
      clock: ports.clock,
      nextDue: () => (log.replaying ? undefined : this.waits.nextDue()),
      wake: () => this.settleWaits(),
    });
    this.root = new Frame(setup.plan.root, {
      path: '',
      parent: undefined,
      sources: SILENT,
      inputs: Object.fromEntries(setup.inputs),
      untrusted: false,
    });
    this.root.onEnd = (error) => {
      if (!error) void this.succeed();
    };
    this.calls = new CallsUnderWay(() => void this.end(() => ({ status: 'interrupted', outputs: {} })));
    this.flow = new FrameFlow(this, this.root, this.ready, (error, path) => this.fail(error, path));
    this.steps = new StepRunner(this, this.flow, this.calls, identity, (reason) => this.cancel(reason));
    this.result = new Promise((resolve, reject) => {
      this.finish = resolve;
      this.crash = reject;
    });
  }

  start(): void {
    this.flow.open(this.root);
    this.pump();
  }

  /** Durable: the run ends as cancelled and cannot be resumed. */
  cancel(reason: string): void {
    if (this.ended) return;
    this.live.cancel('');
    this.setup.log.add({ type: 'run.cancelled', reason });
    void this.end(() => ({ status: 'cancelled', outputs: {} }));
  }

  /** Stops without ending: calls under way may finish, nothing new begins, and the run can be resumed. */
  interrupt(): void {
    if (!this.ended && !this.calls.draining) this.calls.drain();
  }

  isEnded(): boolean {
    return this.ended;
  }

  // ── The queue ───────────────────────────────────────────────────────────────────────────────────────────────

  /** Starts what is ready until nothing is. Safe to call from anywhere, also from inside itself. */
  pump(): void {
    if (this.pumping || this.ended) return;
    this.pumping = true;
    let started = 0;
    for (
      let next = this.ready.take(this.calls.draining);
      next && !this.ended;
      next = this.ready.take(this.calls.draining)
    ) {
      this.steps.begin(next.frame, next.node);
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
    if (this.setup.log.pending > BACKLOG) await this.setup.log.commit().catch((failure) => this.broken(failure));
    await this.setup.ports.clock.yield();
    this.pumping = false;
    this.pump();
  }

  private afterPump(): void {
    if (this.calls.draining) return;
    if (this.live.active === 0 && !this.holding) void this.checkIdle();
    else if (this.setup.log.pending > 0 && !this.setup.log.committing) void this.commitLazily();
  }

  /** Finished steps become visible soon, without a commit for each of them. */
  private async commitLazily(): Promise<void> {
    if (this.lazyCommit) return;
    this.lazyCommit = true;
    await this.setup.ports.clock.sleep(LAZY_COMMIT_MS, this.root.controller.signal).catch(() => undefined);
    this.lazyCommit = false;
    if (!this.ended && this.setup.log.pending > 0) this.setup.log.commit().catch((failure) => this.broken(failure));
  }

  /** Nothing works and nothing is ready: the run waits for a person, or for a timer that may be due. */
  private async checkIdle(): Promise<void> {
    if (this.checkingIdle) return;
    this.checkingIdle = true;
    for (let before = -1; before !== this.live.activity; ) {
      before = this.live.activity;
      await this.setup.ports.clock.yield();
      if (this.ended || this.live.active > 0 || this.pumping) {
        this.checkingIdle = false;
        return;
      }
    }
    try {
      const before = this.live.activity;
      // What is due may be settled by two at a time: the one that finds nothing must see that the other found it.
      if (!(await this.waits.settle()) && !this.ended && this.live.activity === before) await this.park();
    } catch (failure) {
      this.broken(failure);
    } finally {
      this.checkingIdle = false;
    }
    if (!this.ended && this.live.active === 0 && !this.pumping) this.pump();
  }

  private async park(): Promise<void> {
    // A replay goes as far as its log: where steps had been cancelled it has nothing more to do.
    if (this.setup.log.replaying) return this.end(() => ({ status: 'interrupted', outputs: {} }));
    if (this.waits.size === 0) {
      throw new AppError('run.stuck', {
        message: 'Nothing is ready, nothing works and nothing waits, but the run is not done.',
        where: this.setup.runId,
        remedy: 'This is a fault in the engine or in a node: please report it with the trace of the run.',
      });
    }
    const waits = this.waits.ids();
    const dueAt = this.waits.nextDue();
    this.setup.log.add({ type: 'run.waiting', waits });
    this.holding = this.mayHold();
    if (this.holding) await this.setup.log.commit();
    else await this.end(() => ({ status: 'waiting', outputs: {}, waits, ...(dueAt !== undefined && { dueAt }) }));
  }

  /** Whether a timer is due so soon that the passage stays for it. */
  private mayHold(): boolean {
    const due = this.waits.nextDue('timer');
    return due !== undefined && due - this.setup.ports.clock.now() <= this.setup.holdMs;
  }

  /** Takes up what people have decided meanwhile; false when this passage is over, or about to be. */
  heed(): boolean {
    if (this.ended || this.calls.draining) return false;
    // Who is just finding that nothing is left to do must look again.
    this.live.activity += 1;
    void this.settleWaits(true);
    return true;
  }

  /** Something may be due, and while the run only waits, or where it `isDecided`, a person has had their say. */
  private async settleWaits(isDecided = false): Promise<void> {
    if (this.ended || this.calls.draining) return;
    try {
      const due = this.waits.nextDue();
      const isDue = due !== undefined && due <= this.setup.ports.clock.now();
      if ((isDue || isDecided || this.holding) && (await this.waits.settle())) this.holding = false;
    } catch (failure) {
      this.broken(failure);
    }
    this.pump();
  }

  // ── Ends ────────────────────────────────────────────────────────────────────────────────────────────────────

  private fail(error: AppError, step: string): void {
    this.live.cancel('');
    const wire = error.toWire();
    this.setup.log.add({ type: 'run.failed', error: wire, step });
    void this.end(() => ({ status: 'failed', outputs: {}, error: wire, step }));
  }

  private async succeed(): Promise<void> {
    const { setup, root } = this;
    const outputs = runOutputs(setup, root);
    setup.log.add({ type: 'run.finished', outputs: refsOf(outputs) });
    await this.end(async () => {
      const load = (cell: Cell) => this.values.load(cell);
      const values: { [name: string]: Json } = {};
      for (const [name, cell] of Object.entries(outputs)) values[name] = await load(cell);
      const targets = await targetValues(setup, root, load);
      return { status: 'succeeded', outputs: values, ...(targets && { targets }) };
    });
  }

  /** Everything durable first, then the result: nothing is final before its commit. */
  private async end(result: () => Omit<RunResult, 'runId'> | Promise<Omit<RunResult, 'runId'>>): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    this.due.stop();
    this.abortAll();
    try {
      await this.setup.log.commit();
      const about = await result();
      // The last event of a run gives it back by itself.
      if (about.status === 'waiting' || about.status === 'interrupted') await this.setup.log.release();
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
  broken(failure: unknown): void {
    if (this.ended) return;
    this.ended = true;
    this.due.stop();
    this.abortAll();
    void Promise.resolve(this.setup.log.release())
      .catch(() => undefined)
      .then(() => this.crash(toAppError(failure, 'internal', this.setup.runId)));
  }
}
