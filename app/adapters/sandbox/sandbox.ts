import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { CallOptions, CodeCapability, CodeRequest, CodeResponse } from '../../core/capabilities/capabilities.ts';
import { AppError } from '../../core/errors/app-error.ts';
import { type Json, jsonTextDepth } from '../../core/graph/json.ts';
import { programFiles } from '../contained/program-files.ts';
import type { WorkerAnswer, WorkerJob, WorkerMessage, WorkerStart } from './worker-job.ts';

/** Workers that work or stand ready, and so jobs that run at the same time. */
const POOL_SIZE = 2;
/** What a worker may take beyond its time limit to notice it by itself; then it is ended from outside. */
const GRACE_MS = 100;
/** Longest that a fresh worker may take until it is ready. */
const START_MS = 30_000;
const limits = { inputUnits: 8_000_000, resultUnits: 4_000_000, depth: 200 } as const;

// Node has it; its types lie in those of browsers.
const { Module } = (globalThis as unknown as { WebAssembly: { Module: new (bytes: Uint8Array) => object } })
  .WebAssembly;

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
 * JavaScript of strangers, each job in a fresh QuickJS with memory of its own, in a worker thread. Five limits, all
 * needed: the module's memory (64 MiB), its stack (256 KiB), the interrupt at the deadline, the end of the worker from
 * outside a moment later, and that no module, and so no damaged one, ever gets a second job.
 */
export function createSandbox(): Sandbox {
  const { entry } = programFiles(import.meta.url, 'sandbox-worker.js', { sourceName: 'worker.ts' });
  const workerData: WorkerStart = { quickjs: compileQuickJs() };
  const all = new Set<Worker>();
  const warm: Warm[] = [];
  const waiting: { start: () => void; cancel: (reason: unknown) => void }[] = [];
  let running = 0;
  let inUse = 0;
  let isClosed = false;

  function launch(): Warm {
    const worker = new Worker(entry, {
      workerData,
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
    worker.once('exit', () => {
      all.delete(worker);
      const at = warm.findIndex((one) => one.worker === worker);
      if (at !== -1) warm.splice(at, 1);
    });
    // Whoever waits for it hears of it; when nobody does, another one takes its place.
    worker.on('error', () => undefined);
    worker.stdout.resume();
    worker.stderr.resume();
    const ready = readyOf(worker);
    worker.unref();
    return { worker, ready };
  }

  function refill(): void {
    while (!isClosed && inUse + warm.length < POOL_SIZE) warm.push(launch());
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
    let next: Promise<void> | undefined;
    inUse += 1;
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
      const ended = await answerOf(worker, job, signal);
      next = ended.next;
      return ended.answer;
    } finally {
      inUse -= 1;
      if (next && !isClosed) {
        worker.unref();
        warm.push({ worker, ready: next });
      } else void worker.terminate();
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

/** Fulfilled when the worker says that it waits for a job; who takes it sees why it does not. */
function readyOf(worker: Worker): Promise<void> {
  const ready = new Promise<void>((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      settle();
    };
    const timer = setTimeout(() => end(() => reject(broken('it was not ready in time'))), START_MS);
    timer.unref();
    const onMessage = () => end(resolve);
    const onError = (error: Error) => end(() => reject(broken(error.message)));
    const onExit = () => end(() => reject(broken('it ended')));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
  ready.catch(() => undefined);
  return ready;
}

interface Ended {
  answer: WorkerAnswer;
  /** When the worker is ready for another job; absent when it is spent. */
  next?: Promise<void>;
}

/** The worker's answer to a job, or a fault when it must be ended from outside. */
function answerOf(worker: Worker, job: WorkerJob, signal: AbortSignal | undefined): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const lost = (kind: 'timeout' | 'memory', message: string) =>
      done(() => resolve({ answer: { fault: { kind, name: '', message }, logs: [] } }));
    const watchdog = setTimeout(() => lost('timeout', ''), job.timeoutMs + GRACE_MS);
    const abort = () => done(() => reject(signal?.reason));
    const done = (end: () => void) => {
      clearTimeout(watchdog);
      signal?.removeEventListener('abort', abort);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      end();
    };
    const onMessage = (message: WorkerMessage) =>
      done(() => {
        if (!('answer' in message)) reject(broken('it said something else'));
        else resolve({ answer: message.answer, ...(!message.isSpent && { next: readyOf(worker) }) });
      });
    // The worker's own heap, not the module's: a result or input that is too much for it.
    const onError = (error: Error) => lost('memory', error.message);
    const onExit = () => lost('memory', 'its worker ended');
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
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

/** QuickJS as WebAssembly, from the file of its package; compiled here once, run in the workers alone. */
function compileQuickJs(): object {
  const library = createRequire(createRequire(import.meta.url).resolve('quickjs-emscripten'));
  return new Module(readFileSync(library.resolve('@jitl/quickjs-wasmfile-release-sync/wasm')));
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
