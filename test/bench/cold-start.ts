import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Workflow } from '../../app/core/graph/workflow.ts';
import { graph } from '../kit/graph.ts';
import { type Contestant, figureOf, takeTurns } from './measure.ts';
import type { BenchOptions, BenchReport, Target } from './report.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

const repository = resolve(import.meta.dirname, '..', '..');
/** Beside dist/ and alike, so that a build for others is not disturbed. */
const built = join(repository, '.bench');

const text = { messages: [{ role: 'user', template: 'Say {{ text }}' }], variables: ['text'] };

/** Expression, template and branches, no call. */
const pureNodes = (): Workflow =>
  graph(
    [
      { id: 'in', type: 'input', config: { name: 'x' } },
      { id: 'shout', type: 'transform', config: { expression: 'value + "!"' } },
      { id: 'greet', type: 'transform', config: { language: 'template', expression: 'Hello {{ value }}' } },
      { id: 'join', type: 'merge', config: { mode: 'any' } },
      { id: 'out', type: 'output', config: { name: 'y' } },
    ],
    ['in.value > shout.value', 'shout.value > greet.value', 'greet.value > join.values', 'join.value > out.value'],
  );

/** What a question over documents takes: LanceDB, embedder and reader, all of this machine. */
const readerNodes = (): Workflow =>
  graph(
    [
      { id: 'in', type: 'input', config: { name: 'x' } },
      { id: 'find', type: 'retriever', config: { collection: 'docs', k: 3 } },
      { id: 'pack', type: 'context', config: {} },
      { id: 'ask', type: 'prompt', config: text },
      { id: 'answer', type: 'model', config: { profile: 'reader' } },
      { id: 'out', type: 'output', config: { name: 'y' } },
    ],
    [
      'in.value > find.query',
      'find.chunks > pack.chunks',
      'in.value > ask.text',
      'ask.messages > answer.messages',
      'pack.context > answer.context',
      'in.value > answer.question',
      'answer.text > out.value',
    ],
  );

