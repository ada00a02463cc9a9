import { access } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { writeFileAtomic } from '../../../adapters/files/write-file-atomic.ts';
import { initWorkspace } from '../../../services/workspace/init-workspace.ts';
import { type CommandContext, printJson } from '../command-context.ts';

export async function init(
  context: CommandContext,
  folder: string,
  options: { name?: string; json?: boolean },
): Promise<void> {
  const { terminal, cwd } = context;
  const root = resolve(cwd, folder);
  const report = await initWorkspace(
    {
      exists: (path) =>
        access(join(root, path)).then(
          () => true,
          () => false,
        ),
      write: (path, text) => writeFileAtomic(join(root, path), text),
    },
    options.name ?? (basename(root) || 'workspace'),
  );
  if (options.json) {
    printJson(context, { folder: root, ...report });
    return;
  }
  for (const path of report.written) terminal.out(`${terminal.style('green', '+')} ${join(folder, path)}`);
  for (const path of report.kept) terminal.out(`${terminal.style('dim', '=')} ${join(folder, path)} (was there, kept)`);
  terminal.err();
  terminal.err('Try it:');
  if (root !== cwd) terminal.err(`  cd ${folder}`);
  terminal.err('  pipewright run answer --input question="How long may a tool be borrowed?"');
  terminal.err('  pipewright trace');
  terminal.err('  pipewright ingest && pipewright search docs "opening hours"');
}
