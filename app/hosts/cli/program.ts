import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { costGroups } from '../../core/budget/costs.ts';
import { TAG } from '../../core/budget/tag.ts';
import { expectations } from '../../core/dataset/expectations.ts';
import { AppError } from '../../core/errors/app-error.ts';
import { parseDuration } from '../../core/text/duration.ts';
import { cleanable } from '../../core/workspace/disk-parts.ts';
import { packageVersion } from '../version.ts';
import type { CommandContext, CommandResult } from './command-context.ts';
import type { ExitName } from './exit-codes.ts';
import { STUDIO_PORT } from './studio-port.ts';

/** Examples of each command, for its help and for docs/cli.md. */
const examplesOf = new WeakMap<Command, readonly string[]>();

export function commandExamples(command: Command): readonly string[] {
  return examplesOf.get(command) ?? [];
}

function examples(command: Command, lines: readonly string[]): void {
  examplesOf.set(command, lines);
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`);
}

/** A name that a run is counted under. */
function aTag(text: string, before: string[] | undefined): string[] {
  if (TAG.test(text)) return collect(text, before);
  throw new InvalidArgumentError('It must be a word of letters, digits and . _ : @ -, of at most 64 characters.');
}

/** The same where only one is meant. */
const oneTag = (text: string): string => aTag(text, undefined)[0] ?? text;

const collect = (value: string, before: string[] | undefined) => [...(before ?? []), value];

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** Milliseconds. */
function aDuration(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new InvalidArgumentError('It must be a duration such as 90s, 1h30m or 2d.');
}

const workspaceOption = () =>
  new Option(
    '-w, --workspace <dir>',
    'folder of the workspace (default: around the current folder), or an exported workflow',
  );
const profilesOption = () =>
  new Option('--profiles <file>', 'a file with profiles of your own, as pipewright.json has them');
const grantOption = () =>
  new Option(
    '--grant <ability:target>',
    'allow this for this command only, as grants list names it (repeatable)',
  ).argParser(collect);
/** What a grant is for. */
function grantTargets(command: Command, verb: string): Command {
  return command
    .option('--host <host>', `${verb} requests to a host on the internet (repeatable)`, collect)
    .option(
      '--local-host <host>',
      `${verb} requests to a host in the local network, with its port (repeatable)`,
      collect,
    )
    .option('--folder <folder>', `${verb} writing files in a folder of the workspace (repeatable)`, collect)
    .option('--secret <name>', `${verb} the use of a secret, for the hosts that it is bound to (repeatable)`, collect);
}
const jsonOption = () => new Option('--json', 'print one JSON document instead of text');

/** Options that run, resume and review decide share: how a run is shown. */
function showingRun(command: Command): Command {
  return command
    .addOption(jsonOption())
    .addOption(
      new Option('--events', 'print the events of the run while it works, one JSON object a line').conflicts('json'),
    )
    .option('-q, --quiet', 'nothing on standard error but errors and what waits for a person')
    .addOption(grantOption())
    .option(
      '--hold <duration>',
      'stay for a timer that is due within this time, such as 0s or 2h (default: 10m)',
      aDuration,
    );
}

type Action = (context: CommandContext, ...args: never[]) => Promise<CommandResult>;

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

  const run =
    (load: () => Promise<Action>) =>
    async (...args: unknown[]): Promise<void> => {
      // Commander hands over the command itself last.
      const action = (await load()) as unknown as (
        context: CommandContext,
        ...rest: unknown[]
      ) => Promise<CommandResult>;
      ended((await action(context, ...args.slice(0, -1))) ?? 'ok');
    };

  const init = program
    .command('init')
    .summary('make a workspace')
    .description(
      'Makes a folder a workspace: a small pipeline that answers questions from documents and runs at once, without a key or a network. Never changes a file that is there.',
    )
    .argument('[folder]', 'where', '.')
    .option('--name <name>', 'name of the workspace (default: that of the folder)')
    .option('--template <template>', 'begin with this one instead; `pipewright templates` lists them')
    .option(
      '--base-url <url>',
      'address of the OpenAI-compatible server that a template asks, such as http://localhost:11434/v1',
    )
    .option('--model <model>', 'name of the model that a template asks')
    .option('--secret <variable>', 'variable with the key of that server; none: it wants no key')
    .addOption(jsonOption())
    .action(run(async () => (await import('./commands/init.ts')).init));
  examples(init, [
    'pipewright init handbook',
    'cd handbook && pipewright run answer --input question="When is it open?"',
    'pipewright init invoices --template extract-from-documents',
    'pipewright init shop --template agent-with-approval --base-url http://localhost:11434/v1 --model qwen3',
  ]);

  const templates = program
    .command('templates')
    .summary('list ready-made pipelines to begin with')
    .description(
      'Lists the templates of this release. Each is a small workspace that runs against any OpenAI-compatible server: `pipewright init --template` makes one of your own.',
    )
    .addOption(jsonOption())
    .action(run(async () => (await import('./commands/templates.ts')).templates));
  examples(templates, ['pipewright templates']);

  const studio = program
    .command('studio')
    .summary('draw, run and debug workflows in the browser')
    .description(
      'Serves the studio for a workspace on this machine and opens it in the browser. The printed link works once; Enter prints another one, Ctrl-C ends.',
    )
    .option('--sample', 'open the sample workspace; it is copied to your profile the first time')
    .option(
      '--port <port>',
      `port on 127.0.0.1; 0: any free one (default: ${STUDIO_PORT}, or a free one)`,
      wholeNumber(0, 65_535),
    )
    .option('--no-open', 'print the link and open no browser')
    .addOption(workspaceOption().conflicts('sample'))
    .action(run(async () => (await import('./commands/studio.ts')).studio));
  examples(studio, ['pipewright studio', 'pipewright studio --sample --no-open']);

  const nodes = program
    .command('nodes')
    .summary('list the node types, or show one')
    .description('Lists the node types, or shows one with its ports, config and examples.')
    .argument('[type]', 'node type')
    .addOption(jsonOption())
    .action(run(async () => (await import('./commands/nodes.ts')).nodes));
  examples(nodes, ['pipewright nodes', 'pipewright nodes retriever']);

  const validate = program
    .command('validate')
    .summary('check workflows without running anything')
    .description(
      'Checks workflow files: format, types, wires, configs, prompts and what they refer to. Starts no process and opens no connection. Without files: all of the workspace.',
    )
    .argument('[workflow...]', 'names or paths')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('./commands/validate.ts')).validate));
  examples(validate, ['pipewright validate', 'pipewright validate workflows/answer.flow.json --json']);

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
    .action(run(async () => (await import('./commands/run.ts')).run));
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
    .action(run(async () => (await import('./commands/resume.ts')).resume));
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
    .action(run(async () => (await import('./commands/replay.ts')).replay));
  examples(replay, ['pipewright replay last']);

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
    .action(run(async () => (await import('./commands/record.ts')).record));
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
    .action(run(async () => (await import('./commands/test.ts')).test));
  examples(test, [
    'pipewright test',
    'pipewright test tests/hours.cassette.json --update',
    'pipewright test --junit report.xml',
  ]);

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
    .action(run(async () => (await import('./commands/runs.ts')).runs));
  examples(runs, ['pipewright runs', 'pipewright runs --status failed --json']);
  const cancel = runs
    .command('cancel')
    .summary('end a run that waits or was interrupted')
    .description('Ends a run for good that nobody works on because it waits or was interrupted. Its trace stays.')
    .argument('<run>', 'id, the beginning or end of one, or last')
    .option('--reason <text>', 'why', 'Cancelled by the command.')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('./commands/cancel.ts')).cancel));
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
    .action(run(async () => (await import('./commands/runs-export.ts')).exportRun));
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
    .action(run(async () => (await import('./commands/runs-import.ts')).importRun));
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
    .action(run(async () => (await import('./commands/runs-remove.ts')).removeRuns));
  examples(remove, ['pipewright runs remove run_1 run_2', 'pipewright runs remove last --yes']);
  const pin = runs
    .command('pin')
    .summary('keep runs whatever retention says')
    .description('Keeps runs whatever retention and clean-up say, until they are let go again by --off.')
    .argument('<run...>', 'ids, the beginnings or ends of them, or last')
    .option('--off', 'let them go again')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('./commands/runs-remove.ts')).pinRuns));
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
    .action(run(async () => (await import('./commands/purge.ts')).purge));
  examples(purge, ['pipewright runs purge --older-than 30']);

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
    .action(run(async () => (await import('./commands/clean.ts')).clean));
  examples(clean, ['pipewright clean --dry-run', 'pipewright clean', 'pipewright clean --part history']);

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
    .action(run(async () => (await import('./commands/trace.ts')).trace));
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
    .action(run(async () => (await import('./commands/why.ts')).why));
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
    .action(run(async () => (await import('./commands/retrieval.ts')).retrieval));
  examples(retrieval, ['pipewright retrieval', 'pipewright retrieval last rank --json']);

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
    .action(run(async () => (await import('./commands/costs.ts')).costs));
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
    .action(run(async () => (await import('./commands/prices.ts')).prices));
  examples(prices, ['pipewright prices', 'pipewright prices --write']);

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
    .action(run(async () => (await import('./commands/ingest.ts')).ingest));
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
    .action(run(async () => (await import('./commands/search.ts')).search));
  examples(search, ['pipewright search docs "opening hours"', 'pipewright search docs hours --mode text -k 3']);

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
    .action(run(async () => (await import('./commands/review-list.ts')).reviewList));
  examples(list, ['pipewright review list']);
  const show = review
    .command('show')
    .summary('show a task')
    .description('Shows a task with what is to be decided on, its actions and its form.')
    .argument('[task]', 'id, the beginning of one, or last', 'last')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('./commands/review-show.ts')).reviewShow));
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
    .action(run(async () => (await import('./commands/review-decide.ts')).reviewDecide));
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
    .action(run(async () => (await import('./commands/feedback.ts')).giveFeedback));
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
    .action(run(async () => (await import('./commands/feedback.ts')).listFeedback));
  feedback
    .command('remove')
    .summary('take feedback back')
    .description('Takes feedback back for good.')
    .argument('<id>', 'its id, as list tells it')
    .addOption(workspaceOption())
    .action(run(async () => (await import('./commands/feedback.ts')).removeFeedback));

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
    .action(run(async () => (await import('./commands/case.ts')).addCase));
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
    .action(run(async () => (await import('./commands/sessions-list.ts')).sessionsList));
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
    .action(run(async () => (await import('./commands/sessions-show.ts')).sessionsShow));
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
    .action(run(async () => (await import('./commands/sessions-remove.ts')).sessionsRemove));
  examples(sessionRemove, ['pipewright sessions remove customer-17', 'pipewright sessions remove --unused-for 30']);
  const grants = program
    .command('grants')
    .summary('what workflows may reach')
    .description(
      'Lists, gives and takes back what workflows may reach: hosts, folders to write in, secrets. Grants lie in your own profile and belong to the content of a workflow: a changed file has none.',
    );
  const grantsList = grants
    .command('list')
    .summary('list grants, or what a workflow asks for')
    .description('Lists all grants, or what one workflow asks for and whether it is granted.')
    .argument('[workflow]', 'name or path')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('./commands/grants.ts')).listGrants));
  examples(grantsList, ['pipewright grants list', 'pipewright grants list orders']);
  const grantsAdd = grantTargets(
    grants
      .command('add')
      .summary('let a workflow reach something')
      .description('Grants to a workflow as it is now what it asks for. Anything that it does not ask for is refused.')
      .argument('<workflow>', 'name or path, or the id of a run'),
    'allow',
  )
    .option('--all', 'everything that it asks for; look at `grants list` first')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('./commands/grants.ts')).addGrants));
  examples(grantsAdd, [
    'pipewright grants add orders --host shop.example.com --secret SHOP_TOKEN',
    'pipewright grants add report --folder reports',
  ]);
  const grantsRevoke = grantTargets(
    grants
      .command('revoke')
      .summary('take grants back')
      .description('Takes back grants of a workflow: those that are named, or all.')
      .argument('<workflow>', 'name or path, the id of a run, or the beginning of a content hash'),
    'take back',
  )
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('./commands/grants.ts')).revokeGrants));
  examples(grantsRevoke, [
    'pipewright grants revoke orders',
    'pipewright grants revoke orders --host shop.example.com',
  ]);

  const secrets = program
    .command('secrets')
    .summary('keys, and the hosts they may go to')
    .description(
      'Keeps secrets in an encrypted vault in your own profile, each bound to the hosts that it may go to. Values are read from standard input or typed unseen, and never shown.',
    );
  const secretsList = secrets
    .command('list')
    .summary('list names and hosts')
    .description('Lists the secrets that are kept or bound: names, where the value comes from, hosts. Never values.')
    .addOption(jsonOption())
    .action(run(async () => (await import('./commands/secrets.ts')).listSecrets));
  examples(secretsList, ['pipewright secrets list']);
  const secretsSet = secrets
    .command('set')
    .summary('keep a secret')
    .description('Keeps a secret, in place of one of the same name. It will go to the named hosts and nowhere else.')
    .argument('<name>', 'capital letters, digits and underscores, such as SHOP_TOKEN')
    .requiredOption('--host <host>', 'a host that it may go to, such as api.example.com (repeatable)', collect)
    .option('--passphrase', 'make a new vault one that opens with a passphrase instead of a key file')
    .addOption(jsonOption())
    .action(run(async () => (await import('./commands/secrets.ts')).setSecret));
  examples(secretsSet, [
    'pipewright secrets set SHOP_TOKEN --host shop.example.com',
    'pass show shop | pipewright secrets set SHOP_TOKEN --host shop.example.com',
  ]);
  const secretsBind = secrets
    .command('bind')
    .summary('say where a secret may go')
    .description(
      'Binds a secret to these hosts and no others, whether its value is kept here or comes from the environment.',
    )
    .argument('<name>', 'name of the secret')
    .requiredOption('--host <host>', 'a host that it may go to (repeatable)', collect)
    .addOption(jsonOption())
    .action(run(async () => (await import('./commands/secrets.ts')).bindSecret));
  examples(secretsBind, ['pipewright secrets bind GATEWAY_KEY --host llm.example.com']);
  const secretsRemove = secrets
    .command('remove')
    .summary('forget a secret')
    .description('Removes a secret with its binding.')
    .argument('<name>', 'name of the secret')
    .addOption(jsonOption())
    .action(run(async () => (await import('./commands/secrets.ts')).removeSecret));
  examples(secretsRemove, ['pipewright secrets remove SHOP_TOKEN']);

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
    .action(run(async () => (await import('./commands/cache.ts')).cacheList));
  examples(cacheList, ['pipewright cache list', 'pipewright cache list --node answer --json']);
  const cacheShow = cache
    .command('show')
    .summary('show a kept answer')
    .description('Shows a kept answer, under the capture setting of the workspace.')
    .argument('<key>', 'the beginning of its key: a list and a trace show it')
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('./commands/cache.ts')).cacheShow));
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
    .action(run(async () => (await import('./commands/cache.ts')).cacheClear));
  examples(cacheClear, ['pipewright cache clear', 'pipewright cache clear --workflow wf_answer --node answer']);

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
    .action(run(async () => (await import('./commands/export.ts')).exportCommand));
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
    .action(run(async () => (await import('./commands/import.ts')).importCommand));
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
    .action(run(async () => (await import('./commands/diff.ts')).diff));
  examples(diff, ['pipewright diff old.flow.json workflows/answer.flow.json']);

  const schema = program
    .command('schema')
    .summary('print a JSON Schema')
    .description(
      'Prints the JSON Schema of workflow files, of pipewright.json, of prices.json, of cassettes, or of the events that --events prints.',
    )
    .argument('[of]', 'workflow, workspace, prices, cassette or events', 'workflow')
    .action(run(async () => (await import('./commands/schema.ts')).schema));
  examples(schema, ['pipewright schema > workflow.schema.json', 'pipewright schema events']);

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
    .action(run(async () => (await import('./commands/doctor.ts')).doctor));
  examples(doctor, ['pipewright doctor', 'pipewright doctor --rebuild', 'pipewright doctor --backup ../backup-1']);

  const profiles = program
    .command('profiles')
    .summary('list the model profiles and how they stand')
    .description(
      'Lists the profiles of pipewright.json: whether their key is set, their circuit breaker, what went wrong last, the limits that are kept to, and who answers instead. Asks no provider anything.',
    )
    .addOption(jsonOption())
    .addOption(workspaceOption())
    .action(run(async () => (await import('./commands/profiles.ts')).profiles));
  examples(profiles, ['pipewright profiles', 'pipewright profiles --json']);

  const completion = program
    .command('completion')
    .summary('print completions for a shell')
    .description(
      'Prints a script that completes commands, options and their choices in a shell, and what the workspace holds: workflows, collections, runs, review tasks.',
    )
    .argument('<shell>', 'bash, zsh or fish')
    .action(
      run(async () => {
        const { completion: print } = await import('./commands/completion.ts');
        return (at: CommandContext, shell: string) => print(at, program, shell);
      }),
    );
  examples(completion, [
    'pipewright completion bash >> ~/.bashrc',
    'pipewright completion fish > ~/.config/fish/completions/pipewright.fish',
  ]);
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
