import { type AppError, fromWire, isAppError, toAppError } from '../core/errors/app-error.ts';
import type { Passage } from '../core/graph/bypass.ts';
import { isJsonObject, type Json } from '../core/graph/json.ts';
import type { PlanNode } from '../core/plan/plan.ts';
import { emptyPast, type StepEnd, type StepPast } from '../core/run/history.ts';
import { editOf } from '../core/run/step-path.ts';
import { keepsCalls, mayRetry, stepBackoffMs } from './backoff.ts';
import type { Brought } from './breakpoints.ts';
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
import { type AttemptEnvironment, type AttemptResult, isPromise, runAttempt } from './step-attempt.ts';
import { ATTEMPT_OVER } from './step-calls.ts';
import type { Reads, StepIdentity } from './step-identity.ts';
import { type Arrived, checkEdit, gather, stepArguments } from './step-values.ts';

/** What names the work of a step, for whoever compares it with another's. */
interface Work {
  memo?: string | undefined;
  reads?: Reads | undefined;
}

/** A step with all that its attempts need. */
interface StepWork {
  step: LiveStep;
  past: StepPast;
  arrived: Arrived;
  definition: string;
  named: Work;
  /** False once the step is over, whatever its code still does. */
  open: () => boolean;
}

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
  /** A person asked to stop before whatever begins, until one says to go on. */
  private stepping: boolean;

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
    this.stepping = setup.history.stepping;
    this.environment = {
      runId: setup.runId,
      snapshot: setup.snapshot,
      clock: setup.ports.clock,
      log: setup.log,
      observe: setup.observe,
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
      const edits = editOf(this.setup.history.created.edits, path, node.id);
      if (edits?.outputs) {
        this.finishStep(step, cellsOf(edits.outputs), 1, { pinned: true });
        return;
      }
      if (edits?.inputs) for (const [port, ref] of Object.entries(edits.inputs)) arrived.cells[port] = cellOfRef(ref);
      if (node.passage) {
        await this.passOn(step, arrived, node.passage, open);
        return;
      }
      const named = this.identity.definition(node, frame);
      const { text, reads } = typeof named === 'string' ? { text: named } : await named;
      if (!open()) return;
      const definition = this.recordDefinition(step, past, text);
      let memo = this.log.replaying ? undefined : this.identity.memo(definition, arrived);
      if (memo !== undefined && this.mayReuse(node) && (await this.reuse(step, memo, reads, open))) return;
      // What a person put in is what the step works on: by that it is known to later runs.
      if (this.mayPause(step) && (await this.pauseAt(step, arrived, open)) && memo !== undefined)
        memo = this.identity.memo(definition, arrived);
      if (needsLoad(arrived)) await this.values.loadAll(arrived);
      const { concurrency } = node.policy;
      const place = concurrency && this.semaphores.acquire(concurrency.group, concurrency.limit);
      if (place) {
        this.live.block(step);
        await place;
        this.live.unblock(step);
      }
      try {
        if (open()) {
          const work: StepWork = { step, past, arrived, definition, named: { memo, reads }, open };
          const working = this.attempt(work, this.log.replaying ? 1 : past.retries.length + 1);
          if (working !== undefined) await working;
        }
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

  /** Ends a bypassed step: what came in at one port goes out of another, several values laid end to end. */
  private async passOn(
    step: LiveStep,
    arrived: Arrived,
    { input, output }: Passage,
    open: () => boolean,
  ): Promise<void> {
    const { node, path } = step;
    const keeper = this.values.keeper(node);
    const came = arrived.cells[input] as Cell | Cell[];
    const [first, ...more] = Array.isArray(came) ? came : [came];
    // What need not be looked at goes on by its reference.
    const isPlain = more.length === 0 && !node.personal && node.wires.every(({ check }) => check === undefined);
    let cell = first as Cell;
    if (!isPlain) {
      await this.values.loadAll(arrived);
      if (!open()) return;
      try {
        const value = stepArguments(node, arrived, path).ports[input] as Json;
        cell = cellOf(Array.isArray(came) ? (value as Json[][]).flat() : value, keeper);
      } catch (thrown) {
        if (!isAppError(thrown)) throw thrown;
        this.failStep(step, thrown, 1, undefined);
        return;
      }
    }
    this.finishStep(step, { [output]: cell }, 1, { bypassed: true }, undefined);
  }

  /** Whether outputs of an equal step may stand for this one's work. */
  private mayReuse({ policy }: PlanNode): boolean {
    return this.setup.memo !== undefined || policy.cache !== undefined;
  }

  /** Takes the outputs of an equal step of the parent run, or of any run where the policy `cache` allows it. */
  private async reuse(step: LiveStep, memo: string, reads: Reads | undefined, open: () => boolean): Promise<boolean> {
    const { node, path } = step;
    const found =
      this.setup.memo?.find(path, node.id, memo) ??
      (node.policy.cache && (await this.findShared(node.policy.cache.ttlMs, memo)));
    if (!found) return false;
    const cells = cellsOf(found.outputs);
    if (node.personal)
      for (const cell of Object.values(cells))
        await this.values.load(cell).then((value) => cellOf(value, this.values.keeper(node)));
    if (!open()) throw ATTEMPT_OVER;
    const from = { run: found.runId, step: found.step, key: memo, at: found.at };
    this.finishStep(step, cells, 1, undefined, { memo, reads }, from);
    return true;
  }

  private findShared(ttlMs: number, memo: string) {
    return this.setup.ports.journal.findMemo(memo, this.setup.ports.clock.now() - ttlMs);
  }

  /** Whether a person may want to look before this step, or has done so. */
  private mayPause(step: LiveStep): boolean {
    // A step that was stopped before keeps its decision and edits, whichever breakpoints are set now.
    if (this.waits.past(step, 'break', 'breakpoint')) return true;
    return !this.log.replaying && (this.stepping || this.setup.breakpoints.concern(step.node));
  }

  /** Stops before a step where a person wants to look. True when that person changed what the step gets. */
  private async pauseAt(step: LiveStep, arrived: Arrived, open: () => boolean): Promise<boolean> {
    const { node, path, frame } = step;
    const { breakpoints } = this.setup;
    const past = this.waits.past(step, 'break', 'breakpoint');
    await this.values.loadAll(arrived);
    // The run may have ended while they were read: no stop comes after its end.
    if (!open()) throw ATTEMPT_OVER;
    const inputs: { [port: string]: Json } = {};
    for (const [port, cell] of Object.entries(arrived.cells))
      inputs[port] = Array.isArray(cell) ? cell.map((one) => one.value as Json) : (cell.value as Json);
    const stop = past
      ? { reason: '' }
      : (breakpoints.stopAt({
          ...{ node, step: path, inputs },
          broughtBy: (edge) => broughtBy(edge, frame, node, arrived),
        }) ?? (this.stepping ? { reason: 'step' } : undefined));
    if (!stop) return false;
    const decision = await this.waits.open(step, 'break', {
      kind: 'breakpoint',
      title: `Stopped before ${path}`,
      payload: inputs,
      actions: ['continue', 'step', 'cancel'],
      ...stop,
    });
    if (!open()) throw ATTEMPT_OVER;
    if (decision?.action === 'cancel') {
      this.cancelRun('Cancelled at a breakpoint.');
      throw ATTEMPT_OVER;
    }
    if (!past?.decision) this.stepping = decision?.action === 'step';
    return this.edit(step, arrived, decision?.values['inputs']);
  }

  private edit(step: LiveStep, arrived: Arrived, edited: Json | undefined): boolean {
    if (edited === undefined || !isJsonObject(edited) || Object.keys(edited).length === 0) return false;
    const keeper = this.values.keeper(step.node);
    try {
      for (const [port, value] of Object.entries(edited)) {
        checkEdit(step.node, port, value, step.path);
        arrived.cells[port] = cellOf(value, keeper);
      }
    } catch (thrown) {
      this.failStep(step, toAppError(thrown, 'step.input', step.path), 1, undefined);
      throw ATTEMPT_OVER;
    }
    return true;
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

  /** Makes attempts from this one on until one ends the step. A promise is given only where something is waited for. */
  private attempt(work: StepWork, attempt: number): Promise<void> | undefined {
    const { step, past } = work;
    const last = this.log.hurried ? undefined : past.retries[attempt - 2];
    const rest = last ? last.at + last.waitMs - this.setup.ports.clock.now() : 0;
    if (rest > 0) return this.attemptAfter(rest, work, attempt);
    const { arrived, definition, open } = work;
    const outcome = runAttempt(this.environment, { step, past, arrived, attempt, definition, isStepOpen: open });
    if (isPromise(outcome)) return outcome.then((result) => this.settleAttempt(work, attempt, result));
    return this.settleAttempt(work, attempt, outcome);
  }

  private async attemptAfter(restMs: number, work: StepWork, attempt: number): Promise<void> {
    await this.setup.ports.clock.sleep(restMs, work.step.frame.controller.signal).catch(() => undefined);
    if (work.open()) await this.attempt(work, attempt);
  }

  private settleAttempt(work: StepWork, attempt: number, outcome: AttemptResult): Promise<void> | undefined {
    const { step, past, named } = work;
    const { node, path } = step;
    if (!work.open()) return undefined;
    if (!('error' in outcome)) {
      this.finishStep(step, outcome.cells, attempt, outcome.detail, named);
      return undefined;
    }
    const { error } = outcome;
    if (node.body || !mayRetry(error, attempt, node.policy, node.manifest.effect === 'irreversible')) {
      this.failStep(step, error, attempt, outcome.detail, named.reads);
      return undefined;
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
    return this.attempt(work, attempt + 1);
  }

  private finishStep(
    step: LiveStep,
    outputs: Outputs,
    attempt: number,
    detail: { [key: string]: Json } | undefined,
    { memo, reads }: Work = {},
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
      ...(reads && { reads }),
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
    reads?: Reads,
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
      ...(reads && { reads }),
      ...(detail && !node.personal && { detail }),
    });
    this.live.leave(step);
    if (onError.action === 'fail') this.flow.fail(frame, error, path);
    else this.flow.settle(frame, node, cells);
  }
}

/** What a wire has brought to a step, or what was put in its place. */
function broughtBy(edge: string, frame: Frame, node: PlanNode, { cells }: Arrived): Brought | undefined {
  const winner = frame.winners.get(node.order);
  const wire = node.wires.find((one) => one.edge === edge);
  const cell = wire && (winner === undefined || winner === edge) ? frame.cellOn(wire) : undefined;
  if (!wire || !cell) return undefined;
  const arrived = cells[wire.port];
  if (!arrived) return undefined;
  return Array.isArray(arrived)
    ? { value: cell.value as Json, place: arrived.indexOf(cell) }
    : { value: arrived.value as Json };
}
