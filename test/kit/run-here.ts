import { join } from 'node:path';
import { exitCodes } from '../../app/hosts/cli/exit-codes.ts';
import { perform } from '../../app/hosts/cli/main.ts';
import { type CommandOptions, type Ended, runCommand } from './run-command.ts';

/**
 * Runs the command within this process, with all that `main` does: a tenth of the time of `runCommand`, for tests that are
 * not about processes. Where it is given a standard input, or somebody wants the process, there is one.
 */
export async function runHere(args: readonly string[], options: CommandOptions): Promise<Ended> {
  if (options.input !== undefined || options.onStart !== undefined) return runCommand(args, options);
  const { cwd, env } = options;
  let stdout = '';
  let stderr = '';
  const terminal = {
    width: 80,
    live: false,
    style: (_style: string, text: string) => text,
    out: (line = '') => {
      stdout += `${line}\n`;
    },
    err: (line = '') => {
      stderr += `${line}\n`;
    },
    status: () => undefined,
    flush: async () => undefined,
  };
  const home = join(cwd, '.home');
  const variables = { PATH: process.env['PATH'] ?? '', HOME: home, PIPEWRIGHT_HOME: home, ...env };
  const exit = await perform(args, { terminal, cwd, env: variables });
  return { code: exitCodes[exit].code, stdout, stderr };
}
