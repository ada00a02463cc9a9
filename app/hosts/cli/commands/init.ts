import { access } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { writeFileAtomic } from '../../../adapters/files/write-file-atomic.ts';
import { AppError } from '../../../core/errors/app-error.ts';
import { ModelProfile } from '../../../core/workspace/workspace-config.ts';
import { initWorkspace, type NewFile } from '../../../services/workspace/init-workspace.ts';
import { type ModelServer, starterFiles, templateFiles } from '../../../services/workspace/starter-files.ts';
import { type CommandContext, printJson } from '../command-context.ts';

const serverOptions = [
  ['--base-url', 'baseUrl'],
  ['--model', 'model'],
  ['--secret', 'secret'],
] as const;

/** Without what was given: it may be a key that was pasted into the wrong place. */
const wrongServer = {
  baseUrl: 'This is no address of a server: http or https, and no name or password in it.',
  model: 'The name of a model has 1 to 200 characters.',
  secret:
    'This is no name of a variable: capital letters, digits and underscores. The key itself is never written down.',
} as const;

interface InitOptions {
  name?: string;
  template?: string;
  baseUrl?: string;
  model?: string;
  secret?: string;
  json?: boolean;
}

export async function init(context: CommandContext, folder: string, options: InitOptions): Promise<void> {
  const { terminal, cwd } = context;
  const root = resolve(cwd, folder);
  const name = options.name ?? (basename(root) || 'workspace');
  const files = await filesOf(name, options);
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
  for (const line of commandsIn(files, options)) terminal.err(`  ${line}`);
  if (options.baseUrl === undefined || !files.some(hasBudget)) return;
  terminal.err();
  terminal.err('The workflow has a budget, and nobody knows what models cost at that server: first give the');
  terminal.err('profile in pipewright.json its `prices`, in dollars a million tokens: { "input": 0, "output": 0 }');
}

/** Calls without a known price are refused under a budget. */
const hasBudget = ({ path, text }: NewFile): boolean =>
  path.endsWith('.flow.json') && (JSON.parse(text) as { budget?: object }).budget !== undefined;

function isWrong(field: (typeof serverOptions)[number][1], value: string): boolean {
  if (!ModelProfile.shape[field].safeParse(value).success) return true;
  return field === 'baseUrl' && new URL(value).username + new URL(value).password !== '';
}

/** The server that a template is to ask. @throws AppError cli.usage */
function serverOf(options: InitOptions): ModelServer {
  for (const [option, field] of serverOptions) {
    const value = options[field];
    if (value === undefined) continue;
    const problem =
      options.template === undefined
        ? 'The workspace that init makes by itself asks no server.'
        : isWrong(field, value) && wrongServer[field];
    if (!problem) continue;
    throw new AppError('cli.usage', {
      message: problem,
      where: option,
      remedy:
        options.template === undefined
          ? 'Name a template as well: --template TEMPLATE (`pipewright templates` lists them).'
          : 'Write for example: --base-url http://localhost:11434/v1 --model qwen3 --secret MY_KEY',
    });
  }
  const { baseUrl, model, secret } = options;
  return { ...(baseUrl && { baseUrl }), ...(model && { model }), ...(secret && { secret }) };
}

/** @throws AppError template.missing, cli.usage */
async function filesOf(name: string, options: InitOptions): Promise<NewFile[]> {
  const server = serverOf(options);
  if (options.template === undefined) return starterFiles(name);
  const { openTemplates } = await import('../../templates.ts');
  return templateFiles(await openTemplates().files(options.template), name, server);
}

/** What to type first: the first block of commands of the README, where there is one, with the key that is wanted. */
function commandsIn(files: readonly NewFile[], { baseUrl, secret }: InitOptions): string[] {
  const readme = files.find(({ path }) => path === 'README.md')?.text ?? '';
  const [, block] = /```sh\n([\s\S]*?)\n```/.exec(readme) ?? [];
  if (block === undefined) {
    return [
      'pipewright run answer --input question="How long may a tool be borrowed?"',
      'pipewright trace',
      'pipewright ingest && pipewright search docs "opening hours"',
    ];
  }
  return block.split('\n').flatMap((line) => {
    if (!line.startsWith('export ')) return [line];
    if (secret !== undefined) return [`export ${secret}=…`];
    return baseUrl === undefined ? [line] : [];
  });
}
