import { type AppError, fromWire } from '../core/errors/app-error.ts';
import type { Json } from '../core/graph/json.ts';
import type { PlanNode } from '../core/plan/plan.ts';
import { emptyPast, type StepEnd, type StepPast } from '../core/run/history.ts';
import { keepsCalls, mayRetry, stepBackoffMs } from './backoff.ts';
import { breakpointFor } from './breakpoints.ts';
import { callScope } from './call-scope.ts';
import type { CallsUnderWay } from './calls-under-way.ts';
import { type Cell, cellOf, cellOfRef } from './cells.ts';
import { cellsOf, type Frame, type Outputs, refsOf, SILENT } from './frame.ts';
import type { FrameFlow } from './frame-flow.ts';
import type { LiveStep, LiveSteps } from './live-steps.ts';
import type { OpenWaits } from './open-waits.ts';
import type { RunLog } from './run-log.ts';
import type { RunContext, RunSetup } from './run-setup.ts';
import { needsLoad, type RunValues } from './run-values.ts';
import { Semaphores } from './semaphores.ts';
import { type AttemptEnvironment, runAttempt } from './step-attempt.ts';
import { ATTEMPT_OVER } from './step-calls.ts';
import type { StepIdentity } from './step-identity.ts';
import { type Arrived, gather } from './step-values.ts';

/** Number of the recorded value that is a container's definition; calls count from 0. */
const DEFINITION = -1;

/** The way of one step from its inputs to its end: past ends, memo keys, breakpoints, attempts, policies. */
export class StepRunner {
  private readonly run: RunContext;
  private readonly setup: RunSetup;
  private readonly log: RunLog;
  private readonly live: LiveSteps;
  private readonly waits: OpenWaits;
  private readonly values: RunValues;
  private readonly flow: FrameFlow;
  private readonly environment: AttemptEnvironment;
  private readonly identity: StepIdentity;
  private readonly semaphores = new Semaphores();
  private readonly cancelRun: (reason: string) => void;
  /** A person asked to stop again before the next step. */
  private stepping = false;

  constructor(
    run: RunContext,
    flow: FrameFlow,
    calls: CallsUnderWay,
    identity: StepIdentity,
    cancelRun: (reason: string) => void,
  ) {
    const { setup } = run;
    this.run = run;
    this.setup = setup;
    this.log = setup.log;
    this.live = run.live;
    this.waits = run.waits;
    this.values = run.values;
    this.flow = flow;
    this.cancelRun = cancelRun;
    this.identity = identity;
    this.environment = {
      runId: setup.runId,
      snapshot: setup.snapshot,
      clock: setup.ports.clock,
      log: setup.log,
      observe: setup.observe,
      runs: new Map(),
      keeper: (node) => run.values.keeper(node),
      scope: (about) => callScope(run, flow, calls, about),
    };
  }

  /** Begins a step whose inputs are settled, or puts in what the log says of its end. */
  begin(frame: Frame, node: PlanNode): void {
    if (frame.ended) return;
    const path = frame.pathOf(node);
    const past = this.setup.history.steps.get(path);
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
    this.flow.settle(frame, node, SILENT);
  }

  private applyEnd(frame: Frame, node: PlanNode, path: string, end: StepEnd): void {
    this.log.stepEnded(path, end.state, undefined);
    if (end.state === 'cancelled') return;
    if (end.state === 'skipped') this.flow.settle(frame, node, SILENT);
    else if (end.state === 'failed' && end.handled === 'fail') this.flow.fail(frame, fromWire(end.error), path);
    else this.flow.settle(frame, node, cellsOf(end.outputs));
  }

  private async execute(frame: Frame, node: PlanNode, path: string, past: StepPast, arrived: Arrived): Promise<void> {
    const step = this.live.enter(frame, node);
    const open = () => !frame.ended && !this.run.isEnded() && !step.suspended && this.live.has(step);
    this.setup.observe?.({ type: 'step.running', step: path, node: node.id });
    try {
      const edits = this.setup.history.created.edits?.[path];
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
      if (needsLoad(arrived)) await this.values.loadAll(arrived);
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
      if (thrown !== ATTEMPT_OVER && open()) this.run.broken(thrown);
    } finally {
      this.live.leave(step);
      this.run.pump();
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
      for (const cell of Object.values(cells))
        await this.values.load(cell).then((value) => cellOf(value, this.values.keeper(node)));
    this.finishStep(step, cells, 1, undefined, memo, { run: found.runId, step: found.step, key: memo, at: found.at });
    return true;
  }

  private findShared(ttlMs: number, memo: string) {
    return this.setup.ports.journal.findMemo(memo, this.setup.ports.clock.now() - ttlMs);
  }

  private async pauseAt(step: LiveStep, arrived: Arrived, open: () => boolean, paused: boolean): Promise<void> {
    const { path, node } = step;
    await this.values.loadAll(arrived);
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
      this.cancelRun('Cancelled at a breakpoint.');
      throw ATTEMPT_OVER;
    }
    this.stepping = decision?.action === 'step';
    const edited = decision?.values.inputs;
    if (edited && typeof edited === 'object' && !Array.isArray(edited)) {
      for (const [port, value] of Object.entries(edited)) arrived.cells[port] = cellOf(value, this.values.keeper(node));
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
    const value = this.setup.ports.hash(definition);
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
      const last = this.log.hurried ? undefined : past.retries[attempt - 2];
      if (last) {
        const rest = last.at + last.waitMs - this.setup.ports.clock.now();
        if (rest > 0) await this.setup.ports.clock.sleep(rest, step.frame.controller.signal).catch(() => undefined);
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
      const waitMs = stepBackoffMs(error, attempt, node.policy, this.setup.ports.random);
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
    this.flow.settle(frame, node, outputs);
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
    for (const [port, value] of Object.entries(values)) cells[port] = cellOf(value, this.values.keeper(node));
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
    if (onError.action === 'fail') this.flow.fail(frame, error, path);
    else this.flow.settle(frame, node, cells);
  }
}
