import type { Command } from 'commander';
import { AppError } from '../../../core/errors/app-error.ts';
import { didYouMean } from '../../../core/errors/suggest.ts';
import type { CommandContext } from '../command-context.ts';

/** What can follow a chain of commands: `''` for the program itself, `review decide` and so on. */
interface Level {
  path: string[];
  commands: { name: string; summary: string }[];
  options: { long: string; description: string }[];
}

const scripts: { [shell: string]: (levels: readonly Level[]) => string } = { bash, zsh, fish };

export async function completion({ terminal }: CommandContext, program: Command, shell: string): Promise<void> {
  const write = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (!write) {
    throw new AppError('cli.usage', {
      message: `There is no completion for “${shell}”.${didYouMean(shell, Object.keys(scripts))}`,
      where: shell,
      remedy: 'Name bash, zsh or fish.',
    });
  }
  terminal.out(write(levelsOf(program, [])));
}

function levelsOf(command: Command, path: string[]): Level[] {
  const commands = command.commands.map((child) => ({
    name: child.name(),
    summary: child.summary() || child.description(),
  }));
  const options = [
    ...command.options.flatMap(({ long, description }) => (long ? [{ long, description }] : [])),
    { long: '--help', description: 'show help' },
  ];
  return [
    { path, commands, options },
    ...command.commands.flatMap((child) => levelsOf(child, [...path, child.name()])),
  ];
}

const words = ({ commands, options }: Level) => [
  ...commands.map(({ name }) => name),
  ...options.map(({ long }) => long),
];

function bash(levels: readonly Level[]): string {
  const cases = levels.map((level) => `    '${level.path.join(' ')}') words='${words(level).join(' ')}' ;;`);
  return `# Completion of pipewright for bash
_pipewright() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' words='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path" in
${topLevelCases(levels, (path, next) => `      '${path}') case "$word" in ${next}) path="\${path:+$path }$word" ;; esac ;;`)}
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _pipewright pipewright`;
}

function topLevelCases(levels: readonly Level[], line: (path: string, next: string) => string): string {
  return levels
    .filter(({ commands }) => commands.length > 0)
    .map(({ path, commands }) => line(path.join(' '), commands.map(({ name }) => name).join('|')))
    .join('\n');
}

function zsh(levels: readonly Level[]): string {
  return `#compdef pipewright
# Completion of pipewright for zsh
autoload -U +X bashcompinit && bashcompinit
${bash(levels)}`;
}

function fish(levels: readonly Level[]): string {
  const quoted = (text: string) => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
  const lines = levels.flatMap(({ path, commands, options }) => {
    const children = commands.map(({ name }) => name).join(' ');
    const seen = path.map((name) => `__fish_seen_subcommand_from ${name}`);
    const here = [...seen, ...(children ? [`not __fish_seen_subcommand_from ${children}`] : [])].join('; and ');
    const when = here ? ` -n ${quoted(here)}` : '';
    return [
      ...commands.map(({ name, summary }) => `complete -c pipewright${when} -a ${name} -d ${quoted(summary)}`),
      ...options.map(
        ({ long, description }) => `complete -c pipewright${when} -l ${long.slice(2)} -d ${quoted(description)}`,
      ),
    ];
  });
  return ['# Completion of pipewright for fish', ...lines].join('\n');
}
