import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface WorkerPlace {
  /** The built worker. */
  script: string;
  folder: string;
  warmFolder: string;
  /** What it runs once in `warmFolder` before it is ready. */
  warmWorkflow: string;
  /** The user's own folder. */
  home: string;
  /** Where Node keeps compiled code: it makes a start faster. */
  codeCache: string;
}

/** Of each workflow the number of its first run that is new, and of the last. */
export type Numbers = { [workflow: string]: { from: number; to?: number } };

/** A process that works on runs, loaded and waiting for its word. */
export interface Worker {
  pid: number;
  /** Resolves when it works on a run of each workflow. */
  go(numbers: Numbers): Promise<void>;
  /** SIGKILL. @returns when nothing is left of it */
  kill(): Promise<void>;
  /** Waits until it has done all it was told. @throws Error when a run did not succeed */
  done(): Promise<void>;
  /** Lines of runs that did not end well. */
  troubles: string[];
  /** Times at which runs began and ended, by performance.now(). */
  marks: { word: string; workflow: string; at: number }[];
}

export async function startWorker(place: WorkerPlace): Promise<Worker> {
  const { script, folder, warmFolder, warmWorkflow, home, codeCache } = place;
  const child = spawn(process.execPath, [script, folder, warmFolder, warmWorkflow], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PIPEWRIGHT_HOME: home, NODE_COMPILE_CACHE: codeCache },
  });
  const exit = once(child, 'exit');
  const troubles: string[] = [];
  const marks: Worker['marks'] = [];
  const heard = new Map<string, () => void>();
  /** Resolves when the word is said, of the workflow if it is about one; or when nothing more can be said. */
  const next = (word: string, workflow = '') =>
    Promise.race([new Promise<void>((resolve) => heard.set(`${word} ${workflow}`, resolve)), exit]);
  const ready = next('ready');
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word = '', workflow = '', , status] = line.split(' ');
    marks.push({ word, workflow, at: performance.now() });
    if (word === 'ended' && status !== 'succeeded') troubles.push(line);
    heard.get(`${word} ${workflow}`)?.();
  });
  child.stdin.on('error', () => undefined);
  await ready;
  return {
    pid: child.pid ?? 0,
    troubles,
    marks,
    async go(numbers) {
      const began = Object.keys(numbers).map((workflow) => next('began', workflow));
      child.stdin.write(`${JSON.stringify(numbers)}\n`);
      await Promise.all(began);
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
