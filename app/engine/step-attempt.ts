import type { Capabilities, CapabilityName } from '../core/capabilities/capabilities.ts';
import { AppError, toAppError } from '../core/errors/app-error.ts';
import { errorClasses } from '../core/errors/error-classes.ts';
import type { Json, JsonObject } from '../core/graph/json.ts';
import type { AnyRun, NodeType, RunContext } from '../core/nodekit/define-node.ts';
import type { PlanNode } from '../core/plan/plan.ts';
import { resourceName } from '../core/plan/resource-name.ts';
import type { RunSignal } from '../core/run/events.ts';
import type { StepPast } from '../core/run/history.ts';
import { type Cell, cellOf, type ValueKeeper } from './cells.ts';
import type { EngineClock, RunSnapshot } from './engine-ports.ts';
import type { Outputs } from './frame.ts';
import type { LiveStep } from './live-steps.ts';
import type { RunLog } from './run-log.ts';
import { ATTEMPT_OVER, type CallScope, StepCalls } from './step-calls.ts';
import { type Arrived, checkedOutputs, stepArguments } from './step-values.ts';

/** What an attempt needs of the run around it. */
export interface AttemptEnvironment {
  runId: string;
  snapshot: RunSnapshot;
  clock: EngineClock;
  log: RunLog;
  observe: ((signal: RunSignal) => void) | undefined;
  keeper(node: PlanNode): ValueKeeper;
  scope(about: {
    step: LiveStep;
    past: StepPast;
    attempt: number;
    signal: () => AbortSignal;
    isOpen: () => boolean;
  }): CallScope;
}

export interface AttemptAbout {
  step: LiveStep;
  past: StepPast;
  arrived: Arrived;
  attempt: number;
  definition: string;
  /** False once the step is over, whatever its code still does. */
  isStepOpen: () => boolean;
}

export type AttemptResult =
  | { cells: Outputs; detail: JsonObject | undefined }
  | { error: AppError; detail: JsonObject | undefined };

/** The capabilities of a node that needs none. */
const NOTHING = Object.freeze({});

/**
 * Runs a node's code once and checks what it gives; at once where the code gives no promise. After that the attempt is
 * closed: late results, calls and log entries of its code are dropped.
 * @throws ATTEMPT_OVER when the step is over, and what the journal threw when it failed
 */
export function runAttempt(env: AttemptEnvironment, about: AttemptAbout): AttemptResult | Promise<AttemptResult> {
  announce(env, about);
  const attempt = new Attempt(env, about);
  const run = loadedRuns.get(about.step.node.type);
  if (run) return attempt.begin(run);
  return loadRun(about.step.node).then(
    (loaded) => attempt.begin(loaded),
    (failure: unknown) => attempt.fail(failure),
  );
}

class Attempt {
  private readonly env: AttemptEnvironment;
  private readonly about: AttemptAbout;
  private readonly abort: LazyAbort;
  private over = false;
  private detail: JsonObject | undefined;

  constructor(env: AttemptEnvironment, about: AttemptAbout) {
    this.env = env;
    this.about = about;
    this.abort = new LazyAbort(about.step.frame.controller.signal);
  }

  begin(run: AnyRun): AttemptResult | Promise<AttemptResult> {
    const { env, about, abort } = this;
    const { node, path } = about.step;
    const { timeoutMs } = node.policy;
    try {
      const given = run(stepArguments(node, about.arrived, path), this.context());
      if (!isPromise(given)) return this.finish(given);
      const work = timeoutMs === undefined ? given : within(env, timeoutMs, about.step, given, abort);
      return work.then(
        (outputs) => this.finish(outputs),
        (thrown: unknown) => this.fail(thrown),
      );
    } catch (thrown) {
      return this.fail(thrown);
    }
  }

  fail(thrown: unknown): AttemptResult {
    this.close();
    if (thrown === ATTEMPT_OVER) throw thrown;
    const { failure } = this.env.log;
    if (failure !== undefined) throw failure;
    const { node, path } = this.about.step;
    return { error: keptError(toAppError(thrown, 'step.unexpected', path), node), detail: this.detail };
  }

  private finish(given: { [port: string]: unknown }): AttemptResult {
    const { node, path } = this.about.step;
    const cells: { [port: string]: Cell } = {};
    try {
      const values = checkedOutputs(node, given, path);
      const keeper = this.env.keeper(node);
      for (const port of Object.keys(values)) cells[port] = cellOf(values[port] as Json, keeper);
    } catch (thrown) {
      return this.fail(thrown);
    }
    this.close();
    return { cells, detail: this.detail };
  }

  private context(): Context {
    const { env, about } = this;
    const { step, attempt, definition } = about;
    const { node, path } = step;
    return new Context(this.abort, {
      cap: node.manifest.needs.length === 0 ? NOTHING : this.capabilities(),
      step: { runId: env.runId, path, nodeId: node.id, attempt, definition },
      emit: (text) => {
        if (this.isOpen()) env.observe?.({ type: 'delta', step: path, text });
      },
      prompt: (alias) => promptText(env.snapshot, node, alias, path),
      detail: (facts) => {
        this.detail = { ...this.detail, ...facts };
      },
    });
  }

