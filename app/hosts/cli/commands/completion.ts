import type { Command } from 'commander';
import { registry } from '../../../../nodes/registry.ts';
import { AppError } from '../../../core/errors/app-error.ts';
import { didYouMean } from '../../../core/errors/suggest.ts';
import { publishedSchemas } from '../../../core/graph/workflow-schema.ts';
import type { CommandContext } from '../command-context.ts';
import { type CompletionLevel, completionScripts } from '../completion-scripts.ts';

const shells = Object.keys(completionScripts);

/** What the placeholder of an argument or option stands for: fixed words, or what the workspace holds. */
const placeholders: { [name: string]: Pick<CompletionLevel['arguments'][number], 'words' | 'of'> } = {
  workflow: { of: 'workflows' },
  before: { of: 'workflows' },
  after: { of: 'workflows' },
  collection: { of: 'collections' },
  run: { of: 'runs' },
  task: { of: 'tasks' },
  type: { words: [...registry.keys()].sort() },
  shell: { words: shells },
  of: { words: Object.keys(publishedSchemas()) },
};

export async function completion({ terminal }: CommandContext, program: Command, shell: string): Promise<void> {
  const write = Object.hasOwn(completionScripts, shell) ? completionScripts[shell] : undefined;
  if (!write) {
    throw new AppError('cli.usage', {
      message: `There is no completion for “${shell}”.${didYouMean(shell, shells)}`,
      where: shell,
      remedy: 'Name bash, zsh or fish.',
    });
  }
  terminal.out(write(levelsOf(program, [])));
}

function levelsOf(command: Command, path: string[]): CompletionLevel[] {
  const level: CompletionLevel = {
    path,
    commands: command.commands.map((child) => ({
      name: child.name(),
      summary: child.summary() || child.description(),
    })),
    arguments: command.registeredArguments.map((argument) => ({
      ...placeholders[argument.name()],
      variadic: argument.variadic,
    })),
    options: [
      ...command.options.flatMap(({ long, short, description, flags, required, argChoices }) => {
        if (!long) return [];
        const placeholder = /<([^>]+)>/.exec(flags)?.[1] ?? '';
        const value = argChoices ? { words: argChoices } : placeholders[optionValues[long] ?? placeholder];
        return [{ long, description, ...(short && { short }), ...(required && { value: value ?? {} }) }];
      }),
      { long: '--help', short: '-h', description: 'show help' },
    ],
  };
  return [level, ...command.commands.flatMap((child) => levelsOf(child, [...path, child.name()]))];
}

/** Options whose placeholder says less than it could. */
const optionValues: { [long: string]: string } = { '--workflow': 'workflow' };
