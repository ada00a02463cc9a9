import type { Command } from 'commander';
import { examples, jsonOption, type Runner, workspaceOption } from './command-parts.ts';

/** What explains a run. */
export function addInsightCommands(program: Command, run: Runner): void {
  program.commandsGroup('Look into a run:');

  const trace = program
    .command('trace')
    .summary('show a run step by step')
    .description('Shows a run: every step with state, time, tokens, cost and cache; waits, errors, log lines.')
    .argument('[run]', 'id, the beginning or end of one, or last', 'last')
    .option('--step <step>', 'show one step in detail: facts, calls, values')
    .option('--logs', 'show the log lines')
    .option('--all', 'every step of every frame of a container, instead of one line for each node')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/trace.ts')).trace));
  examples(trace, ['pipewright trace', 'pipewright trace last --step model', 'pipewright trace last --json']);

  const why = program
    .command('why')
    .summary('what led to a failed or doubtful output')
    .description(
      'Goes back from a step along everything that fed it: chunks, prompt version, model answer, verdict, decisions, inputs; and says what differs from the last run that went well. Without a step: from what ended the run, or what is flagged in it.',
    )
    .argument('[run]', 'id, the beginning or end of one, or last', 'last')
    .argument('[step]', 'path of a step, or a node')
    .option('--good <run>', 'compare with this run instead')
    .option('--all', 'also steps that only handed a value on')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/why.ts')).why));
  examples(why, ['pipewright why', 'pipewright why last check', 'pipewright why last --good 01k9x --json']);

  const retrieval = program
    .command('retrieval')
    .summary('what became of the chunks that a run found')
    .description(
      'Follows one query through a run: which chunks were found, with which scores, how each step ranked them, what was dropped and why, what the prompt finally held and what the answer cites.',
    )
    .argument('[run]', 'id, the beginning or end of one, or last', 'last')
    .argument('[step]', 'a step on the way or after it, where there are several')
    .option('--all', 'every chunk that any step saw')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/retrieval.ts')).retrieval));
  examples(retrieval, ['pipewright retrieval', 'pipewright retrieval last rank --json']);
}
