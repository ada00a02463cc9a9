import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePdf } from '../../../test/kit/make-pdf.ts';
import { docxParagraph, makeDocx } from '../../../test/kit/make-zip.ts';
import type { Document } from '../../core/graph/values.ts';
import { createLoaders, type Loaders } from './loaders.ts';

let root: string;
let loaders: Loaders;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'loaders-'));
  loaders = createLoaders();
});
afterAll(async () => {
  await loaders.close();
  expect(loaders.pids).toEqual([]);
  await rm(root, { recursive: true, force: true });
});

async function load(name: string, content: string | Uint8Array): Promise<Document> {
  await writeFile(join(root, name), content);
  return loaders.loadFile(name, { root });
}

function lineOf(document: Document, words: string): number {
  return document.text.slice(0, document.text.indexOf(words)).split('\n').length;
}

describe('plain text', () => {
  it('keeps lines, ids and hashes', async () => {
    const document = await load('a.txt', 'one\r\ntwo\rthree\n');
    expect(document).toMatchObject({ file: 'a.txt', mime: 'text/plain', text: 'one\ntwo\nthree\n', metadata: {} });
    expect(document.hash).toMatch(/^[0-9a-f]{64}$/);
    const again = await load('a.txt', 'other');
    expect(again.id).toBe(document.id);
    expect(again.hash).not.toBe(document.hash);
    expect((await loaders.loadFile(join(root, 'a.txt'), { root })).id).toBe(document.id);
  });

  it.each([
    ['UTF-8 with mark', Buffer.from('\ufeffäöü €')],
    ['UTF-16 LE', Buffer.from('\ufeffäöü €', 'utf16le')],
    ['UTF-16 BE', Buffer.from('\ufeffäöü €', 'utf16le').swap16()],
    ['Windows-1252', Buffer.from([0xe4, 0xf6, 0xfc, 0x20, 0x80])],
  ])('reads %s', async (_, bytes) => {
    expect((await load('enc.txt', bytes)).text).toBe('äöü €');
  });

  it('reads UTF-16 without its mark', async () => {
    expect((await load('bare.txt', Buffer.from('plain words', 'utf16le'))).text).toBe('plain words');
    expect((await load('bare.txt', Buffer.from('plain words', 'utf16le').swap16())).text).toBe('plain words');
  });

  it.each([
    ['x.ts', 'text/x-typescript'],
    ['x.PY', 'text/x-python'],
    ['x.yaml', 'text/x-yaml'],
  ])('knows %s as %s', async (name, mime) => {
    expect((await load(name, 'let x = 1')).mime).toBe(mime);
  });
});

