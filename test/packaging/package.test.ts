import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import * as asar from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDesktop } from '../../scripts/packaging/build.mjs';
import { runProgram } from './run-program.ts';
import { stubElectron } from './stub-electron.ts';

/**
 * What an installer would install, made from a stand-in for Electron's distribution: everything that is ours in it is
 * the real thing, and is looked at file by file and run.
 */
const { nativeTarget } = createRequire(import.meta.url)('../../scripts/packaging/native-target.cjs') as {
  nativeTarget(file: string): string;
};
const root = resolve(import.meta.dirname, '../..');
const MEBI = 1_048_576;
let scratch: string;
let resources: string;
let archive: string;

interface Entry {
  path: string;
  unpacked: boolean;
  size: number;
  integrity?: { algorithm: string; hash: string };
}

function entriesOf(file: string): Entry[] {
  interface Node {
    files?: { [name: string]: Node };
    link?: string;
    unpacked?: boolean;
    size?: number;
    integrity?: { algorithm: string; hash: string };
  }
  const entries: Entry[] = [];
  const visit = (node: Node, path: string) => {
    for (const [name, inner] of Object.entries(node.files ?? {})) {
      const at = path === '' ? name : `${path}/${name}`;
      if (inner.files) visit(inner, at);
      else if (inner.link === undefined)
        entries.push({
          path: at,
          unpacked: inner.unpacked === true,
          size: inner.size ?? 0,
          ...(inner.integrity && { integrity: inner.integrity }),
        });
    }
  };
  visit(asar.getRawHeader(file).header as Node, '');
  return entries;
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'pipewright-package-'));
  const built = await runProgram('npm', ['run', '-s', 'build'], { cwd: root });
  expect(built.code, built.stderr).toBe(0);
  await buildDesktop({
    dir: true,
    electronDist: stubElectron(join(scratch, 'electron')),
    output: join(scratch, 'out'),
  });
  const [unpacked = ''] = readdirSync(join(scratch, 'out')).filter((name) => name.endsWith('-unpacked'));
  resources = join(scratch, 'out', unpacked, 'resources');
  archive = join(resources, 'app.asar');
}, 300_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('the packaged desktop app', () => {
  it('holds what is needed and nothing else', () => {
    const entries = entriesOf(archive);
    expect(new Set(entries.map(({ path }) => path.split('/')[0]))).toEqual(
      new Set(['dist', 'node_modules', 'nodes', 'package.json', 'workflows']),
    );
    const odd =
      /\.(map|d\.ts|env|tsbuildinfo)$|\.test\.|(^|\/)(test|tests|\.pipewright)\/|(^|\/)(@huggingface|electron|typescript|vite)\//;
    expect(entries.map(({ path }) => path).filter((path) => odd.test(path))).toEqual([]);
    const paths = new Set(entries.map(({ path }) => path));
    for (const file of ['electron-main.js', 'electron-engine.js', 'electron-preload.cjs', 'studio/index.html'])
      expect(paths, file).toContain(`dist/${file}`);
    expect(JSON.parse(asar.extractFile(archive, 'package.json').toString()).main).toBe('dist/electron-main.js');
  });

  it('has the right hash of every file', () => {
    const bad = entriesOf(archive).filter(({ path, unpacked, integrity }) => {
      if (unpacked) return false;
      const bytes = asar.extractFile(archive, path);
      return integrity?.algorithm !== 'SHA256' || integrity.hash !== createHash('sha256').update(bytes).digest('hex');
    });
    expect(bad.map(({ path }) => path)).toEqual([]);
  });

  it('holds both native modules, for this machine', () => {
    const native = filesUnder(resources).filter((file) => file.endsWith('.node'));
    const target = `${process.platform}-${process.arch}`;
    expect(
      native
        .map((file) => [relative(resources, file).split('node_modules/').pop()?.split('/')[0], nativeTarget(file)])
        .sort(),
    ).toEqual([
      ['@lancedb', target],
      ['better-sqlite3', target],
    ]);
  });

  it('is of a sane size', () => {
    const unpacked = filesUnder(`${archive}.unpacked`).reduce((sum, file) => sum + statSync(file).size, 0);
    console.info(
      `app.asar ${(statSync(archive).size / MEBI).toFixed(1)} MiB, unpacked ${(unpacked / MEBI).toFixed(1)} MiB`,
    );
    expect(statSync(archive).size).toBeLessThan(36 * MEBI);
    expect(unpacked).toBeLessThan(220 * MEBI);
  });

  it('has every fuse as it must be', async () => {
    const wire = await getCurrentFuseWire(join(resources, '..', 'pipewright'));
    const on = (option: FuseV1Options) => String.fromCharCode(Number(wire[option]));
    expect({
      runAsNode: on(FuseV1Options.RunAsNode),
      cookies: on(FuseV1Options.EnableCookieEncryption),
      nodeOptions: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: on(FuseV1Options.EnableNodeCliInspectArguments),
      integrity: on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyAsar: on(FuseV1Options.OnlyLoadAppFromAsar),
      snapshot: on(FuseV1Options.LoadBrowserProcessSpecificV8Snapshot),
      file: on(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual({
      runAsNode: '0',
      cookies: '1',
      nodeOptions: '0',
      inspect: '0',
      integrity: '1',
      onlyAsar: '1',
      snapshot: '0',
      file: '0',
    });
  });

  it('brings the Node that documents of strangers are read by', async () => {
    const node = join(resources, 'node', process.platform === 'win32' ? 'node.exe' : 'node');
    const { stdout } = await runProgram(node, ['--version'], { cwd: scratch });
    expect(stdout.trim()).toBe(process.version);
  });

  it('reads documents with what lies outside the archive', async () => {
    // The process that reads documents is a plain Node: it must find all of its packages unpacked.
    const packages = [
      'cheerio',
      'csv-parse',
      'mammoth',
      'pdfjs-dist/legacy/build/pdf.mjs',
      'postal-mime',
      'zod',
      '@noble/hashes/sha2.js',
    ];
    const script = join(`${archive}.unpacked`, 'dist', 'packages.mjs');
    writeFileSync(script, `for (const name of ${JSON.stringify(packages)}) await import(name);\nconsole.log('all');`);
    const { stdout, stderr } = await runProgram(process.execPath, [script], { cwd: scratch });
    rmSync(script);
    expect(stdout, stderr).toBe('all\n');
    for (const child of ['loader-child.js', 'tables-child.js'])
      expect(existsSync(join(`${archive}.unpacked`, 'dist', child))).toBe(true);
  });

  it('answers from the sample workspace under plain Node, without Electron', { timeout: 120_000 }, async () => {
    const app = join(scratch, 'app');
    asar.extractAll(archive, app);
    const forbid = join(scratch, 'forbid.mjs');
    writeFileSync(
      forbid,
      `import { registerHooks } from 'node:module';
registerHooks({ resolve(name, context, next) { if (name === 'electron') throw new Error('electron was loaded'); return next(name, context); } });`,
    );
    const workspace = join(app, 'workflows/samples/support');
    const env = { PATH: process.env['PATH'] ?? '', PIPEWRIGHT_HOME: join(scratch, 'home') };
    const pipewright = (...args: string[]) =>
      runProgram(process.execPath, ['--import', forbid, join(app, 'dist/pipewright.js'), ...args], {
        cwd: workspace,
        env,
      });
    const ingested = await pipewright('ingest', '--json');
    expect(ingested.code, ingested.stderr).toBe(0);
    const run = await pipewright(
      'run',
      'support-assistant',
      '--input',
      'question=How do I resume a run that was killed?',
      '--json',
    );
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toContain('citations');
  });
});
