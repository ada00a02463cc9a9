import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLoaders, type Loaders } from '../../app/adapters/loaders/loaders.ts';
import { createTables } from '../../app/adapters/tables/tables.ts';
import type { AppError } from '../../app/core/errors/app-error.ts';
import type { Document } from '../../app/core/graph/values.ts';
import { makePdf } from '../kit/make-pdf.ts';
import { docxParagraph, makeDocx, makeZip } from '../kit/make-zip.ts';

const canary = 'CANARY-7f3a';
const megabyte = 1_048_576;

let folder: string;
let root: string;
let loaders: Loaders;
let requests = 0;
let origin: string;
const server = createServer((_, response) => {
  requests += 1;
  response.end('x');
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-'));
  root = join(folder, 'workspace');
  await mkdir(root);
  await writeFile(join(folder, 'secret.txt'), canary);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  loaders = createLoaders({ limits: { wallMs: 4_000, rssBytes: 512 * megabyte } });
});

afterEach(() => {
  for (const [name, shared] of Object.entries({ Object: Object.prototype, Array: Array.prototype })) {
    expect(Object.keys(shared), `${name}.prototype`).toEqual([]);
    expect(shared).not.toHaveProperty('polluted');
  }
});

afterAll(async () => {
  const { pids } = loaders;
  await loaders.close();
  for (const pid of pids) expect(() => execFileSync('ps', ['-p', String(pid)])).toThrow();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
  // No document made anything ask the network.
  expect(requests).toBe(0);
});

/** The document, or a typed error; never longer than the limits, never with the secret in it. */
async function load(name: string, content: string | Uint8Array): Promise<Document | AppError> {
  await writeFile(join(root, name), content);
  return loadNamed(name);
}

async function loadNamed(name: string): Promise<Document | AppError> {
  const began = performance.now();
  const before = new Set(loaders.pids);
  const outcome = await loaders.loadFile(name, { root }).catch((error: AppError) => error);
  expect(performance.now() - began).toBeLessThan(8_000);
  if (outcome instanceof Error) {
    expect(outcome).toMatchObject({
      name: 'AppError',
      code: expect.stringMatching(/^document\./),
      remedy: expect.any(String),
    });
    // A failed process is gone, not merely forgotten.
    for (const pid of before)
      if (!loaders.pids.includes(pid)) expect(() => execFileSync('ps', ['-p', String(pid)])).toThrow();
  }
  expect(JSON.stringify(outcome)).not.toContain(canary);
  return outcome;
}

const deep = (open: string, close: string, times: number) => `${open.repeat(times)}x${close.repeat(times)}`;

function externalImage(target: string): Buffer {
  const picture = `<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="p" descr="alt"/><a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:link="rX"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`;
  const type = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/image';
  return makeDocx(
    docxParagraph('words') + picture,
    `<Relationship Id="rX" Type="${type}" Target="${target}" TargetMode="External"/>`,
  );
}

const entities = `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">${Array.from('bcdefghij', (c, i) => `<!ENTITY ${c} "${`&${'abcdefghi'[i]};`.repeat(10)}">`).join('')}<!ENTITY file SYSTEM "file:///etc/passwd">]>`;

