import { describe, expect, it } from 'vitest';
import { runNode } from '../../test/kit/run-node.ts';
import { loadDocuments } from './manifest.ts';
import { run } from './run.ts';

const document = { id: 'a', file: 'a.md', mime: 'text/markdown', text: 'A', hash: 'h', metadata: {} };
const failure = { file: 'b.pdf', code: 'document.encrypted', message: 'It is encrypted.' };

describe('load-documents', () => {
  it('asks for the patterns and gives documents and failures apart', async () => {
    const asked: unknown[] = [];
    const load = async (request: unknown) => {
      asked.push(request);
      return { documents: [document], failures: [failure] };
    };
    const { outputs, detail } = await runNode(loadDocuments, run, {
      config: { patterns: ['*.md'], metadata: { kind: 'guide' } },
      cap: { documents: { load } },
    });
    expect(asked).toEqual([{ patterns: ['*.md'], metadata: { kind: 'guide' } }]);
    expect(outputs).toEqual({ documents: [document], failures: [failure] });
    expect(detail).toEqual({ documents: 1, failures: 1 });
  });

  it('lets an error of the loader through', async () => {
    const load = async () => Promise.reject(new Error('gone'));
    await expect(
      runNode(loadDocuments, run, { config: { patterns: ['*'] }, cap: { documents: { load } } }),
    ).rejects.toThrow('gone');
  });

  it('refuses a config without patterns and says what it reads', () => {
    expect(loadDocuments.config.safeParse({ patterns: [] }).success).toBe(false);
    expect(loadDocuments.reads?.(loadDocuments.config.parse({ patterns: ['a', 'b'] }))).toEqual([
      { kind: 'documents', name: 'a' },
      { kind: 'documents', name: 'b' },
    ]);
  });
});
