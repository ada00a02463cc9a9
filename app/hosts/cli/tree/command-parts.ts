import { type Command, InvalidArgumentError, Option } from 'commander';
import { TAG } from '../../../core/budget/tag.ts';
import { parseDuration } from '../../../core/text/duration.ts';
import type { CommandContext, CommandResult } from '../command-context.ts';

type Action = (context: CommandContext, ...args: never[]) => Promise<CommandResult>;

/** Makes of the loader of an action what the parser calls: each action is loaded when its command is called. */
export type Runner = (load: () => Promise<Action>) => (...args: unknown[]) => Promise<void>;

/** Examples of each command, for its help and for docs/cli.md. */
const examplesOf = new WeakMap<Command, readonly string[]>();

export function commandExamples(command: Command): readonly string[] {
  return examplesOf.get(command) ?? [];
}

export function examples(command: Command, lines: readonly string[]): void {
  examplesOf.set(command, lines);
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`);
}

/** A name that a run is counted under. */
export function aTag(text: string, before: string[] | undefined): string[] {
  if (TAG.test(text)) return collect(text, before);
  throw new InvalidArgumentError('It must be a word of letters, digits and . _ : @ -, of at most 64 characters.');
}

/** The same where only one is meant. */
export const oneTag = (text: string): string => aTag(text, undefined)[0] ?? text;

export const collect = (value: string, before: string[] | undefined) => [...(before ?? []), value];

export function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** Milliseconds. */
export function aDuration(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new InvalidArgumentError('It must be a duration such as 90s, 1h30m or 2d.');
}

export const workspaceOption = () =>
  new Option(
    '-w, --workspace <dir>',
    'folder of the workspace (default: around the current folder), or an exported workflow',
  );
export const profilesOption = () =>
  new Option('--profiles <file>', 'a file with profiles of your own, as pipewright.json has them');
export const grantOption = () =>
  new Option(
    '--grant <ability:target>',
    'allow this for this command only, as grants list names it (repeatable)',
  ).argParser(collect);
/** What a grant is for. */
export function grantTargets(command: Command, verb: string): Command {
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
export const jsonOption = () => new Option('--json', 'print one JSON document instead of text');

/** Options that run, resume and review decide share: how a run is shown. */
export function showingRun(command: Command): Command {
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