describe('hostile documents', () => {
  it.each<[name: string, content: () => string | Uint8Array]>([
    ['entities.html', () => `${entities}<p>&j;&file;</p>`],
    ['numeric.html', () => `<p>${'&#65;'.repeat(megabyte / 5)}</p>`],
    ['divs.html', () => deep('<div>', '</div>', 100_000)],
    ['formatting.html', () => deep('<b><i>', '</i></b>', 50_000)],
    ['lists.html', () => deep('<ul><li>', '</li></ul>', 50_000)],
    ['tables.html', () => deep('<table><tr><td>', '</td></tr></table>', 30_000)],
    ['closers.html', () => `<p>x${'</b></i></div>'.repeat(100_000)}`],
    ['open.html', () => '<'.repeat(megabyte)],
    ['comment.html', () => `<p>x<!--${'<!--'.repeat(megabyte / 4)}`],
    ['attributes.html', () => `<p ${Array.from({ length: 100_000 }, (_, i) => `a${i}=1`).join(' ')}>x</p>`],
    ['meta.html', () => `<meta ${'charset '.repeat(200_000)}><p>x</p>`],
    ['style.html', () => `<p style="${' '.repeat(megabyte)}">x</p>`],
    ['spaces.html', () => `<pre>x${' '.repeat(megabyte)}y</pre>`],
    [
      'remote.html',
      () =>
        `<base href="${origin}/"><img src="${origin}/a"><link rel=stylesheet href="${origin}/b"><script src="${origin}/c"></script><iframe src="file:///etc/passwd"></iframe><p>x</p>`,
    ],
    ['a.txt', () => 'a'.repeat(10 * megabyte)],
    ['a.md', () => 'a'.repeat(10 * megabyte)],
    ['a.html', () => 'a'.repeat(10 * megabyte)],
    ['a.csv', () => 'a'.repeat(9 * megabyte)],
    ['a.jsonl', () => 'a'.repeat(10 * megabyte)],
    ['a.eml', () => 'a'.repeat(10 * megabyte)],
    ['hashes.md', () => `# ${'#'.repeat(megabyte)} `.repeat(2)],
    ['front.md', () => `---\n${`a: [${',"'.repeat(50_000)}`}\n---\nx`],
    ['gap.md', () => `---\na: b${' '.repeat(megabyte)}c\n---\nx`],
    ['keys.md', () => `---\n${'- '.repeat(100_000)}\n${'a '.repeat(100_000)}:\n---\nx`],
    ['deep.json', () => deep('[', ']', 100_000)],
    ['deep.jsonl', () => deep('{"a":', '}', 100_000)],
    ['wide.jsonl', () => `{${Array.from({ length: 200_000 }, (_, i) => `"k${i}":${i}`).join(',')}}`],
    ['quotes.csv', () => `a,b\n${'"'.repeat(megabyte - 1)}`],
    ['columns.csv', () => `${'a,'.repeat(500_000)}\n${'b,'.repeat(500_000)}\n`],
    ['delimiters.csv', () => `${'"'.repeat(500_001)}`],
    [
      'parts.eml',
      () =>
        `From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n${'--x\nContent-Type: multipart/mixed; boundary=x\n\n'.repeat(10_000)}`,
    ],
    ['headers.eml', () => `From: a@b\n${'X-A: b\n'.repeat(150_000)}\nx`],
    ['words.eml', () => `Subject: ${'=?utf-8?q?a?= '.repeat(50_000)}\n\nx`],
    ['addresses.eml', () => `From: a@b\nTo: ${'<'.repeat(100_000)}\n\nx`],
  ])('%s gives a document or a typed error in time', { timeout: 30_000 }, async (name, content) => {
    await load(name, content());
  });

  it('does not read what a Word document refers to', async () => {
    for (const target of [
      `file://${folder}/secret.txt`,
      'file:///etc/passwd',
      `${origin}/x.png`,
      '/dev/zero',
      '\\\\127.0.0.1\\share\\x',
      '../../secret.txt',
    ]) {
      const outcome = await load('linked.docx', externalImage(target));
      if (!(outcome instanceof Error)) expect(outcome.text).toContain('words');
    }
    const xxe = makeDocx('').toString('latin1');
    expect(xxe).toContain('word/document.xml');
    const body = `<?xml version="1.0"?><!DOCTYPE w [<!ENTITY f SYSTEM "file://${folder}/secret.txt">]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&f;</w:t></w:r></w:p></w:body></w:document>`;
    await load('xxe.docx', makeDocx('', '', { 'word/document.xml': body }));
    await load('laughs.docx', makeDocx('', '', { 'word/document.xml': `${entities}<w:document>&j;</w:document>` }));
  });

  it('stops a ZIP bomb at its memory or time', { timeout: 30_000 }, async () => {
    const bomb = makeDocx('', '', { 'word/document.xml': Buffer.alloc(900 * megabyte, 0x20) });
    expect(bomb.length).toBeLessThan(2 * megabyte);
    expect(await load('bomb.docx', bomb)).toMatchObject({
      code: expect.stringMatching(/^document\.(memory|timeout|unreadable)$/),
    });
    const nested = makeDocx(deep('<w:p><w:r>', '</w:r></w:p>', 20_000));
    await load('nested.docx', nested);
  });

  it('ignores names in an archive that lead out', async () => {
    const outcome = await load(
      'slip.docx',
      makeDocx(docxParagraph('words'), '', {
        '../../slipped.txt': 'x',
        '/etc/slipped': 'x',
        '__proto__/polluted': 'x',
      }),
    );
    expect(outcome).toMatchObject({ text: 'words' });
    await expect(import('node:fs/promises').then(({ stat }) => stat(join(folder, 'slipped.txt')))).rejects.toThrow(
      'ENOENT',
    );
    expect(await load('other.docx', makeZip({ 'hello.txt': 'x' }))).toMatchObject({ code: 'document.unreadable' });
  });

  it('survives broken, cyclic and endless PDFs', { timeout: 60_000 }, async () => {
    const whole = makePdf([['Hello'], ['World']]);
    for (const part of [0.1, 0.3, 0.5, 0.7, 0.9, 0.97])
      await load('cut.pdf', whole.subarray(0, Math.floor(whole.length * part)));
    const text = whole.toString('latin1');
    const variants = {
      'cycle.pdf': text.replace(/\/Kids \[\d+ 0 R/, '/Kids [2 0 R'),
      'count.pdf': text.replace('/Count 2', '/Count 2000000000'),
      'length.pdf': text.replace(/\/Length \d+/, '/Length 99999999999'),
      'self.pdf': text.replace(/\/Contents \d+ 0 R/, '/Contents 2 0 R'),
      'filter.pdf': text.replace(/\/Length/, `/Filter [${'/FlateDecode '.repeat(10_000)}] /Length`),
      'deep.pdf': text.replace('/Title ()', `/Title ${'['.repeat(100_000)}`),
      'script.pdf': text.replace(
        '/Type /Catalog',
        `/Type /Catalog /OpenAction << /S /JavaScript /JS (app.launchURL\\('${origin}'\\)) >> /URI (${origin})`,
      ),
      'font.pdf': text.replace(
        '/BaseFont /Helvetica',
        `/BaseFont /Helvetica /FontMatrix [1 0 0 1 0 (1\\); globalThis.polluted = 1; //)]`,
      ),
    };
    for (const [name, content] of Object.entries(variants)) await load(name, Buffer.from(content, 'latin1'));
    expect(await load('whole.pdf', whole)).toMatchObject({ text: 'Hello\n\nWorld' });
  });

  it('takes prototype names for plain words', async () => {
    const text = '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}';
    expect(await load('p.jsonl', text)).toMatchObject({
      text: '__proto__.polluted: 1 · constructor.prototype.polluted: 1',
    });
    await load('p.json', text);
    expect(await load('p.csv', '__proto__,constructor\n1,2\n')).toMatchObject({
      text: '\n__proto__: 1 · constructor: 2',
    });
    const front = await load('p.md', '---\n__proto__: 1\nconstructor: 2\nprototype: 3\nok: 4\n---\nx\n');
    expect(front).toMatchObject({ metadata: { ok: 4 } });
    expect(Object.keys((front as Document).metadata)).toEqual(['ok']);
    const tables = createTables({ root, cacheFolder: join(folder, 'cache'), tables: { p: { file: 'p.csv' } } });
    const { rows } = await tables.query({ sql: 'SELECT * FROM p', params: {}, maxRows: 5, timeoutMs: 5_000 });
    expect(rows).toEqual([{ proto: 1, constructor: 2 }]);
    await tables.close();
  });

  it('mends lone surrogates', async () => {
    const half = Buffer.from([0x3d, 0xd8]);
    for (const [name, content] of [
      ['s.jsonl', '{"a": "\\ud83d x", "\\udc00": 1}'],
      ['s.txt', Buffer.concat([Buffer.from([0xff, 0xfe]), half, Buffer.from('x', 'utf16le')])],
      ['s.html', '<title>&#xd83d;</title><p>&#xd83d; x</p>'],
      ['s.eml', 'Subject: =?utf-16le?b?PdgA?=\n\nx \ud83d'],
    ] as const) {
      const outcome = await load(name, content);
      if (outcome instanceof Error) continue;
      expect(
        [outcome.text, outcome.title ?? ''].every((text) => text.isWellFormed()),
        name,
      ).toBe(true);
    }
  });

  it('does not follow links, odd names, pipes and devices out', async () => {
    await symlink(join(folder, 'secret.txt'), join(root, 'link.txt'));
    await symlink(folder, join(root, 'up'));
    await symlink('/dev/zero', join(root, 'zero.txt'));
    execFileSync('mkfifo', [join(root, 'pipe.txt')]);
    for (const name of [
      'link.txt',
      'up/secret.txt',
      'zero.txt',
      '../secret.txt',
      join(folder, 'secret.txt'),
      'a.txt\0.md',
      'up/../secret.txt',
      '/proc/self/environ',
      '.\\..\\secret.txt',
    ]) {
      expect(await loadNamed(name), name).toMatchObject({
        code: expect.stringMatching(/^document\.(outside|missing|unsupported)$/),
      });
    }
    expect(await loadNamed('pipe.txt')).toMatchObject({ code: 'document.unreadable' });
  });

  it('still reads a good document after all of them', async () => {
    expect(await load('good.html', '<h1>Fine</h1>')).toMatchObject({ text: '# Fine' });
  });
});