function buildCommand(say: BenchOptions['say']): string {
  say('building …');
  const vite = [join(repository, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn', '--outDir', built];
  execFileSync(process.execPath, vite, { cwd: repository, stdio: ['ignore', 'ignore', 'inherit'] });
  return join(built, 'pipewright.js');
}

/** The built command and a workspace in `folder` for its run of five nodes. */
export function coldWorkspace(folder: string, say: BenchOptions['say']): { folder: string; args: string[] } {
  const command = buildCommand(say);
  writeFileSync(join(folder, 'pipewright.json'), JSON.stringify({ format: 1, name: 'Bench' }));
  mkdirSync(join(folder, 'workflows'), { recursive: true });
  writeFileSync(join(folder, 'workflows', 'pure.flow.json'), JSON.stringify(pureNodes()));
  return { folder, args: [command, 'run', 'pure', '--input', 'x=hello', '--json'] };
}

interface Loaded {
  loaded: string[];
  peakKiB: number;
}

/** Files and kilobytes by the package, or by our own file, that was loaded. */
function byOrigin({ loaded }: Loaded): string[] {
  const sums = new Map<string, { files: number; bytes: number }>();
  for (const url of new Set(loaded)) {
    if (!url.startsWith('file:')) continue;
    const path = fileURLToPath(url.split('?')[0] ?? url);
    if (path.endsWith('loaded-modules.mjs')) continue;
    const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path.slice(repository.length));
    const origin = inPackage?.[1] ?? path.slice(built.length + 1).replace(/-[\w-]{8}\.js$/, '.js');
    const sum = sums.get(origin) ?? { files: 0, bytes: 0 };
    sums.set(origin, { files: sum.files + 1, bytes: sum.bytes + statSync(path).size });
  }
  return [...sums]
    .sort((a, b) => b[1].bytes - a[1].bytes)
    .map(
      ([origin, { files, bytes }]) =>
        `  ${origin}: ${files} file${files === 1 ? '' : 's'}, ${Math.round(bytes / 1024)} KiB`,
    );
}

/** The built command from nothing to the end of a run, as a whole process, beside a Node that does nothing. */
export async function coldStart({ say }: BenchOptions): Promise<BenchReport> {
  const command = buildCommand(say);

  return inTemporaryFolder(async (folder) => {
    const reader = { use: 'chat', provider: 'built-in', model: 'extractive-reader' };
    const embedder = { use: 'embedding', provider: 'built-in', model: 'hashing-embedder' };
    const docs = { documents: ['documents/*.md'], embedder: 'embedder' };
    const config = { format: 1, name: 'Bench', profiles: { reader, embedder }, collections: { docs } };
    writeFileSync(join(folder, 'pipewright.json'), JSON.stringify(config));
    mkdirSync(join(folder, 'documents'));
    writeFileSync(join(folder, 'documents', 'hours.md'), '# Hours\n\nThe shop opens at nine and closes at six.\n');
    mkdirSync(join(folder, 'workflows'));
    for (const [name, workflow] of [
      ['pure', pureNodes()],
      ['reader', readerNodes()],
    ] as const)
      writeFileSync(join(folder, 'workflows', `${name}.flow.json`), JSON.stringify(workflow));
    const home = join(folder, 'home');
    mkdirSync(home);
    const environment = { PATH: process.env['PATH'], HOME: home, LANG: 'C.UTF-8' };
    const node = (args: string[], more: { [name: string]: string } = {}) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, args, {
        cwd: folder,
        env: { ...environment, ...more },
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}${stdout}`);
      return stdout;
    };
    const runOf = (name: string) => ['run', name, '--input', 'x=hello', '--json'];
    const contestant = (name: string, args: string[]): Contestant => ({
      name,
      run: () => {
        node(args);
        return undefined;
      },
    });
    const rows: { name: string; args: string[]; target?: Target }[] = [
      { name: 'pipewright --version', args: [command, '--version'] },
      {
        name: 'run of 5 nodes',
        args: [command, ...runOf('pure')],
        // Set where Node itself took 34 ms.
        target: { atMost: 150, of: 'value', baselineThere: 34 },
      },
      { name: 'run of 6 nodes: retriever, context, reader', args: [command, ...runOf('reader')] },
      { name: 'trace of the last run', args: [command, 'trace', 'last', '--json'] },
    ];
    // The workspace exists: its first run, which makes the database, is apart.
    const began = performance.now();
    const first = node([command, ...runOf('pure')]);
    const firstMs = performance.now() - began;
    node([command, 'ingest', 'docs', '--json']);
    if (!first.includes('Hello hello!')) throw new Error(`the run gave ${first}`);

    const nothing = contestant('node -e 0', ['-e', '0']);
    const series = await takeTurns([nothing, ...rows.map(({ name, args }) => contestant(name, args))], {
      rounds: 25,
      warmUp: 3,
    });
    const loaded = (args: string[]): Loaded => {
      const file = join(folder, 'loaded.json');
      node(['--import', join(import.meta.dirname, 'loaded-modules.mjs'), ...args], { PIPEWRIGHT_BENCH_LOADED: file });
      return JSON.parse(readFileSync(file, 'utf8')) as Loaded;
    };
    const pure = loaded([command, ...runOf('pure')]);
    const baseline = series.get(nothing.name);
    return {
      figures: [
        figureOf(baseline, { unit: 'ms' }),
        ...rows.map(({ name, target }) =>
          figureOf(series.get(name), { unit: 'ms', baseline, ...(target && { target }) }),
        ),
        { name: 'memory of the run of 5 nodes, at its height', value: pure.peakKiB / 1024, unit: 'MiB' },
      ],
      remarks: [
        '',
        `Whole processes, in a workspace that is there; the first run of all, which makes its database, took ${Math.round(firstMs)} ms.`,
        'Loaded by the run of 5 nodes:',
        ...byOrigin(pure),
      ],
      details: { rounds: [...series.values()], loaded: pure.loaded },
    };
  });
}
