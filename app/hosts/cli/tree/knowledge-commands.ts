import { type Command, Option } from 'commander';
import { examples, jsonOption, profilesOption, type Runner, wholeNumber, workspaceOption } from './command-parts.ts';

/** Collections of documents. */
export function addKnowledgeCommands(program: Command, run: Runner): void {
  program.commandsGroup('Knowledge:');

  const ingest = program
    .command('ingest')
    .summary('read documents into collections')
    .description(
      'Brings collections up to date with their documents: reads what is new or changed, removes what is gone. Can be stopped and repeated at any time. Without names: all collections.',
    )
    .argument('[collection...]', 'names from pipewright.json')
    .option('--rebuild', 'make the collection anew: the way to another embedder')
    .option('--strict', 'exit with 1 when a file could not be read')
    .option('-q, --quiet', 'no progress on standard error')
    .addOption(jsonOption())
    .addOption(profilesOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/ingest.ts')).ingest));
  examples(ingest, ['pipewright ingest', 'pipewright ingest docs --rebuild']);

  const search = program
    .command('search')
    .summary('search a collection')
    .description('Finds the chunks of a collection that fit a question best.')
    .argument('<collection>', 'name from pipewright.json')
    .argument('<query...>', 'the question, as plain words')
    .addOption(
      new Option('--mode <mode>', 'by meaning, by words, or both')
        .choices(['vector', 'text', 'hybrid'])
        .default('hybrid'),
    )
    .option('-k, --k <count>', 'how many', wholeNumber(1, 200), 5)
    .option('--filter <json>', 'condition over metadata, such as \'{"field":"status","op":"eq","value":"open"}\'')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('../commands/search.ts')).search));
  examples(search, ['pipewright search docs "opening hours"', 'pipewright search docs hours --mode text -k 3']);
}
