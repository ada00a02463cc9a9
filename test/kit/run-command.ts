import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { compileCache } from './compile-cache.ts';

const entry = join(import.meta.dirname, '../../app/hosts/cli/pipewright.ts');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  cwd: string;
  input?: string;
  env?: { [name: string]: string };
  /** Hears the process as soon as it runs. */
  onStart?: (child: ChildProcess) => void;
}

/** Runs the command as a user does, from the source tree, with an environment of its own. */
export function runCommand(args: readonly string[], { cwd, input, env, onStart }: CommandOptions): Promise<Ended> {
  const home = join(cwd, '.home');
  const child = spawn(process.execPath, [entry, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, PIPEWRIGHT_HOME: home, ...compileCache, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onStart?.(child);
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
