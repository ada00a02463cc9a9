import { type Command, Option } from 'commander';
import { expectations } from '../../../core/dataset/expectations.ts';
import {
  collect,
  examples,
  jsonOption,
  profilesOption,
  type Runner,
  showingRun,
  wholeNumber,
  workspaceOption,
} from './command-parts.ts';

/** Reviews, feedback and conversations. */
export function addPeopleCommands(program: Command, run: Runner): void {
  program.commandsGroup('What people decide and say:');

  const review = program
    .command('review')
    .summary('what waits for a person')
    .description('Lists, shows and decides what waits for a person.');
  const list = review
    .command('list')
    .summary('list the open tasks')
    .description('Lists the open tasks, oldest first.')
    .option('--all', 'also those that are decided, expired or closed')
    .option('--run <run>', 'only of this run')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/review-list.ts')).reviewList));
  examples(list, ['pipewright review list']);
  const show = review
    .command('show')
    .summary('show a task')
    .description('Shows a task with what is to be decided on, its actions and its form.')
    .argument('[task]', 'id, the beginning of one, or last', 'last')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/review-show.ts')).reviewShow));
  examples(show, ['pipewright review show last']);
  const decide = showingRun(
    review
      .command('decide')
      .summary('decide a task')
      .description('Decides a task and goes on with its run. A decision counts once.')
      .argument('<task>', 'id, the beginning of one, or last')
      .argument('<action>', 'one of the actions of the task')
      .option(
        '--value <name=value>',
        'a field of the form; JSON where it is valid JSON, else text (repeatable)',
        collect,
      )
      .option('--comment <text>', 'why')
      .option('--by <name>', 'who decides (default: your user name)')
      .option('--payload-hash <hash>', 'decide only if the payload is still the one that was shown')
      .option('--no-resume', 'keep the decision, and do not go on with the run'),
  )
    .addOption(profilesOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/review-decide.ts')).reviewDecide));
  examples(decide, [
    'pipewright review decide last approve',
    'pipewright review decide last reject --comment "Not what was asked"',
  ]);

  const feedback = program
    .command('feedback')
    .summary('say what an answer was worth')
    .description(
      'Keeps what you think of a run or of one output in it: a thumb, a note, what it should have been. By default it is about the answer of the run. Saying it again replaces it.',
    )
    .argument('[run]', 'id, the beginning or end of one, or last', 'last')
    .option('--up', 'it is good')
    .addOption(new Option('--down', 'it is bad').conflicts('up'))
    .option('--name <name>', 'under another name than thumbs, such as accuracy', 'thumbs')
    .option('--value <value>', 'with another name: a number, true, false or a word')
    .option('--note <text>', 'why')
    .option('--correction <text>', 'what it should have been; JSON where it is valid JSON, else text')
    .option('--step <step>', 'about this step instead of the answer')
    .option('--output <port>', 'about this output of the step')
    .addOption(new Option('--whole', 'about the run as a whole').conflicts('step'))
    .option('--by <name>', 'who says so (default: your user name)')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/feedback.ts')).giveFeedback));
  examples(feedback, [
    'pipewright feedback last --up',
    'pipewright feedback last --down --note "It is closed on Mondays." --correction "From Tuesday to Friday."',
    'pipewright feedback last --step read --output text --name accuracy --value 0.4',
  ]);
  feedback
    .command('list')
    .summary('list feedback, newest first')
    .description('Lists what was thought of runs, newest first. Words about personal outputs stay closed.')
    .option('--run <run>', 'only about this run')
    .option('--workflow <id>', 'only about runs of this workflow, by its id')
    .addOption(new Option('--thumb <way>', 'only thumbs up or down').choices(['up', 'down']))
    .option('-n, --limit <count>', 'how many', wholeNumber(1, 1000), 50)
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/feedback.ts')).listFeedback));
  feedback
    .command('remove')
    .summary('take feedback back')
    .description('Takes feedback back for good.')
    .argument('<id>', 'its id, as list tells it')
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/feedback.ts')).removeFeedback));

  const cases = program
    .command('case')
    .summary('cases of datasets')
    .description('Makes cases of datasets out of runs.');
  const addCase = cases
    .command('add')
    .summary('make a case of a run')
    .description(
      'Writes what a run was asked, and what it should answer, into a dataset of the workspace. The answer is the correction that somebody gave, else what the run gave unless it was disliked.',
    )
    .argument('[run]', 'id, the beginning or end of one, or last', 'last')
    .requiredOption(
      '--dataset <name>',
      'which one, such as questions for datasets/questions.jsonl; made when it is not there',
    )
    .option('--reference <text>', 'the expected answer, in place of what the run says')
    .addOption(new Option('--expect <what>', 'what is expected').choices([...expectations]))
    .option('--why <text>', 'what makes the case interesting')
    .option('--tag <tag>', 'beside the tags of the run (repeatable)', collect)
    .option('--redact', 'take out what looks like personal data')
    .addOption(new Option('--keep-personal', 'keep what looks like personal data: it is made up').conflicts('redact'))
    .option('--update', 'put it in place of a case of the same run or with the same inputs')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/case.ts')).addCase));
  examples(addCase, [
    'pipewright case add last --dataset questions --tag regression',
    'pipewright case add last --dataset questions --reference "From Tuesday to Friday." --update',
  ]);

  const sessions = program
    .command('sessions')
    .summary('conversations that workflows keep')
    .description('Lists, shows and removes the conversations that workflows keep by the node chat-memory.');
  const sessionList = sessions
    .command('list')
    .summary('list the conversations')
    .description('Lists the conversations, the last used first.')
    .option('--space <name>', 'only of this space')
    .option('-n, --limit <count>', 'how many', wholeNumber(1, 10_000), 20)
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/sessions-list.ts')).sessionsList));
  examples(sessionList, ['pipewright sessions list', 'pipewright sessions list --space chat --json']);
  const sessionShow = sessions
    .command('show')
    .summary('show what was said in a conversation')
    .description(
      'Shows the turns of a conversation with the runs that they came from, and its summary. What steps marked personal said is not shown.',
    )
    .argument('<session>', 'its name')
    .option('--space <name>', 'its space, where several have one of that name')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/sessions-show.ts')).sessionsShow));
  examples(sessionShow, ['pipewright sessions show customer-17']);
  const sessionRemove = sessions
    .command('remove')
    .summary('remove conversations for good')
    .description(
      'Removes a conversation, or all that were not used for some days, and overwrites what they held. The runs that they came from keep their payloads until `runs purge`.',
    )
    .argument('[session]', 'its name')
    .option('--space <name>', 'its space; with --unused-for: only of this space')
    .option('--unused-for <days>', 'instead of one: all not used for so many days', wholeNumber(0, 36_500))
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/sessions-remove.ts')).sessionsRemove));
  examples(sessionRemove, ['pipewright sessions remove customer-17', 'pipewright sessions remove --unused-for 30']);
}