  private capabilities(): Partial<Capabilities> {
    const { step, past, attempt } = this.about;
    const signal = () => this.abort.signal;
    const isOpen = () => this.isOpen();
    const scope = this.env.scope({ step, past, attempt, signal, isOpen });
    return new StepCalls(scope).provide(step.node.manifest.needs);
  }

  private isOpen(): boolean {
    return !this.over && this.about.isStepOpen();
  }

  private close(): void {
    this.over = true;
    this.abort.close();
  }
}

type GivenContext = Omit<RunContext<CapabilityName>, 'signal' | 'cap'> & { cap: Partial<Capabilities> };

/** What a node's code is handed. Nothing of it leads to the run behind. */
class Context {
  readonly cap: GivenContext['cap'];
  readonly step: GivenContext['step'];
  readonly emit: GivenContext['emit'];
  readonly prompt: GivenContext['prompt'];
  readonly detail: GivenContext['detail'];
  readonly #abort: LazyAbort;

  constructor(abort: LazyAbort, { cap, step, emit, prompt, detail }: GivenContext) {
    this.#abort = abort;
    this.cap = cap;
    this.step = step;
    this.emit = emit;
    this.prompt = prompt;
    this.detail = detail;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }
}

/** A signal that aborts with its frame's, made when it is first asked for: most steps never look at theirs. */
class LazyAbort {
  private readonly around: AbortSignal;
  private controller: AbortController | undefined;
  private readonly follow = () => this.controller?.abort(this.around.reason);

  constructor(around: AbortSignal) {
    this.around = around;
  }

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.around.aborted) this.follow();
      else this.around.addEventListener('abort', this.follow);
    }
    return this.controller.signal;
  }

  abort(reason: unknown): void {
    this.controller?.abort(reason);
  }

  close(): void {
    if (this.controller) this.around.removeEventListener('abort', this.follow);
  }
}

/** What an error says of the course of a call and of what is to come: nothing of the payload. */
const impersonal = new Set(['retryAfterMs', 'exhausted', 'tries', 'ask']);

/**
 * An error as the log may hold it: what a personal node says of a failure may quote its payload, so only its code,
 * place and the sentence of its class stay.
 */
export function keptError(error: AppError, node: PlanNode): AppError {
  if (!node.personal) return error;
  const kept = Object.entries(error.data ?? {}).filter(([name]) => impersonal.has(name));
  return new AppError(error.code, {
    message: errorClasses[error.class].text,
    where: error.where,
    remedy: 'The node is marked personal: what it said is not kept. Run it unmarked on invented data to see it.',
    ...(kept.length > 0 && { data: Object.fromEntries(kept) }),
    cause: error,
  });
}

/** The beginning of a pure step is not logged: its work is done again after a crash, and nobody can tell. */
function announce(env: AttemptEnvironment, { step, past, attempt }: AttemptAbout): void {
  const { node, path } = step;
  if ((node.manifest.effect === 'pure' && !node.body) || env.log.replaying) return;
  const cause = past.started === attempt ? ('crash' as const) : attempt > 1 ? ('retry' as const) : undefined;
  env.log.add({ type: 'step.started', step: path, node: node.id, attempt, ...(cause && { cause }) });
  past.started = attempt;
}

/** Code of node types that was loaded: to ask for a module that is there takes longer than most steps. */
const loadedRuns = new WeakMap<NodeType, AnyRun>();

async function loadRun(node: PlanNode): Promise<AnyRun> {
  const load = node.type.run;
  if (!load) {
    throw new AppError('internal', {
      message: `The node type “${node.manifest.type}” has no code to run.`,
      where: node.id,
    });
  }
  const run = await load();
  loadedRuns.set(node.type, run);
  return run;
}

/** A time limit around an attempt; time that it spends waiting for a person does not count. */
async function within<T>(
  env: AttemptEnvironment,
  ms: number,
  step: LiveStep,
  work: Promise<T>,
  abort: LazyAbort,
): Promise<T> {
  const stop = new AbortController();
  const limit = async (): Promise<never> => {
    do await env.clock.sleep(ms, stop.signal);
    while (step.waiting > 0);
    const error = new AppError('step.timeout', {
      message: `The step did not end within ${ms} ms.`,
      where: step.path,
      remedy: 'Raise the policy `timeoutMs` of the node, or look at its trace for what is slow.',
    });
    abort.abort(error);
    throw error;
  };
  const timer = limit();
  timer.catch(() => undefined);
  try {
    return await Promise.race([work, timer]);
  } finally {
    stop.abort();
    work.catch(() => undefined);
  }
}

function promptText(snapshot: RunSnapshot, node: PlanNode, alias: string, path: string): string {
  const text = snapshot.prompts[resourceName(snapshot.workflow, node.id, 'prompt', alias)];
  if (text !== undefined) return text;
  throw new AppError('prompt.missing', {
    message: `The workflow refers to no prompt “${alias}”.`,
    where: path,
    remedy: 'Declare it under `resources.prompts` of the workflow.',
  });
}

/** Whether a value has still to be waited for. */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}
