import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readAttachments } from './read-attachments.ts';

const root = mkdtempSync(join(tmpdir(), 'pipewright-attach-'));
const documents = join(root, 'documents');
mkdirSync(documents);
afterAll(() => rmSync(root, { recursive: true, force: true }));
writeFileSync(join(root, 'secret.png'), '\x89PNG\r\n\x1a\n', 'latin1');
writeFileSync(join(documents, 'a.png'), '\x89PNG\r\n\x1a\n1', 'latin1');
writeFileSync(join(documents, 'b.png'), '<svg/>');
writeFileSync(join(documents, 'c.txt'), 'words');
writeFileSync(join(documents, 'd.pdf'), `%PDF-${'x'.repeat(3000)}`);
symlinkSync(join(root, 'secret.png'), join(documents, 'e.png'));
const request = { patterns: ['*'], maxFiles: 10, maxFileBytes: 2000 };

it('gives what can be taken and the reasons for the rest', async () => {
  const { attachments, failures } = await readAttachments(documents, request);
  expect(attachments.map(({ kind, mime, name }) => [kind, mime, name])).toEqual([
    ['image', 'image/png', 'a.png'],
    ['file', 'text/plain', 'c.txt'],
  ]);
  expect(failures.map(({ file, code }) => [file, code])).toEqual([
    ['b.png', 'attachment.type'],
    ['d.pdf', 'document.memory'],
    ['e.png', 'document.outside'],
  ]);
});

it('refuses more files than asked for, and patterns that lead out', async () => {
  await expect(readAttachments(documents, { ...request, maxFiles: 2 })).rejects.toMatchObject({
    code: 'attachment.too_large',
  });
  await expect(readAttachments(documents, { ...request, patterns: ['../*.png'] })).rejects.toMatchObject({
    code: 'document.outside',
  });
});
