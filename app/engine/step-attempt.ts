import { AppError, toAppError } from '../core/errors/app-error.ts';
import { errorClasses } from '../core/errors/error-classes.ts';
import type { Json, JsonObject } from '../core/graph/json.ts';
import type { AnyRun } from '../core/nodekit/define-node.ts';
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
  /** Code of node types that is loaded already, by type. */
  runs: Map<string, AnyRun>;
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
 * Runs a node's code once and checks what it gives. After the return, the attempt is closed: late results, calls and
 * log entries of its code are dropped.
 * @throws ATTEMPT_OVER when the step is over, and what the journal threw when it failed
 */
export async function runAttempt(env: AttemptEnvironment, about: AttemptAbout): Promise<AttemptResult> {
  const { step, past, attempt } = about;
  const { node, path, frame } = step;
  let over = false;
  let detail: JsonObject | undefined;
  const abort = new LazyAbort(frame.controller.signal);
  const isOpen = () => !over && about.isStepOpen();
  announce(env, about);
  try {
    const run = env.runs.get(node.manifest.type) ?? (await loadRun(env, node));
    const { needs } = node.manifest;
    const context = {
      cap:
        needs.length === 0
          ? NOTHING
          : new StepCalls(env.scope({ step, past, attempt, signal: () => abort.signal, isOpen })).provide(needs),
      get signal() {
        return abort.signal;
      },
      step: { runId: env.runId, path, nodeId: node.id, attempt, definition: about.definition },
      emit: (text: string) => {
        if (isOpen()) env.observe?.({ type: 'delta', step: path, text });
      },
      prompt: (alias: string) => promptText(env.snapshot, node, alias, path),
      detail: (facts: JsonObject) => {
        detail = { ...detail, ...facts };
      },
    };
    let given = run(stepArguments(node, about.arrived, path), context);
    if (isPromise(given))
      given = await (node.policy.timeoutMs === undefined
        ? given
        : within(env, node.policy.timeoutMs, step, given, abort));
    const values = checkedOutputs(node, given, path);
    const cells: { [port: string]: Cell } = {};
    const keeper = env.keeper(node);
    for (const port of Object.keys(values)) cells[port] = cellOf(values[port] as Json, keeper);
    return { cells, detail };
  } catch (thrown) {
    if (thrown === ATTEMPT_OVER) throw thrown;
    if (env.log.failure !== undefined) throw env.log.failure;
    return { error: keptError(toAppError(thrown, 'step.unexpected', path), node), detail };
  } finally {
    over = true;
    abort.close();
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

async function loadRun(env: AttemptEnvironment, node: PlanNode): Promise<AnyRun> {
  const load = node.type.run;
  if (!load) {
    throw new AppError('internal', {
      message: `The node type “${node.manifest.type}” has no code to run.`,
      where: node.id,
    });
  }
  const run = await load();
  env.runs.set(node.manifest.type, run);
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

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}
