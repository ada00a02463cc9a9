import type { AppError } from '../../core/errors/app-error.ts';
import { toAppError } from '../../core/errors/app-error.ts';
import type { CommandContext } from './command-context.ts';
import { type ExitName, exitCodes, exitOf } from './exit-codes.ts';
import { createProgram, usageFault } from './program.ts';
import { showError } from './show-error.ts';
import { createTerminal, type Terminal } from './terminal.ts';

/** Runs the command that the arguments name and ends the process with its exit code. */
export async function main(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  const terminal = createTerminal(process.env);
  const exit = await perform(argv, { terminal, env: process.env, cwd: process.cwd() });
  await terminal.flush();
  // Natives may keep threads alive for a while; whatever had to be written is written.
  process.exit(exitCodes[exit].code);
}

/** Runs the command that the arguments name; what goes wrong is shown. @returns how it ended */
export async function perform(argv: readonly string[], context: CommandContext): Promise<ExitName> {
  const asJson = argv.includes('--json') || argv.includes('--events');
  let exit: ExitName = 'ok';
  const program = createProgram(context, (name) => {
    exit = name;
  });
  try {
    await program.parseAsync(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' });
  } catch (thrown) {
    const fault = usageFault(thrown, program, argv);
    if (fault === 'help') return 'ok';
    if (fault === 'usage') return 'usage';
    return report(context.terminal, fault ?? toAppError(thrown), asJson);
  }
  return exit;
}

function report(terminal: Terminal, error: AppError, asJson: boolean): ExitName {
  if (asJson) terminal.out(JSON.stringify({ error: error.toWire() }));
  else showError(terminal, error.toWire());
  return exitOf(error);
}
