import { type Command, Option } from 'commander';
import {
  collect,
  examples,
  grantOption,
  jsonOption,
  type Runner,
  wholeNumber,
  workspaceOption,
} from './command-parts.ts';

/** Cassettes, exported workflows, and what changed between two. */
export function addExchangeCommands(program: Command, run: Runner): void {
  program.commandsGroup('Test and hand on:');

  const record = program
    .command('record')
    .summary('keep a run as a cassette, for tests')
    .description(
      'Runs a workflow, or takes a run that has ended, and writes a cassette: inputs, every call with its answer, and what came of it, without secrets and personal data. Made to be committed; `pipewright test` tries it.',
    )
    .argument('[workflow]', 'name or path; left out with --of and --again')
    .option('-i, --input <name=value>', 'one input; JSON where its type is not text (repeatable)', collect)
    .option('--inputs <file>', 'all inputs from a file with a JSON object, or from standard input: -')
    .addOption(new Option('--of <run>', 'take this run instead of running anything').conflicts(['again']))
    .addOption(new Option('--again <cassette>', 'run what a cassette was made of once more, and replace it'))
    .option('-o, --output <file>', 'path of the cassette (default: tests/WORKFLOW.cassette.json)')
    .option('--invented', 'all data of the run is made up: keep what looks personal')
    .option('--force', 'replace a cassette that is there')
    .option('-q, --quiet', 'no progress on standard error')
    .addOption(grantOption())
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/record.ts')).record));
  examples(record, [
    'pipewright record answer --input question="When is it open?" -o tests/hours.cassette.json',
    'pipewright record --of last -o tests/hours.cassette.json',
    'pipewright record --again tests/hours.cassette.json',
  ]);

  const test = program
    .command('test')
    .summary('try cassettes against the workflows, offline')
    .description(
      'Works each cassette with the workflow as it is now: nodes run anew, calls are answered by the cassette, nothing is reached and nothing is paid. Reports every difference in outputs, in the way that the run takes and in what is asked, and then exits with 9. Without names: every cassette in the folder tests.',
    )
    .argument('[cassette...]', 'files, folders or names')
    .option('--update', 'write expectations anew where the recorded answers are still enough')
    .option('--junit <file>', 'write a report in JUnit XML as well')
    .option('--jobs <count>', 'how many to work on side by side', wholeNumber(1, 64), 4)
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/test.ts')).test));
  examples(test, [
    'pipewright test',
    'pipewright test tests/hours.cassette.json --update',
    'pipewright test --junit report.xml',
  ]);

  const exported = program
    .command('export')
    .summary('write a workflow with all that it needs into one file')
    .description(
      'Writes a workflow into one file: with its prompts, the workflows that it runs, and a list of what it requires. Keys, documents and what was made of them are not in it. `pipewright run FILE` runs it anywhere, `pipewright import FILE` takes it into a workspace.',
    )
    .argument('<workflow>', 'name or path')
    .option('-o, --output <file>', 'path of the file, or - for standard output (default: NAME.export.json)')
    .option('--force', 'replace a file that is there')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/export.ts')).exportCommand));
  examples(exported, ['pipewright export answer', 'pipewright export answer -o - | less']);

  const imported = program
    .command('import')
    .summary('take an exported workflow into the workspace')
    .description(
      'Puts an exported workflow, its prompts and the workflows that it runs into the workspace, and adds the collections and tables that it reads to pipewright.json. Overwrites nothing: what is in the way is told.',
    )
    .argument('<file>', 'what `pipewright export` wrote')
    .option('--as <name>', 'name of the workflow here')
    .option('--rename', 'give new names to what is in the way')
    .option('--with-profiles', 'also take over its profiles that reach a provider: look at them first')
    .option('--dry-run', 'say what would be done, and do nothing')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/import.ts')).importCommand));
  examples(imported, [
    'pipewright import answer.export.json',
    'pipewright import answer.export.json --as faq --dry-run',
  ]);

  const diff = program
    .command('diff')
    .summary('compare two workflows by meaning')
    .description(
      'Compares two workflows by meaning: nodes and wires by id, config by field. What only moves boxes is told apart.',
    )
    .argument('<before>', 'name or path')
    .argument('<after>', 'name or path')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/diff.ts')).diff));
  examples(diff, ['pipewright diff old.flow.json workflows/answer.flow.json']);

  const schema = program
    .command('schema')
    .summary('print a JSON Schema')
    .description(
      'Prints the JSON Schema of workflow files, of pipewright.json, of prices.json, of cassettes, or of the events that --events prints.',
    )
    .argument('[of]', 'workflow, workspace, prices, cassette or events', 'workflow')
    .action(run(async () => (await import('../commands/schema.ts')).schema));
  examples(schema, ['pipewright schema > workflow.schema.json', 'pipewright schema events']);
}
