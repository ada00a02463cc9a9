import { Command, CommanderError } from 'commander';
import { AppError } from '../../core/errors/app-error.ts';
import { packageVersion } from '../version.ts';
import type { CommandContext, CommandResult } from './command-context.ts';
import type { ExitName } from './exit-codes.ts';
import { addAccessCommands } from './tree/access-commands.ts';
import type { Runner } from './tree/command-parts.ts';
import { addCostCommands } from './tree/cost-commands.ts';
import { addExchangeCommands } from './tree/exchange-commands.ts';
import { addInsightCommands } from './tree/insight-commands.ts';
import { addKnowledgeCommands } from './tree/knowledge-commands.ts';
import { addPeopleCommands } from './tree/people-commands.ts';
import { addRunCommands } from './tree/run-commands.ts';
import { addUpkeepCommands } from './tree/upkeep-commands.ts';
import { addWorkspaceCommands } from './tree/workspace-commands.ts';

const groups = [
  addWorkspaceCommands,
  addRunCommands,
  addInsightCommands,
  addPeopleCommands,
  addKnowledgeCommands,
  addCostCommands,
  addExchangeCommands,
  addAccessCommands,
  addUpkeepCommands,
];

/**
 * The tree of commands. Actions are loaded when they are called: `--help` and the start of any command pay for none.
 * `ended` hears how a command ended.
 */
export function createProgram(context: CommandContext, ended: (exit: ExitName) => void): Command {
  const program = new Command('pipewright');
  const { terminal } = context;
  const trimmed = (write: (line: string) => void) => (text: string) => write(text.replace(/\n$/, ''));
  program
    .description('Runs LLM pipelines that must survive production: durable, traced, replayable.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .exitOverride()
    // Options after a command are that command's, also where one above it has an option of the same name.
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: trimmed(terminal.out),
      writeErr: trimmed(terminal.err),
      // An error is shown once, by whoever catches it.
      outputError: () => undefined,
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
    });
  program.addHelpText('after', '\nEvery command has --help. Exit codes: docs/cli.md.');

  const run: Runner =
    (load) =>
    async (...args) => {
      // Commander hands over the command itself last.
      const action = (await load()) as unknown as (
        context: CommandContext,
        ...rest: unknown[]
      ) => Promise<CommandResult>;
      ended((await action(context, ...args.slice(0, -1))) ?? 'ok');
    };
  for (const add of groups) add(program, run);
  return program;
}

export type UsageFault = AppError | 'help' | 'usage';

/** What an error of the parser means, placed at the command that `argv` names; undefined for any other error. */
export function usageFault(thrown: unknown, program: Command, argv: readonly string[]): UsageFault | undefined {
  if (!(thrown instanceof CommanderError)) return undefined;
  // Help and version were asked for, and are printed; a group of commands without one prints its help as well.
  if (thrown.code === 'commander.helpDisplayed' || thrown.code === 'commander.version') return 'help';
  if (thrown.code === 'commander.help') return 'usage';
  const [message = '', suggestion] = thrown.message.replace(/^error: /, '').split('\n');
  const command = namedCommand(program, argv);
  const near = /Did you mean (?:one of )?(.+?)\?\)?$/.exec(suggestion ?? '')?.[1];
  return new AppError('cli.usage', {
    message: `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.?!]$/.test(message) ? '' : '.'}${near ? ` Did you mean “${near}”?` : ''}`,
    where: command,
    remedy: `See \`${command} --help\`.`,
  });
}

/** The names of the commands that arguments begin with: `pipewright review decide`. */
function namedCommand(program: Command, argv: readonly string[]): string {
  const names = [program.name()];
  let at = program;
  for (const word of argv) {
    const next = at.commands.find((command) => command.name() === word);
    if (next === undefined) break;
    at = next;
    names.push(word);
  }
  return names.join(' ');
}
