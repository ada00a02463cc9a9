import { parentPort, workerData } from 'node:worker_threads';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSWASMModule,
  RELEASE_SYNC,
} from 'quickjs-emscripten';
import type { CodeFault } from '../../core/capabilities/capabilities.ts';
import { prelude } from './prelude.ts';
import type { WorkerAnswer, WorkerJob, WorkerMessage, WorkerStart } from './worker-job.ts';

const pageBytes = 65_536;
/** Pages: 16 MiB at first (the module wants no less), 64 MiB at most. QuickJS's own limit lets some things through. */
const memoryPages = { initial: 256, maximum: 1024 };
/** Larger, and a deep recursion aborts the whole module instead of throwing. */
const stackBytes = 256 * 1024;
const logLimits = { lines: 200, units: 2_000 };
/** Jobs of promises between two looks at the clock. */
const jobsAtOnce = 1_000;

const port = parentPort;
if (port === null) throw new Error('This file is a worker.');
const say = (message: WorkerMessage) => port.postMessage(message);

// The guest asks these for the time; it is told the recorded one. Ours is read before.
const elapsed = performance.now.bind(performance);
let guestNow = 0;
Date.now = () => guestNow;
performance.now = () => guestNow;
Date.prototype.getTimezoneOffset = () => 0;

// Node has it; its types lie in those of browsers.
interface ModuleMemory {
  readonly buffer: { readonly byteLength: number };
}
const { Memory } = (
  globalThis as unknown as { WebAssembly: { Memory: new (pages: typeof memoryPages) => ModuleMemory } }
).WebAssembly;
const { quickjs: compiled } = workerData as WorkerStart;
let quickjs: QuickJSWASMModule;
let memory: ModuleMemory;
/** Memory of a module never shrinks, so this tells of all that was, also of what the code has let go of by now. */
const hasGrown = () => memory.buffer.byteLength > memoryPages.initial * pageBytes;
let hasGivenUp = false;

port.on('message', (job: WorkerJob) => {
  const answer = work(job);
  // A module that grew is let go of with its thread: its memory is given back at once, not when somebody collects it.
  const isSpent = hasGivenUp || hasGrown();
  say({ answer, isSpent });
  if (!isSpent) void prepare();
});
void prepare();

/** A fresh module with memory of its own for the next job: nothing of the one before is in it. */
async function prepare(): Promise<void> {
  memory = new Memory(memoryPages);
  const options = { wasmMemory: memory as never, wasmModule: compiled as never };
  quickjs = await newQuickJSWASMModuleFromVariant(newVariant(RELEASE_SYNC, options));
  say({ ready: true });
}

/** Runs one job. Nothing is disposed of: after running out of memory that would abort, and this module has no second. */
function work(job: WorkerJob): WorkerAnswer {
  guestNow = job.now;
  const logs: string[] = [];
  const deadline = elapsed() + job.timeoutMs;
  let isLate = false;
  const answer = (rest: Omit<WorkerAnswer, 'logs'>): WorkerAnswer => ({ ...rest, logs });
  const late = (): WorkerAnswer => answer({ fault: { kind: 'timeout', name: '', message: '' } });
  try {
    const runtime = quickjs.newRuntime();
    runtime.setMemoryLimit(job.memoryBytes);
    runtime.setMaxStackSize(stackBytes);
    runtime.setInterruptHandler(() => {
      isLate ||= elapsed() > deadline;
      return isLate;
    });
    const context = runtime.newContext();
    const write = context.newFunction('log', (line) => {
      if (logs.length < logLimits.lines && context.typeof(line) === 'string')
        logs.push(context.getString(line).slice(0, logLimits.units));
    });
    const boot = context.unwrapResult(context.evalCode(prelude, 'prelude.js'));
    const made = context.unwrapResult(
      context.callFunction(boot, context.undefined, [
        context.newString(job.inputs),
        context.newNumber(job.seed),
        context.newNumber(job.now),
        context.newNumber(job.resultUnits),
        write,
      ]),
    );
    const run = context.evalCode(`(async function (inputs, { now, random, log }) {\n${job.code}\n})`, 'code.js', {
      strict: true,
    });
    if (isLate) return late();
    if (run.error) return answer({ fault: evalFault(context, run.error) });
    const started = context.callFunction(context.getProp(made, 'start'), context.undefined, [run.value]);
    if (isLate) return late();
    if (started.error) return answer({ fault: evalFault(context, started.error) });
    for (let left = true; left; ) {
      const jobs = runtime.executePendingJobs(jobsAtOnce);
      isLate ||= elapsed() > deadline;
      if (isLate) return late();
      if (jobs.error) return answer({ fault: evalFault(context, jobs.error) });
      left = runtime.hasPendingJob();
    }
    const ended = context.callFunction(context.getProp(made, 'end'), context.undefined, []);
    if (isLate) return late();
    if (ended.error) return answer({ fault: evalFault(context, ended.error) });
    return answer(readEnd(context.getString(ended.value), job));
  } catch (thrown) {
    if (isLate) return late();
    // The module itself gave up: out of memory in a place where it cannot say so.
    hasGivenUp = true;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return answer({ fault: faultOf({ name: 'InternalError', message: message.slice(0, 300), stack: '' }) });
  }
}

