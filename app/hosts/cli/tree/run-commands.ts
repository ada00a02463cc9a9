import { type Command, Option } from 'commander';
import {
  aTag,
  collect,
  examples,
  jsonOption,
  oneTag,
  profilesOption,
  type Runner,
  showingRun,
  wholeNumber,
  workspaceOption,
} from './command-parts.ts';

/** What runs workflows, and what is done with runs as a whole. */
export function addRunCommands(program: Command, run: Runner): void {
  program.commandsGroup('Run:');

  const runCommand = showingRun(
    program
      .command('run')
      .summary('run a workflow')
      .description(
        'Runs a workflow: by its name in workflows/, or by the path of a file, which may be an exported one. Prints its outputs. Ctrl-C stops it so that it can be resumed.',
      )
      .argument('[workflow]', 'name or path; may be left out with --fork and --of')
      .option('-i, --input <name=value>', 'one input; JSON where its type is not text (repeatable)', collect)
      .option('--inputs <file>', 'all inputs from a file with a JSON object, or from standard input: -')
      .option(
        '--tag <name>',
        'count what it spends under this name, and hold it to the budget of it (repeatable)',
        aTag,
      )
      .option('--estimate', 'say what it may cost, and run nothing')
      .option('--to <node>', 'run only this node and what it needs, and print what it gives (repeatable)', collect)
      .option('--from <node>', 'work from this node on and reuse what is before it, from the run --of')
      .option('--of <run>', 'the earlier run that --from reuses')
      .option(
        '--pin <step.port=value>',
        'use this value as output instead of running the step; of a node inside a container in every turn (repeatable)',
        collect,
      )
      .option('--fork <run>', 'start from an earlier run, at the step --at')
      .option('--at <step>', 'the step that a fork begins at')
      .option('--edit <step.port=value>', 'change an input or output of a step in a fork (repeatable)', collect)
      .option(
        '--break <place>',
        'stop before a node, or where a wire (an id, or node.port->node.port) brings a value; then perhaps "hit 3" or "every 10", then perhaps "if" and a condition in CEL over inputs, value, step and index (repeatable)',
        collect,
      )
      .addOption(
        new Option('--capture <setting>', 'what traces and logs show of payloads').choices([
          'full',
          'redacted',
          'hashed',
          'off',
        ]),
      ),
  )
    .addOption(profilesOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/run.ts')).run));
  examples(runCommand, [
    'pipewright run answer --input question="When is it open?"',
    'echo \'{"question": "When is it open?"}\' | pipewright run answer --inputs - --json',
    'pipewright run answer --from model --of last',
    'pipewright run --fork last --at prompt --edit prompt.question="Is it open on Sundays?"',
    'pipewright run answer --input question="When is it open?" --estimate',
    'pipewright run answer --input question=Hours --break "model if size(inputs.messages) > 3"',
    'pipewright run answer --input question=Hours --break "retrieve.chunks->rerank.chunks"',
  ]);

  const resume = showingRun(
    program
      .command('resume')
      .summary('continue a run')
      .description(
        'Continues a run that was interrupted, that is stopped at a breakpoint, or that waited for a person who has decided or for a time that has come. Nothing that is committed is done again. At a terminal, a run that is stopped shows where, and asks how to go on.',
      )
      .argument('[run]', 'id, the beginning or end of one, or last')
      .option('--due', 'instead of one run: all that wait for a time that has come, one after the other')
      .option('--continue', 'go on from where it is stopped at breakpoints')
      .addOption(new Option('--step', 'go on, and stop before whatever begins next').conflicts(['continue', 'until']))
      .option('--until <place>', 'go on, and stop once before this node or where this wire brings a value')
      .option('--set <port=value>', 'put this in place of what the stopped step gets, and go on (repeatable)', collect)
      .option('--at <step>', 'only the stop before this step, where there are several')
      .option('--break <place>', 'stop there, as in run, in place of where it stopped before (repeatable)', collect),
  )
    .addOption(profilesOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/resume.ts')).resume));
  examples(resume, [
    'pipewright resume last',
    'pipewright resume last --step',
    'pipewright resume last --set question="Is it open on Sundays?"',
    'pipewright resume --due --quiet',
  ]);

  const replay = program
    .command('replay')
    .summary('repeat a run from its journal, offline and free')
    .description(
      'Works a run again: pure nodes run anew, calls answer from the journal. Reports every step whose result differs. Needs no network and no key.',
    )
    .argument('<run>', 'id, the beginning or end of one, or last')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/replay.ts')).replay));
  examples(replay, ['pipewright replay last']);

  const runs = program
    .command('runs')
    .summary('list runs, newest first')
    .description('Lists runs, newest first.')
    .enablePositionalOptions()
    .option('--workflow <name>', 'only of this workflow: its id or part of its name')
    .addOption(
      new Option('--status <state>', 'only in this state').choices([
        'running',
        'waiting',
        'succeeded',
        'failed',
        'cancelled',
      ]),
    )
    .option('--search <text>', 'part of the id, of the workflow or of the error')
    .addOption(new Option('--thumb <way>', 'only with a thumb on it, up or down').choices(['up', 'down']))
    .option('--tag <name>', 'only with this tag', oneTag)
    .option('-n, --limit <count>', 'how many', wholeNumber(1, 10_000), 20)
    .option('--before <run>', 'the page after this run')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/runs.ts')).runs));
  examples(runs, ['pipewright runs', 'pipewright runs --status failed --json']);
  const cancel = runs
    .command('cancel')
    .summary('end a run that waits or was interrupted')
    .description('Ends a run for good that nobody works on because it waits or was interrupted. Its trace stays.')
    .argument('<run>', 'id, the beginning or end of one, or last')
    .option('--reason <text>', 'why', 'Cancelled by the command.')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/cancel.ts')).cancel));
  examples(cancel, ['pipewright runs cancel last --reason "The question was withdrawn"']);
  const runsExport = runs
    .command('export')
    .summary('write a run as one file to send to somebody')
    .description(
      'Writes a run as one JSON file: its log, the workflow and prompts that it worked on, and its values. Secrets and what looks personal are taken out; values of steps marked personal, and those over a million characters, stay out.',
    )
    .argument('<run>', 'id, the beginning or end of one, or last')
    .option('-o, --output <file>', 'path of the file (default: standard output)')
    .option('--force', 'replace a file that is there')
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/runs-export.ts')).exportRun));
  examples(runsExport, ['pipewright runs export last -o run.json']);
  const runsImport = runs
    .command('import')
    .summary('look at a run that somebody exported')
    .description(
      'Takes the file of `runs export` into the workspace as a run to look back at, under an id of its own and marked as imported. Nothing of it is run; it cannot be resumed, forked or replayed, and no cache takes anything from it.',
    )
    .argument('<file>', 'a file that `pipewright runs export` wrote')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/runs-import.ts')).importRun));
  examples(runsImport, ['pipewright runs import run.json']);
  const remove = runs
    .command('remove')
    .summary('remove runs for good')
    .description(
      'Removes runs with their log, values and feedback, and says what that frees. What they cost stays in the ledger. Runs that are open, pinned, or needed by an open run stay. Without --yes it only says what would go.',
    )
    .argument('<run...>', 'ids, the beginnings or ends of them, or last')
    .option('--yes', 'remove them')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/runs-remove.ts')).removeRuns));
  examples(remove, ['pipewright runs remove run_1 run_2', 'pipewright runs remove last --yes']);
  const pin = runs
    .command('pin')
    .summary('keep runs whatever retention says')
    .description('Keeps runs whatever retention and clean-up say, until they are let go again by --off.')
    .argument('<run...>', 'ids, the beginnings or ends of them, or last')
    .option('--off', 'let them go again')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/runs-remove.ts')).pinRuns));
  examples(pin, ['pipewright runs pin last', 'pipewright runs pin last --off']);
  const purge = runs
    .command('purge')
    .summary('remove payloads of old runs')
    .description(
      'Removes the payloads of runs that ended some days ago; steps, times and costs stay. What an open run needs stays.',
    )
    .option(
      '--older-than <days>',
      'days since the end (default: retentionDays of the workspace)',
      wholeNumber(0, 36_500),
    )
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/purge.ts')).purge));
  examples(purge, ['pipewright runs purge --older-than 30']);
}
