import type { AppError } from '../../core/errors/app-error.ts';
import { toAppError } from '../../core/errors/app-error.ts';
import { type ExitName, exitCodes, exitOf } from './exit-codes.ts';
import { createProgram, usageFault } from './program.ts';
import { showError } from './show-error.ts';
import { createTerminal, type Terminal } from './terminal.ts';

/** Runs the command that the arguments name and ends the process with its exit code. */
export async function main(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  const terminal = createTerminal(process.env);
  const asJson = argv.includes('--json') || argv.includes('--events');
  let exit: ExitName = 'ok';
  try {
    const program = createProgram({ terminal, env: process.env, cwd: process.cwd() }, (name) => {
      exit = name;
    });
    await program.parseAsync(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' });
  } catch (thrown) {
    exit = report(terminal, thrown, asJson);
  }
  await terminal.flush();
  // Natives may keep threads alive for a while; whatever had to be written is written.
  process.exit(exitCodes[exit].code);
}

function report(terminal: Terminal, thrown: unknown, asJson: boolean): ExitName {
  const fault = usageFault(thrown);
  if (fault === 'help') return 'ok';
  if (fault === 'usage') return 'usage';
  const error: AppError = fault ?? toAppError(thrown);
  if (asJson) terminal.out(JSON.stringify({ error: error.toWire() }));
  else showError(terminal, error.toWire());
  return exitOf(error);
}
