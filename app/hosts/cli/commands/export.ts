import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { writeFileAtomic } from '../../../adapters/files/write-file-atomic.ts';
import { AppError } from '../../../core/errors/app-error.ts';
import type { Requires } from '../../../core/export/exported-workflow.ts';
import { type CommandContext, type CommonOptions, printJson, withHost } from '../command-context.ts';
import { plural, shownSize } from '../figures.ts';
import { wrapped } from '../table.ts';
import { safeText } from '../terminal.ts';

interface ExportOptions extends CommonOptions {
  output?: string;
  force?: boolean;
}

export async function exportCommand(context: CommandContext, workflow: string, options: ExportOptions): Promise<void> {
  const { terminal, cwd } = context;
  const { text, ...report } = await withHost(
    context,
    options,
    async (host) => host.exporting.write(workflow),
    workflow,
  );
  const output = options.output ?? report.name;
  if (output === '-') {
    terminal.out(text.replace(/\n$/, ''));
    return;
  }
  const path = resolve(cwd, output);
  if (!options.force && (await stat(path).catch(() => undefined))) {
    throw new AppError('export.exists', {
      message: 'There is something of this name already.',
      where: output,
      remedy: 'Give another name with -o, or replace it with --force.',
    });
  }
  await writeFileAtomic(path, text);
  const { workflow: exported, hash, requires } = report;
  const bytes = Buffer.byteLength(text);
  if (options.json) printJson(context, { file: output, workflow: exported, hash, bytes, requires });
  else {
    terminal.out(`${terminal.style('green', '+')} ${safeText(output)} (${shownSize(bytes)})`);
    for (const line of requiresLines(requires))
      for (const part of wrapped(line, terminal.width, '  ')) terminal.err(part);
  }
}

/** What whoever gets the file must supply. */
function requiresLines({ profiles, secrets, collections, tables, documents, abilities, grants }: Requires): string[] {
  const remote = profiles.filter(({ builtIn }) => !builtIn);
  const lines = [
    ...remote.map(({ name, model, provider, origin }) => `profile ${name}: ${model} at ${origin ?? provider}`),
    ...secrets.map((name) => `key ${name}`),
    ...collections.map(({ name, documents: patterns }) => `collection ${name} of ${patterns.join(', ')}`),
    ...tables.map(({ name, file }) => `table ${name}: ${file}`),
    ...documents.map((pattern) => `documents/${pattern}`),
    ...grants.map((one) => `grant ${one}`),
    ...(abilities.includes('code') ? ['runs code, contained'] : []),
  ];
  return lines.length === 0
    ? ['It needs nothing but Pipewright.']
    : [`It needs ${plural(lines.length, 'thing')}:`, ...lines];
}