interface Told {
  name: string;
  message: string;
  stack: string;
}

/** How the prelude says that the code ended. */
function readEnd(text: string, job: WorkerJob): Omit<WorkerAnswer, 'logs'> {
  const end = JSON.parse(text) as { value?: string; nothing?: true; tooLong?: number; thrown?: Told; pending?: true };
  if (typeof end.value === 'string' && end.value.length <= job.resultUnits) return { value: end.value };
  if (end.nothing) return {};
  if (end.thrown) return { fault: isNull(end.thrown) && hasGrown() ? outOfMemory : faultOf(end.thrown) };
  if (end.tooLong !== undefined) {
    const message = `The result has ${end.tooLong} characters as JSON; at most ${job.resultUnits} are taken.`;
    return { fault: { kind: 'result', name: '', message } };
  }
  // QuickJS drops a job of a promise that it has no room for, so what waits for it waits for ever.
  const forgotten = 'waits for a promise that nothing will ever fulfil';
  if (hasGrown()) return { fault: { kind: 'memory', name: '', message: `or ${forgotten}` } };
  return { fault: { kind: 'failed', name: '', message: `The code ${forgotten}.` } };
}

/** Where there is no room even for an error, QuickJS throws null. Code may do so too, but seldom with much memory in use. */
const isNull = ({ name, message, stack }: Told) => name === '' && message === 'null' && stack === '';
const outOfMemory: CodeFault = { kind: 'memory', name: 'InternalError', message: 'out of memory' };

/** An error of a call that the prelude did not catch: as plain texts, read without running code of the guest twice. */
function evalFault(context: QuickJSContext, error: QuickJSHandle): CodeFault {
  const dumped: unknown = context.dump(error);
  if (dumped === null && hasGrown()) return outOfMemory;
  if (typeof dumped !== 'object' || dumped === null) return faultOf({ name: '', message: String(dumped), stack: '' });
  const { name, message, stack } = dumped as { [key: string]: unknown };
  const text = (value: unknown, most: number) => (typeof value === 'string' ? value.slice(0, most) : '');
  return faultOf({ name: text(name, 100), message: text(message, 1_000), stack: text(stack, 4_000) });
}

function faultOf({ name, message, stack }: Told): CodeFault {
  const isMemory =
    name === 'InternalError' &&
    /^(out of memory|string too long|invalid array length)|abort|unreachable|memory access/i.test(message);
  // The code begins in the second line of what is evaluated.
  const place = /\bcode\.js:(\d{1,7})(?::(\d{1,7}))?/.exec(stack);
  const line = place === null ? 0 : Number(place[1]) - 1;
  return {
    kind: isMemory ? 'memory' : 'failed',
    name,
    message,
    ...(line > 0 && { line, ...(place?.[2] !== undefined && { column: Number(place[2]) }) }),
  };
}
