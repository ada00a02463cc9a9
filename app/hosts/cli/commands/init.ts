import { access } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { writeFileAtomic } from '../../../adapters/files/write-file-atomic.ts';
import { initWorkspace, type NewFile } from '../../../services/workspace/init-workspace.ts';
import { starterFiles, templateFiles } from '../../../services/workspace/starter-files.ts';
import { type CommandContext, printJson } from '../command-context.ts';

interface InitOptions {
  name?: string;
  template?: string;
  json?: boolean;
}

export async function init(context: CommandContext, folder: string, options: InitOptions): Promise<void> {
  const { terminal, cwd } = context;
  const root = resolve(cwd, folder);
  const name = options.name ?? (basename(root) || 'workspace');
  const files = options.template === undefined ? starterFiles(name) : await ofTemplate(options.template, name);
  const report = await initWorkspace(
    {
      exists: (path) =>
        access(join(root, path)).then(
          () => true,
          () => false,
        ),
      write: (path, text) => writeFileAtomic(join(root, path), text),
    },
    files,
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
  for (const line of commandsIn(files)) terminal.err(`  ${line}`);
}

async function ofTemplate(id: string, name: string): Promise<NewFile[]> {
  const { openTemplates } = await import('../../templates.ts');
  return templateFiles(await openTemplates().files(id), name);
}

/** What to type first: the first block of commands of the README, where there is one. */
function commandsIn(files: readonly NewFile[]): string[] {
  const readme = files.find(({ path }) => path === 'README.md')?.text ?? '';
  const [, block] = /```sh\n([\s\S]*?)\n```/.exec(readme) ?? [];
  return (
    block?.split('\n') ?? [
      'pipewright run answer --input question="How long may a tool be borrowed?"',
      'pipewright trace',
      'pipewright ingest && pipewright search docs "opening hours"',
    ]
  );
}
