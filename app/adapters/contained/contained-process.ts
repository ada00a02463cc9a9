import { type ChildProcessByStdio, type SpawnOptionsWithStdioTuple, type StdioPipe, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { nodeProgram } from './program-files.ts';

export interface ContainedOptions {
  /** The program: a `.ts` file in the source tree, a `.js` file when built. */
  entry: string;
  /** Files and folders that it may read. Nothing else: not even the document, whose bytes it is sent. */
  read: readonly string[];
  /** Files and folders that it may write. */
  write?: readonly string[];
  /** Resident memory, bytes; looked at every 20 ms where /proc tells it, else only the heap is bounded. */
  rssBytes: number;
  /** Processor seconds of its whole life, after which the kernel ends it: holds even when its parent was killed. */
  cpuSeconds: number;
  /** Longest answer, bytes. */
  answerBytes: number;
}

export type ContainedFaultKind = 'timeout' | 'memory' | 'crashed' | 'answer' | 'cancelled';

/** Why a contained process gave no answer. It is dead by the time that this is thrown. */
export class ContainedFault extends Error {
  override readonly name = 'ContainedFault';
  readonly kind: ContainedFaultKind;

  constructor(kind: ContainedFaultKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface ContainedProcess {
  readonly pid: number;
  readonly alive: boolean;
  /** Questions answered so far. */
  readonly answered: number;
  /** Wall time that it has worked so far, milliseconds. */
  readonly workedMs: number;
  /**
   * Sends one question (JSON) with bytes after it and gives the answer, parsed but not checked: it comes from a
   * process that may have been taken over. One question at a time.
   * @throws ContainedFault after any limit or early end; the process is then dead and reaped
   */
  ask(
    question: object,
    body: Uint8Array,
    options: { deadlineMs: number; signal?: AbortSignal | undefined },
  ): Promise<unknown>;
  /** Kills it and resolves when it is reaped. */
  end(): Promise<void>;
}

const pollMs = 20;
const keptErrorBytes = 16_384;

/**
 * Starts a Node process for work on hostile input: no environment, no file but those named, no child processes,
 * workers, addons or code from strings (Node's permission model), bounded heap, resident memory, processor time.
 * The permission model of Node 24 does not cut the network; the program must not open sockets; see README.
 */
export function startContained(options: ContainedOptions): ContainedProcess {
  const child = launch(options);
  const ended = once(child, 'close');
  // A process that cannot even be started says so by 'error' and never by 'close'.
  let startFault: Error | undefined;
  child.on('error', (error) => {
    startFault = error;
  });
  child.stdin.on('error', () => undefined);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (errors.length < keptErrorBytes) errors += chunk.toString('utf8');
  });
  const idle = [child, child.stdin, child.stdout, child.stderr] as { ref?(): void; unref?(): void }[];

  let alive = true;
  let answered = 0;
  let workedMs = 0;
  const gone = ended.then(
    () => {
      alive = false;
    },
    () => {
      alive = false;
    },
  );
  const end = async () => {
    // Its pipes too: they may close after the process is reaped, and until then nothing else may keep ours alive.
    for (const handle of idle) handle.ref?.();
    if (alive && child.pid !== undefined) child.kill('SIGKILL');
    await gone;
  };

  /** The one line that the process says, or a fault; leaves no timer or listener behind. */
  const answerOf = async (question: object, body: Uint8Array, deadlineMs: number, signal?: AbortSignal) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const fail = (kind: ContainedFaultKind, message: string) => reject(new ContainedFault(kind, message));
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length > options.answerBytes) return fail('answer', 'its answer is too long');
      chunks.push(chunk);
      if (chunk.at(-1) === 10) resolve(Buffer.concat(chunks).toString('utf8'));
    };
    const onAbort = () => fail('cancelled', 'cancelled');
    const deadline = setTimeout(() => fail('timeout', `no answer within ${deadlineMs} ms`), deadlineMs);
    const watch = setInterval(async () => {
      if ((await residentBytes(child.pid)) > options.rssBytes) fail('memory', 'it used too much memory');
    }, pollMs);
    void gone.then(() => {
      if (/heap out of memory|Allocation failed|bad_alloc/.test(errors)) fail('memory', 'it used too much memory');
      else fail('crashed', startFault ? `it could not start: ${startFault.message}` : `it ended (${exitOf(child)})`);
    });
    try {
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted) onAbort();
      else {
        child.stdout.on('data', onData);
        child.stdin.write(`${JSON.stringify({ ...question, bytes: body.length })}\n`);
        child.stdin.write(body);
      }
      return await promise;
    } finally {
      clearTimeout(deadline);
      clearInterval(watch);
      child.stdout.off('data', onData);
      signal?.removeEventListener('abort', onAbort);
    }
  };

  return {
    pid: child.pid ?? -1,
    get alive() {
      return alive;
    },
    get answered() {
      return answered;
    },
    get workedMs() {
      return workedMs;
    },
    end,
    async ask(question, body, { deadlineMs, signal }) {
      const began = performance.now();
      for (const handle of idle) handle.ref?.();
      try {
        const line = await answerOf(question, body, deadlineMs, signal);
        const answer: unknown = JSON.parse(line);
        answered += 1;
        if ((answer as { last?: unknown } | null)?.last === true) await end();
        return answer;
      } catch (error) {
        await end();
        if (error instanceof ContainedFault) throw error;
        throw new ContainedFault('crashed', 'its answer was no JSON');
      } finally {
        workedMs += performance.now() - began;
        // A warm process waits for its next question without keeping ours alive.
        if (alive) for (const handle of idle) handle.unref?.();
      }
    },
  };
}

function launch(options: ContainedOptions): ChildProcessByStdio<Writable, Readable, Readable> {
  const megabytes = Math.floor(options.rssBytes / 1_048_576);
  const args = [
    '--permission',
    ...options.read.map((path) => `--allow-fs-read=${path}`),
    ...(options.write ?? []).map((path) => `--allow-fs-write=${path}`),
    `--max-old-space-size=${Math.max(64, Math.floor(megabytes * 0.75))}`,
    '--disallow-code-generation-from-strings',
    '--no-warnings',
    options.entry,
  ];
  const settings: SpawnOptionsWithStdioTuple<StdioPipe, StdioPipe, StdioPipe> = {
    env: {},
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  };
  if (process.platform === 'win32') {
    const { SystemRoot = '' } = process.env;
    // Windows cannot load its own libraries without this one; it names no secret.
    return spawn(nodeProgram(), args, { ...settings, cwd: SystemRoot, env: { SystemRoot } });
  }
  // The shell only sets the kernel's limits and then becomes node: the arguments are never read as a script. Shells put
  // variables of their own into the environment; env takes them out again.
  const script = 'ulimit -c 0; ulimit -t "$0"; exec /usr/bin/env -i "$@"';
  return spawn('/bin/sh', ['-c', script, String(options.cpuSeconds), nodeProgram(), ...args], settings);
}

function exitOf(child: { exitCode: number | null; signalCode: NodeJS.Signals | null }): string {
  return child.signalCode ?? `exit code ${child.exitCode}`;
}

async function residentBytes(pid: number | undefined): Promise<number> {
  if (pid === undefined || process.platform !== 'linux') return 0;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
