import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findFiles } from '../../app/adapters/files/find-files.ts';
import { createLoaders } from '../../app/adapters/loaders/loaders.ts';
import type { AppError } from '../../app/core/errors/app-error.ts';
import type { Document } from '../../app/core/graph/values.ts';

/** Real documents of other people, outside the repository; without them these tests are skipped and say so. */
const data = process.env['PIPEWRIGHT_DATA'];

interface Outcome {
  file: string;
  document?: Document;
  error?: AppError;
  ms: number;
}

describe.skipIf(data === undefined || !existsSync(join(data, 'B')))('loaders on real documents', () => {
  const loaders = createLoaders();
  afterAll(async () => {
    await loaders.close();
    expect(loaders.pids).toEqual([]);
  });

  async function loadAll(set: string, pattern: string): Promise<Outcome[]> {
    const root = join(data ?? '', 'B', set);
    const files = await findFiles(root, [pattern]);
    const outcomes = await Promise.all(
      files.map(async (file): Promise<Outcome> => {
        const began = performance.now();
        const [document, error] = await loaders.loadFile(file, { root }).then(
          (loaded) => [loaded, undefined] as const,
          (thrown: AppError) => [undefined, thrown] as const,
        );
        return { file, ...(document && { document }), ...(error && { error }), ms: performance.now() - began };
      }),
    );
    report(set, outcomes);
    for (const { file, document, error } of outcomes) {
      if (document) expect(document).toMatchObject({ file, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
      // Whatever cannot be read is named with its reason and a remedy, and is no fault of ours.
      else
        expect(error, file).toMatchObject({
          name: 'AppError',
          remedy: expect.any(String),
          where: expect.stringContaining(file),
        });
      expect(document?.text.isWellFormed() ?? true, file).toBe(true);
    }
    return outcomes;
  }

  function report(set: string, outcomes: readonly Outcome[]): void {
    const counts = new Map<string, number>();
    for (const { error } of outcomes) counts.set(error?.code ?? 'read', (counts.get(error?.code ?? 'read') ?? 0) + 1);
    const parts = [...counts].sort().map(([code, count]) => `${count} ${code}`);
    console.log(`${set}: ${outcomes.length} files: ${parts.join(', ')}`);
    for (const { file, error } of outcomes) {
      if (error && error.code !== 'document.unsupported') console.log(`  ${file}: ${error.code}: ${error.message}`);
    }
  }

  function count(outcomes: readonly Outcome[], ...codes: string[]): number {
    return outcomes.filter(({ error }) => codes.includes(error?.code ?? 'read')).length;
  }

  it('reads every PDF of pdf.js that holds text; no crash, no time-out, no memory', { timeout: 300_000 }, async () => {
    const outcomes = await loadAll('pdf-pdfjs', '*.pdf');
    expect(outcomes).toHaveLength(150);
    expect(count(outcomes, 'document.crashed', 'document.timeout', 'document.memory')).toBe(0);
    // pypdf reads 96 of them with text (manifest.jsonl).
    expect(count(outcomes, 'read')).toBeGreaterThanOrEqual(95);
    expect(count(outcomes, 'document.unreadable', 'document.encrypted')).toBeLessThanOrEqual(6);
    for (const { document } of outcomes) {
      const pages = document?.pages ?? [];
      expect(pages).toEqual([...pages].sort((a, b) => a - b));
    }
  });

  it('reads PDFs of many layouts', { timeout: 300_000 }, async () => {
    const outcomes = await loadAll('pdf-layouts', '*.pdf');
    expect(outcomes).toHaveLength(35);
    expect(count(outcomes, 'read')).toBeGreaterThanOrEqual(31);
    expect(count(outcomes, 'document.encrypted')).toBe(1);
    expect(count(outcomes, 'document.crashed', 'document.timeout', 'document.memory', 'document.unreadable')).toBe(0);
  });

  it('reads office files, mails and pages; names the types that it does not know', { timeout: 300_000 }, async () => {
    const outcomes = await loadAll('office-mail-web', '**/*');
    expect(outcomes.length).toBeGreaterThan(150);
    expect(count(outcomes, 'document.crashed', 'document.timeout', 'document.memory')).toBe(0);
    for (const ending of ['docx', 'eml', 'html', 'csv', 'json', 'txt', 'md']) {
      const mine = outcomes.filter(({ file }) => file.endsWith(`.${ending}`));
      expect(mine.length, ending).toBeGreaterThan(3);
      expect(count(mine, 'read') / mine.length, ending).toBeGreaterThan(0.85);
    }
    const mail = outcomes.find(({ file }) => file === 'eml/email-no-utf8-2008-07-16.062410.eml')?.document;
    expect(mail?.title).toContain('שלום');
    expect(mail?.metadata['date']).toBe('2008-07-16T06:24:06.000Z');
  });

  it('reads documentation with front matter and tickets as JSON lines', { timeout: 300_000 }, async () => {
    const docs = await loadAll('docs-pydantic-ai', '**/*.md');
    expect(count(docs, 'read')).toBe(docs.length);
    expect(docs.length).toBeGreaterThan(200);
    const tickets = await loadAll('tickets-coffee-stackexchange', '*.jsonl');
    expect(count(tickets, 'read')).toBe(tickets.length);
    const threads = tickets.find(({ file }) => file === 'threads.jsonl')?.document;
    expect(threads?.text).not.toMatch(/<p>|\\n/);
    expect(threads?.text.split('\n').every((line) => line.startsWith('id: '))).toBe(true);
  });
});
