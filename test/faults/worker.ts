import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface WorkerPlace {
  /** The built worker. */
  script: string;
  folder: string;
  warmFolder: string;
  workflow: string;
  /** The user's own folder. */
  home: string;
  /** Where Node keeps compiled code: it makes a start faster. */
  codeCache: string;
}

/** A process that works on runs, loaded and waiting for its word. */
export interface Worker {
  pid: number;
  /** Resolves when it works on a run. */
  go(from: number, to?: number): Promise<void>;
  /** SIGKILL. @returns when nothing is left of it */
  kill(): Promise<void>;
  /** Waits until it has done all it was told. @throws Error when a run did not succeed */
  done(): Promise<void>;
  /** Lines of runs that did not end well. */
  troubles: string[];
  /** Times at which runs began and ended, by performance.now(). */
  marks: { word: string; at: number }[];
}

export async function startWorker(place: WorkerPlace): Promise<Worker> {
  const { script, folder, warmFolder, workflow, home, codeCache } = place;
  const child = spawn(process.execPath, [script, folder, warmFolder, workflow], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PIPEWRIGHT_HOME: home, NODE_COMPILE_CACHE: codeCache },
  });
  const exit = once(child, 'exit');
  const troubles: string[] = [];
  const marks: Worker['marks'] = [];
  const heard = new Map<string, () => void>();
  const next = (word: string) => Promise.race([new Promise<void>((resolve) => heard.set(word, resolve)), exit]);
  const ready = next('ready');
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word = '', , status] = line.split(' ');
    marks.push({ word, at: performance.now() });
    if (word === 'ended' && status !== 'succeeded') troubles.push(line);
    heard.get(word)?.();
  });
  child.stdin.on('error', () => undefined);
  await ready;
  return {
    pid: child.pid ?? 0,
    troubles,
    marks,
    async go(from, to) {
      const began = next('began');
      child.stdin.write(`${from}${to === undefined ? '' : ` ${to}`}\n`);
      await began;
    },
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
    async done() {
      const [code] = await exit;
      if (code !== 0 || troubles.length > 0) throw new Error(`the worker ended with ${code}: ${troubles.join('; ')}`);
    },
  };
}
