import { type Command, Option } from 'commander';
import { costGroups } from '../../../core/budget/costs.ts';
import { examples, jsonOption, type Runner, wholeNumber, workspaceOption } from './command-parts.ts';

/** What calls of models cost, and the answers that spare them. */
export function addCostCommands(program: Command, run: Runner): void {
  program.commandsGroup('Costs:');

  const costs = program
    .command('costs')
    .summary('what was spent, and how the budgets stand')
    .description(
      'Sums up what calls of models have cost, within runs and without, also calls that failed, were cut off or cancelled. Then shows the budgets of the day, of tags and of workflows.',
    )
    .addOption(new Option('--by <what>', 'what to sum up by').choices(costGroups).default('workflow'))
    .option('--since <when>', 'from then on: so long ago, such as 7d, or a day, such as 2026-11-01 (UTC)')
    .option('--workflow <name>', 'only of this workflow: its name, path or id')
    .option('--run <run>', 'only of this run')
    .option('--tag <name>', 'only of runs with this tag')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/costs.ts')).costs));
  examples(costs, [
    'pipewright costs',
    'pipewright costs --by model --since 7d',
    'pipewright costs --by node --run last',
  ]);

  const prices = program
    .command('prices')
    .summary('what the models of the profiles cost')
    .description(
      'Shows what the models of the profiles cost, and who says so: the profile, prices.json of the workspace, or the dated table of this release. A changed price holds for later calls; what was spent stays as it is.',
    )
    .option('--write', 'write prices.json with these prices, to be edited')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/prices.ts')).prices));
  examples(prices, ['pipewright prices', 'pipewright prices --write']);

  const cache = program
    .command('cache')
    .summary('answers of models that are kept for equal calls')
    .description('Lists, shows and removes the answers of models that are kept for equal calls. See docs/caching.md.');
  const whichAnswers = (command: Command) =>
    command
      .option('--workflow <id>', 'only those that this workflow asked for first')
      .option('--node <id>', 'only those of this node')
      .option('--profile <name>', 'only those of this profile')
      .option('--scope <name>', 'only those of this scope')
      .addOption(jsonOption())
      .addOption(workspaceOption());
  const cacheList = whichAnswers(cache.command('list'))
    .summary('list kept answers')
    .description('Lists kept answers, newest first, with their age, how often they have answered and what that saved.')
    .option('-n, --limit <count>', 'how many', wholeNumber(1, 10_000), 20)
    .action(run(async () => (await import('../commands/cache.ts')).cacheList));
  examples(cacheList, ['pipewright cache list', 'pipewright cache list --node answer --json']);
  const cacheShow = cache
    .command('show')
    .summary('show a kept answer')
    .description('Shows a kept answer, under the capture setting of the workspace.')
    .argument('<key>', 'the beginning of its key: a list and a trace show it')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/cache.ts')).cacheShow));
  examples(cacheShow, ['pipewright cache show 4f1c9a02']);
  const cacheClear = whichAnswers(cache.command('clear'))
    .summary('remove kept answers')
    .description(
      'Removes kept answers, and their traces from the disk: all of them, or those that are named. The next equal call asks the model again.',
    )
    .option('--expired', 'only those that are no longer fresh')
    .addOption(
      new Option('--values', 'instead: all that nodes of the type cache keep').conflicts([
        'workflow',
        'node',
        'profile',
        'scope',
        'expired',
      ]),
    )
    .action(run(async () => (await import('../commands/cache.ts')).cacheClear));
  examples(cacheClear, ['pipewright cache clear', 'pipewright cache clear --workflow wf_answer --node answer']);
}
