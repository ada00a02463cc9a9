import { join } from 'node:path';
import { toAppError } from '../../app/core/errors/app-error.ts';
import { type ExitName, exitCodes, exitOf } from '../../app/hosts/cli/exit-codes.ts';
import { createProgram, usageFault } from '../../app/hosts/cli/program.ts';
import type { CommandOptions, Ended } from './run-command.ts';

/**
 * Runs the command within this process: a tenth of the time of `runCommand`, for tests of many commands that are not about
 * processes.
 */
export async function runHere(
  args: readonly string[],
  { cwd, env }: Pick<CommandOptions, 'cwd' | 'env'>,
): Promise<Ended> {
  const written = { out: '', err: '' };
  const terminal = {
    width: 80,
    live: false,
    style: (_style: string, text: string) => text,
    out: (line = '') => {
      written.out += `${line}\n`;
    },
    err: (line = '') => {
      written.err += `${line}\n`;
    },
    status: () => undefined,
    flush: async () => undefined,
  };
  let exit: ExitName = 'ok';
  const home = join(cwd, '.home');
  const program = createProgram({ terminal, cwd, env: { HOME: home, PIPEWRIGHT_HOME: home, ...env } }, (name) => {
    exit = name;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (thrown) {
    const fault = usageFault(thrown, program, args);
    if (fault === 'help') exit = 'ok';
    else if (fault === 'usage') exit = 'usage';
    else {
      const error = fault ?? toAppError(thrown);
      terminal.err(`${error.code}: ${error.message} ${error.remedy ?? ''}`);
      exit = exitOf(error);
    }
  }
  return { code: exitCodes[exit].code, stdout: written.out, stderr: written.err };
}
