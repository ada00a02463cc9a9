import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import * as asar from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDesktop } from '../../scripts/packaging/build.mjs';
import { makePdf } from '../kit/make-pdf.ts';
import { docxParagraph, makeDocx } from '../kit/make-zip.ts';
import { dialects } from '../kit/providers/dialects.ts';
import { startProviderServer } from '../kit/providers/provider-server.ts';
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
    updateChannel: { url: 'https://updates.example.com/', key: 'a key' },
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
    // The channel of updates is inside, where the archive's integrity covers it.
    expect(JSON.parse(asar.extractFile(archive, 'package.json').toString())).toMatchObject({
      main: 'dist/electron-main.js',
      updateChannel: { url: 'https://updates.example.com/', key: 'a key' },
    });
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

  it('is no larger than it may be', () => {
    const unpacked = filesUnder(`${archive}.unpacked`).reduce((sum, file) => sum + statSync(file).size, 0);
    console.info(
      `app.asar ${(statSync(archive).size / MEBI).toFixed(1)} MiB, unpacked ${(unpacked / MEBI).toFixed(1)} MiB`,
    );
    expect(statSync(archive).size).toBeLessThan(12 * MEBI);
    expect(unpacked).toBeLessThan(215 * MEBI);
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
    const packages = ['cheerio/slim', 'mammoth', 'pdfjs-dist/legacy/build/pdf.mjs', 'postal-mime'];
    const script = join(`${archive}.unpacked`, 'dist', 'packages.mjs');
    writeFileSync(script, `for (const name of ${JSON.stringify(packages)}) await import(name);\nconsole.log('all');`);
    const { stdout, stderr } = await runProgram(process.execPath, [script], { cwd: scratch });
    rmSync(script);
    expect(stdout, stderr).toBe('all\n');
    for (const child of ['loader-child.js', 'tables-child.js'])
      expect(existsSync(join(`${archive}.unpacked`, 'dist', child))).toBe(true);
  });

  describe('under plain Node, without Electron', () => {
    let app: string;
    let forbid: string;
    const env = { PATH: process.env['PATH'] ?? '', CHAT_KEY: 'k' };

    beforeAll(() => {
      app = join(scratch, 'app');
      asar.extractAll(archive, app);
      forbid = join(scratch, 'forbid.mjs');
      writeFileSync(
        forbid,
        `import { registerHooks } from 'node:module';
registerHooks({ resolve(name, context, next) { if (name === 'electron') throw new Error('electron was loaded'); return next(name, context); } });`,
      );
    }, 60_000);

    /** Runs the packaged command in a workspace of the archive. */
    async function pipewright(workspace: string, ...args: string[]): Promise<string> {
      const { code, stdout, stderr } = await runProgram(
        process.execPath,
        ['--import', forbid, join(app, 'dist/pipewright.js'), ...args, '--json'],
        { cwd: workspace, env: { ...env, PIPEWRIGHT_HOME: join(scratch, 'home') } },
      );
      expect(code, stderr).toBe(0);
      return stdout;
    }

    it('answers from the sample workspace', { timeout: 120_000 }, async () => {
      const workspace = join(app, 'workflows/samples/support');
      await pipewright(workspace, 'ingest');
      const input = 'question=How do I resume a run that was killed?';
      expect(await pipewright(workspace, 'run', 'support-assistant', '--input', input)).toContain('citations');
    });

    it('reads every kind of document', { timeout: 120_000 }, async () => {
      const workspace = await workspaceWith('documents', {
        'note.txt': 'the word anise',
        'page.html': '<!doctype html><title>Page</title><p>the word basil</p>',
        'mail.eml': 'From: a@example.org\nSubject: Mail\n\nthe word caraway\n',
        'table.csv': 'name,word\none,dill\n',
        'letter.docx': makeDocx(docxParagraph('the word endive')),
        'paper.pdf': makePdf([['the word fennel']]),
      });
      await pipewright(workspace, 'ingest', '--strict');
      for (const word of ['anise', 'basil', 'caraway', 'dill', 'endive', 'fennel'])
        expect(await pipewright(workspace, 'search', 'docs', word), word).toContain(word);
    });

    it.each(dialects)('asks $provider', { timeout: 120_000 }, async (dialect) => {
      const provider = await startProviderServer();
      try {
        provider.script(dialect.answer({ pieces: ['Said by ', 'a server.'], usage: { input: 3, output: 4 } }));
        const writer = {
          ...{ use: 'chat', provider: dialect.provider, model: 'writer-1', secret: 'CHAT_KEY' },
          ...{ baseUrl: `${provider.url}${dialect.basePath}`, prices: { input: 1, output: 2 } },
        };
        if (dialect.provider === 'ollama') Reflect.deleteProperty(writer, 'secret');
        const workspace = await workspaceWith(dialect.provider, {}, { writer });
        expect(await pipewright(workspace, 'run', 'ask', '--input', 'text=Say it')).toContain('Said by a server.');
      } finally {
        await provider.close();
      }
    });

    async function workspaceWith(
      name: string,
      documents: { [file: string]: string | Uint8Array },
      profiles: object = {},
    ): Promise<string> {
      const workspace = join(scratch, `with-${name}`);
      for (const folder of ['documents', 'workflows']) await mkdir(join(workspace, folder), { recursive: true });
      for (const [file, content] of Object.entries(documents))
        await writeFile(join(workspace, 'documents', file), content);
      const embedder = { use: 'embedding', provider: 'built-in', model: 'hashing-embedder' };
      const config = {
        ...{ format: 1, name, profiles: { embedder, ...profiles } },
        collections: { docs: { documents: ['documents/*'], embedder: 'embedder' } },
      };
      await writeFile(join(workspace, 'pipewright.json'), JSON.stringify(config));
      const messages = [{ role: 'user', template: '{{ text }}' }];
      const workflow = {
        ...{ format: 1, id: 'wf_ask', name: 'Ask' },
        inputs: { text: { type: 'text' } },
        outputs: { out: { type: 'any' } },
        resources: { profiles: { writer: { name: 'writer' } } },
        nodes: [
          { id: 'in', type: 'input', version: 1, config: { name: 'text' } },
          { id: 'ask', type: 'prompt', version: 1, config: { messages, variables: ['text'] } },
          { id: 'write', type: 'model', version: 1, config: { profile: 'writer' } },
          { id: 'out', type: 'output', version: 1, config: { name: 'out' } },
        ],
        edges: [
          { id: 'a', from: { node: 'in', port: 'value' }, to: { node: 'ask', port: 'text' } },
          { id: 'b', from: { node: 'ask', port: 'messages' }, to: { node: 'write', port: 'messages' } },
          { id: 'c', from: { node: 'write', port: 'answer' }, to: { node: 'out', port: 'value' } },
        ],
      };
      await writeFile(join(workspace, 'workflows/ask.flow.json'), JSON.stringify(workflow));
      return workspace;
    }
  });
});
