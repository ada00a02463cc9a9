import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface CommandEnd {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command under way. */
export interface Command {
  pid: number;
  signal(name: NodeJS.Signals): void;
  /** What it has printed so far. */
  output(): { stdout: string; stderr: string };
  end: Promise<CommandEnd>;
}

export interface CommandPlace {
  /** The built command. */
  pipewright: string;
  folder: string;
  /** The user's own folder. */
  home: string;
  /** A module that Node loads before. */
  preload?: string;
  env?: { [name: string]: string };
}

export function startCommand({ pipewright, folder, home, preload, env }: CommandPlace, ...args: string[]): Command {
  const options = preload === undefined ? [] : ['--import', preload];
  const child: ChildProcess = spawn(process.execPath, [...options, pipewright, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env, PIPEWRIGHT_HOME: home, XDG_CACHE_HOME: home },
  });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      printed[stream] += text;
    });
  return {
    pid: child.pid ?? 0,
    signal: (name) => void child.kill(name),
    output: () => ({ ...printed }),
    end: once(child, 'close').then(([code]) => ({ code: code as number | null, ...printed })),
  };
}

export const runCommand = (place: CommandPlace, ...args: string[]): Promise<CommandEnd> =>
  startCommand(place, ...args).end;

/** The error that a command with `--json` or `--events` printed. */
export function errorOf({ stdout, stderr }: CommandEnd): {
  code: string;
  class: string;
  remedy?: string;
  data?: { [field: string]: unknown };
} {
  const line = stdout
    .split('\n')
    .filter((text) => text.startsWith('{"error"'))
    .at(-1);
  if (line === undefined) throw new Error(`the command printed no error: ${stdout} ${stderr}`);
  return JSON.parse(line).error;
}
