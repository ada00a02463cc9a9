import { type Command, Option } from 'commander';
import { cleanable } from '../../../core/workspace/disk-parts.ts';
import type { CommandContext } from '../command-context.ts';
import { examples, jsonOption, type Runner, workspaceOption } from './command-parts.ts';

/** What keeps a workspace sound and small, and the shell helpful. */
export function addUpkeepCommands(program: Command, run: Runner): void {
  program.commandsGroup('Upkeep:');

  const doctor = program
    .command('doctor')
    .summary('examine the workspace')
    .description(
      'Examines the workspace: secrets, workflows, collections, database. Changes nothing, unless --rebuild is given. A backup takes the place of the .pipewright folder; collections are made again by ingest, and the key of personal payloads stays in your profile.',
    )
    .option('--rebuild', 'make the tables anew from the journal and remove leftover files')
    .option('--backup <folder>', 'copy runs and their values into a new folder first, while others may work')
    .option(
      '--restore [copy]',
      'put a copy from before an upgrade in the place of its database, to go back to the release before (default: the newest of the runs)',
    )
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/doctor.ts')).doctor));
  examples(doctor, ['pipewright doctor', 'pipewright doctor --rebuild', 'pipewright doctor --backup ../backup-1']);

  const clean = program
    .command('clean')
    .summary('make the data of the workspace smaller')
    .description(
      'Removes the runs that `keepRuns` of pipewright.json does not keep, payloads older than its retentionDays, and what nothing names; makes the database smaller. Runs that are open, pinned, or needed by an open run stay. Ctrl-C stops it between two runs.',
    )
    .addOption(new Option('--part <part>', 'clean this instead of the runs').choices([...cleanable]).default('runs'))
    .option('--dry-run', 'say which runs would go, and remove nothing')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/clean.ts')).clean));
  examples(clean, ['pipewright clean --dry-run', 'pipewright clean', 'pipewright clean --part history']);

  const completion = program
    .command('completion')
    .summary('print completions for a shell')
    .description(
      'Prints a script that completes commands, options and their choices in a shell, and what the workspace holds: workflows, collections, runs, review tasks.',
    )
    .argument('<shell>', 'bash, zsh or fish')
    .action(
      run(async () => {
        const { completion: print } = await import('../commands/completion.ts');
        return (at: CommandContext, shell: string) => print(at, program, shell);
      }),
    );
  examples(completion, [
    'pipewright completion bash >> ~/.bashrc',
    'pipewright completion fish > ~/.config/fish/completions/pipewright.fish',
  ]);
}
