import { Worker } from 'node:worker_threads';
import type { CallOptions, CodeCapability, CodeRequest, CodeResponse } from '../../core/capabilities/capabilities.ts';
import { AppError } from '../../core/errors/app-error.ts';
import { type Json, jsonTextDepth } from '../../core/graph/json.ts';
import { programFiles } from '../contained/program-files.ts';
import type { WorkerAnswer, WorkerJob, WorkerMessage } from './worker-job.ts';

/** Workers that stand ready, and jobs that run at the same time. */
const POOL_SIZE = 2;
/** What a worker may take beyond its time limit to notice it by itself; then it is ended from outside. */
const GRACE_MS = 250;
/** Longest that a fresh worker may take until it is ready. */
const START_MS = 30_000;
const limits = { inputUnits: 8_000_000, resultUnits: 4_000_000, depth: 200 } as const;

export interface Sandbox extends CodeCapability {
  /** Ends all workers; jobs under way fail. */
  close(): Promise<void>;
}

interface Warm {
  worker: Worker;
  /** Fulfilled when it waits for its job. */
  ready: Promise<void>;
}

/**
 * JavaScript of strangers, each job in a worker of its own with a fresh QuickJS in it. Five limits, all needed: the
 * module's memory (64 MiB), its stack (256 KiB), the interrupt at the deadline, the end of the worker from outside a
 * moment later, and that no worker, and so no damaged module, ever gets a second job.
 */
export function createSandbox(): Sandbox {
  const { entry } = programFiles(import.meta.url, 'sandbox-worker.js', [], 'worker.ts');
  const all = new Set<Worker>();
  const warm: Warm[] = [];
  const waiting: { start: () => void; cancel: (reason: unknown) => void }[] = [];
  let running = 0;
  let isClosed = false;

  function launch(): Warm {
    const worker = new Worker(entry, {
      env: {},
      argv: [],
      execArgv: [],
      stdin: false,
      // What the module says when it gives up is nobody's to read.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    });
    all.add(worker);
    worker.once('exit', () => all.delete(worker));
    worker.stdout.resume();
    worker.stderr.resume();
    const ready = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(broken('it was not ready in time')), START_MS);
      timer.unref();
      worker.once('message', () => resolve());
      worker.once('error', (error) => reject(broken(error.message)));
      worker.once('exit', () => reject(broken('it ended')));
      void worker.once('exit', () => clearTimeout(timer)).once('message', () => clearTimeout(timer));
    });
    ready.catch(() => undefined);
    worker.unref();
    return { worker, ready };
  }

  function refill(): void {
    while (!isClosed && warm.length < POOL_SIZE) warm.push(launch());
  }

  /** A place among those that run at once, in the order of asking. */
  async function place(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (running < POOL_SIZE) {
      running += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const entry = {
        start: () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        },
        cancel: reject,
      };
      const abort = () => {
        waiting.splice(waiting.indexOf(entry), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      waiting.push(entry);
    });
  }

  function leave(): void {
    const next = waiting.shift();
    if (next) next.start();
    else running -= 1;
  }

  async function perform(job: WorkerJob, signal: AbortSignal | undefined): Promise<WorkerAnswer> {
    let { worker, ready } = warm.shift() ?? launch();
    worker.ref();
    try {
      // One that died while it stood ready is no fault of this job.
      await orAborted(ready, signal).catch(async () => {
        signal?.throwIfAborted();
        void worker.terminate();
        ({ worker, ready } = launch());
        worker.ref();
        await orAborted(ready, signal);
      });
      return await answerOf(worker, job, signal);
    } finally {
      void worker.terminate();
      refill();
    }
  }

  return {
    async run(request: CodeRequest, options: CallOptions = {}): Promise<CodeResponse> {
      if (isClosed) throw broken('it is closed');
      const { signal } = options;
      const inputs = JSON.stringify(request.inputs);
      if (inputs.length > limits.inputUnits) {
        return failed(`The inputs have ${inputs.length} characters as JSON; at most ${limits.inputUnits} are taken.`);
      }
      await place(signal);
      try {
        const answer = await perform(
          {
            code: request.code,
            inputs,
            now: request.now,
            seed: request.seed,
            timeoutMs: request.timeoutMs,
            memoryBytes: request.memoryMb * 1_048_576,
            resultUnits: limits.resultUnits,
          },
          signal,
        );
        return read(answer);
      } finally {
        leave();
      }
    },
    async close() {
      isClosed = true;
      warm.length = 0;
      for (const { cancel } of waiting.splice(0)) cancel(broken('it is closed'));
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

/** The worker's one answer, or a fault when it must be ended from outside. */
function answerOf(worker: Worker, job: WorkerJob, signal: AbortSignal | undefined): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    const watchdog = setTimeout(
      () => done(() => resolve({ fault: { kind: 'timeout', name: '', message: '' }, logs: [] })),
      job.timeoutMs + GRACE_MS,
    );
    const abort = () => done(() => reject(signal?.reason));
    const done = (end: () => void) => {
      clearTimeout(watchdog);
      signal?.removeEventListener('abort', abort);
      worker.removeAllListeners('message');
      end();
    };
    worker.once('message', (message: WorkerMessage) => {
      done(() => ('answer' in message ? resolve(message.answer) : reject(broken('it said something else'))));
    });
    // The worker's own heap, not the module's: a result or input that is too much for it.
    const gone = (message: string) => done(() => resolve({ fault: { kind: 'memory', name: '', message }, logs: [] }));
    worker.once('error', (error) => gone(error.message));
    worker.once('exit', () => gone('its worker ended'));
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    else worker.postMessage(job);
  });
}

async function orAborted(ready: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return ready;
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    await Promise.race([ready, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The answer comes from code of a stranger: parsed, bounded, and nothing of it is believed. */
function read({ value, fault, logs }: WorkerAnswer): CodeResponse {
  if (fault !== undefined) return { fault, logs };
  if (value === undefined) return { logs };
  if (jsonTextDepth(value, limits.depth) > limits.depth)
    return { fault: { kind: 'result', name: '', message: `The result is nested deeper than ${limits.depth}.` }, logs };
  return { value: JSON.parse(value) as Json, logs };
}

function failed(message: string): CodeResponse {
  return { fault: { kind: 'memory', name: '', message }, logs: [] };
}

function broken(why: string): AppError {
  return new AppError('internal', {
    message: `The sandbox for code cannot work: ${why}.`,
    where: 'sandbox',
    remedy: 'Start again; if it stays so, report it with the version of Pipewright and the system.',
  });
}
