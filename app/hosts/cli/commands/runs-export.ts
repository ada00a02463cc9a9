import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeFileAtomic } from '../../../adapters/files/write-file-atomic.ts';
import { AppError } from '../../../core/errors/app-error.ts';
import { type CommandContext, type CommonOptions, withHost } from '../command-context.ts';
import { shownSize } from '../figures.ts';

export async function exportRun(
  context: CommandContext,
  run: string,
  { output, force, ...options }: CommonOptions & { output?: string; force?: boolean },
): Promise<void> {
  const { terminal } = context;
  const file = output === undefined ? undefined : resolve(output);
  if (file !== undefined && existsSync(file) && !force) {
    throw new AppError('export.exists', {
      message: 'There is a file of this name.',
      where: file,
      remedy: 'Name another one, or replace it: --force.',
    });
  }
  const exported = await withHost(context, options, async (host) => (await host.runs()).exportRun(run));
  const text = `${JSON.stringify(exported, null, 1)}\n`;
  if (file === undefined) return terminal.out(text.trimEnd());
  await writeFileAtomic(file, text, { mode: 0o600 });
  terminal.out(`${exported.run.runId} is written to ${file} (${shownSize(Buffer.byteLength(text))}).`);
}