describe('front matter', () => {
  it('becomes metadata, and every line keeps its number', async () => {
    const text = `---
title: "The: Title"
product: widgets # inline
version: 3
beta: true
owner: ~
code: 007
tags: [a, "b, c", 'd']
list:
  - one
  - two
nested:
  deep: value
__proto__: polluted
constructor: polluted
---
# Heading

Body on line 19.
`;
    const document = await load('front.md', text);
    expect(document.metadata).toEqual({
      title: 'The: Title',
      product: 'widgets',
      version: 3,
      beta: true,
      owner: null,
      code: '007',
      tags: 'a, b, c, d',
      list: 'one, two',
    });
    expect(document.title).toBe('The: Title');
    expect(document.text).not.toContain('widgets');
    expect(lineOf(document, 'Body on line 19.')).toBe(19);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it.each(['---\nSome words between rulers.\n---\nrest', '---\nkey: never closed\nrest', 'x\n---\na: b\n---\n'])(
    'leaves %j as text',
    async (text) => {
      expect(await load('rulers.md', text)).toMatchObject({ text, metadata: {} });
    },
  );

  it('takes the first heading as title otherwise', async () => {
    expect((await load('title.md', 'intro\n\n# The `Title` #\n\n# Other')).title).toBe('The `Title`');
  });
});

describe('HTML', () => {
  it('keeps headings, lists, tables and code; drops what is not content', async () => {
    const document = await load(
      'page.html',
      `<!doctype html><html><head><title>A &amp; B</title><style>p{}</style></head><body>
      <nav><a href="/">Home</a></nav><script>alert(1)</script><p style="display:none">hidden</p><p hidden>gone</p>
      <h1>Main <em>title</em></h1><p>First   para<b>graph</b>.<br>Next line</p>
      <ul><li>one</li><li><p>two</p></li></ul>
      <table><tr><th>Name</th><th>Price</th></tr><tr><td>Tea</td><td>3</td></tr></table>
      <h2>Code</h2><pre>if (x) {
  y();
}</pre><img alt="A chart"><footer>(c)</footer></body></html>`,
    );
    expect(document).toMatchObject({ mime: 'text/html', title: 'A & B' });
    expect(document.text).toBe(`# Main title

First paragraph.
Next line

- one
- two

Name | Price
Tea | 3

## Code

if (x) {
  y();
}

A chart`);
  });

  it('reads the charset that the page names', async () => {
    const bytes = Buffer.concat([
      Buffer.from('<meta charset="iso-8859-7"><p>'),
      Buffer.from([0xe1, 0xe2]),
      Buffer.from('</p>'),
    ]);
    expect((await load('greek.html', bytes)).text).toBe('αβ');
  });
});

describe('PDF', () => {
  it('gives text with the start of each page', async () => {
    const document = await load(
      'two.pdf',
      makePdf([['First line', 'Second (line)'], [], ['Third page']], { title: 'Manual' }),
    );
    expect(document).toMatchObject({ mime: 'application/pdf', title: 'Manual' });
    expect(document.text).toBe('First line\nSecond (line)\n\nThird page');
    expect(document.pages).toEqual([0, 26, 26]);
    expect(document.text.slice(document.pages?.[2])).toBe('Third page');
  });

  it.each([
    ['not.pdf', 'just words', 'document.unreadable', /no PDF/],
    ['zip.pdf', 'PK\x03\x04\x00', 'document.unreadable', /ZIP/],
    ['cut.pdf', makePdf([['x']]).subarray(0, 120), 'document.unreadable', /damaged/],
    ['blank.pdf', makePdf([[]]), 'document.empty', /no text/],
  ])('%s', async (name, content, code, message) => {
    await expect(load(name, content)).rejects.toMatchObject({
      code,
      where: name,
      message: expect.stringMatching(message),
      remedy: expect.any(String),
    });
  });
});

describe('Word', () => {
  it('keeps headings and tables', async () => {
    const cell = (text: string) => `<w:tc>${docxParagraph(text)}</w:tc>`;
    const table = `<w:tbl><w:tr>${cell('Name')}${cell('Price')}</w:tr><w:tr>${cell('Tea')}${cell('3')}</w:tr></w:tbl>`;
    const document = await load(
      'x.docx',
      makeDocx(docxParagraph('Guide', 'Heading1') + docxParagraph('Words &amp; more') + table),
    );
    expect(document.title).toBe('Guide');
    expect(document.text.replaceAll(/\n+/g, '\n')).toBe('# Guide\nWords & more\nName | Price\nTea | 3');
  });

  it.each([
    ['old.docx', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'document.encrypted'],
    ['text.docx', 'words', 'document.unreadable'],
    ['cut.docx', makeDocx(docxParagraph('x')).subarray(0, 300), 'document.unreadable'],
  ])('%s', async (name, content, code) => {
    await expect(load(name, content)).rejects.toMatchObject({ code, where: name });
  });
});

describe('mail', () => {
  it('gives headers as text and metadata, the HTML body as text', async () => {
    const mail = `From: "Ada L." <ada@example.org>
To: Support <help@example.org>, x@example.org
Subject: =?utf-8?q?Caf=C3=A9_order?=
Date: Tue, 01 Oct 2024 17:34:56 +0200
Content-Type: text/html; charset=utf-8

<p>Hello</p><script>x</script><p>The <b>order</b> is late.</p>
`;
    const document = await load('m.eml', mail.replaceAll('\n', '\r\n'));
    expect(document.title).toBe('Café order');
    expect(document.metadata).toEqual({
      from: 'Ada L. <ada@example.org>',
      to: 'Support <help@example.org>, x@example.org',
      date: '2024-10-01T15:34:56.000Z',
      subject: 'Café order',
    });
    expect(document.text).toMatch(/^Subject: Café order\nFrom: .*\nTo: .*\nDate: .*\n\nHello\n\nThe order is late\.$/);
  });

  it('refuses what has no headers', async () => {
    await expect(load('no.eml', 'words only')).rejects.toMatchObject({ code: 'document.unreadable' });
  });
});

describe('records', () => {
  it('renders JSON lines on their own lines', async () => {
    const lines = [
      '{"id": 1, "body": "<p>One</p>\\n<p>two</p>", "tags": ["a", "b"], "by": {"name": "Ada"}}',
      '',
      '{"id": 2, "x": null}',
    ];
    const document = await load('r.jsonl', lines.join('\n'));
    expect(document.text.split('\n')).toEqual(['id: 1 · body: One two · tags: a, b · by.name: Ada', '', 'id: 2']);
    await expect(load('bad.jsonl', '{"a":1}\n{oops}\n')).rejects.toMatchObject({
      code: 'document.unreadable',
      where: 'bad.jsonl:2',
    });
  });

  it('renders CSV rows with their column names on the line they begin on', async () => {
    const document = await load('r.csv', 'name,note\nTea,"hot\ndrink"\nMilk,\n');
    expect(document.text.split('\n')).toEqual(['', 'name: Tea · note: hot drink', '', 'name: Milk']);
    await expect(load('bad.csv', 'a,b\n1,"2\n')).rejects.toMatchObject({
      code: 'document.unreadable',
      where: expect.stringMatching(/^bad\.csv:\d$/),
    });
  });

  it('keeps JSON as it stands', async () => {
    const text = '{\n  "a": [1, 2]\n}\n';
    expect((await load('r.json', text)).text).toBe(text);
    await expect(load('bad.json', '{\n  "a": 1,\n}')).rejects.toMatchObject({
      code: 'document.unreadable',
      where: 'bad.json:3',
    });
  });
});

describe('refusals and limits', () => {
  it.each([
    ['x.xlsx', 'PK', 'document.unsupported', /pdf/],
    ['Makefile', 'all:', 'document.unsupported', /md, /],
    ['bin.txt', 'a\0b', 'document.unreadable', /./],
    ['empty.md', '', 'document.empty', /./],
    ['front-only.md', '---\na: b\n---\n\n', 'document.empty', /./],
  ])('%s', async (name, content, code, remedy) => {
    await expect(load(name, content)).rejects.toMatchObject({
      code,
      where: name,
      remedy: expect.stringMatching(remedy),
    });
  });

  it('refuses files outside, missing ones and folders', async () => {
    await expect(loaders.loadFile('/etc/hosts', { root })).rejects.toMatchObject({ code: 'document.outside' });
    await expect(loaders.loadFile('../x.md', { root })).rejects.toMatchObject({ code: 'document.outside' });
    await expect(loaders.loadFile('nope.md', { root })).rejects.toMatchObject({
      code: 'document.missing',
      where: 'nope.md',
    });
  });

  it('reuses a process for good files and replaces it after an error and after so many files', async () => {
    const own = createLoaders({ limits: { processes: 1, filesPerProcess: 3 } });
    await writeFile(join(root, 'ok.html'), '<p>x</p>');
    await writeFile(join(root, 'no.pdf'), 'x');
    const seen: (number | undefined)[] = [];
    for (const name of ['ok.html', 'ok.html', 'ok.html', 'ok.html', 'no.pdf', 'ok.html']) {
      await own.loadFile(name, { root }).catch(() => undefined);
      seen.push(own.pids[0]);
    }
    expect(seen[0]).toBe(seen[1]);
    expect([seen[2], seen[4]]).toEqual([undefined, undefined]);
    expect(new Set([seen[0], seen[3], seen[5]]).size).toBe(3);
    await own.close();
    await expect(own.loadFile('ok.html', { root })).rejects.toMatchObject({ code: 'run.cancelled' });
  });

  it('obeys size, text and time limits, and cancels', async () => {
    const own = createLoaders({ limits: { fileBytes: 1_000, textLength: 100, wallMs: 1 } });
    await writeFile(join(root, 'big.txt'), 'x'.repeat(1_001));
    await writeFile(join(root, 'long.txt'), 'x'.repeat(101));
    await writeFile(join(root, 'slow.html'), '<p>x</p>');
    await expect(own.loadFile('big.txt', { root })).rejects.toMatchObject({ code: 'document.memory' });
    await expect(own.loadFile('long.txt', { root })).rejects.toMatchObject({ code: 'document.memory' });
    await expect(own.loadFile('slow.html', { root })).rejects.toMatchObject({
      code: 'document.timeout',
      where: 'slow.html',
    });
    await expect(own.loadFile('slow.html', { root, signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(own.pids).toEqual([]);
    await own.close();
  });

  it('believes nothing that a process says beyond the agreed form', async () => {
    for (const said of [
      { ok: true, result: { text: 1 } },
      { ok: true, result: { text: 'x', pages: [5], metadata: {} } },
      { ok: true, result: { text: 'x', metadata: { a: {} } } },
      { ok: false, error: { code: 'provider.auth', message: 'give me your key' } },
      null,
    ]) {
      const childPath = join(root, 'liar.mjs');
      await writeFile(
        childPath,
        `process.stdin.once('data', () => process.stdout.write(${JSON.stringify(`${JSON.stringify(said)}\n`)}))`,
      );
      const own = createLoaders({ childPath });
      await writeFile(join(root, 'ok.html'), '<p>x</p>');
      await expect(own.loadFile('ok.html', { root })).rejects.toMatchObject({ code: 'document.crashed' });
      await own.close();
    }
  });
});
