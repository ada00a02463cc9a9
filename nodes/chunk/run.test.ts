import { describe, expect, it } from 'vitest';
import { runNode } from '../../test/kit/run-node.ts';
import { chunk } from './manifest.ts';
import { run } from './run.ts';

const document = (id: string, text: string) => ({
  id,
  file: `${id}.md`,
  mime: 'text/markdown',
  text,
  hash: 'h',
  metadata: {},
});
const tokenizer = { count: (text: string) => text.split(/\s+/).filter((word) => word !== '').length };

describe('chunk', () => {
  it('cuts every document with the tokenizer it is given, in order', async () => {
    const documents = [document('a', `# One\n\n${'word '.repeat(30)}\n\n# Two\n\nend`), document('b', 'short')];
    const { outputs, detail } = await runNode(chunk, run, {
      config: { size: 16, overlap: 0 },
      inputs: { documents },
      cap: { tokenizer },
    });
    const chunks = outputs['chunks'] as { text: string; file: string; start: number; end: number }[];
    expect(chunks.map(({ file }) => file)).toEqual(['a.md', 'a.md', 'a.md', 'a.md', 'b.md']);
    for (const { text, file, start, end } of chunks) {
      expect(documents.find((d) => d.file === file)?.text.slice(start, end)).toBe(text);
      expect(tokenizer.count(text)).toBeLessThanOrEqual(16);
    }
    expect(detail).toEqual({ documents: 2, chunks: chunks.length });
  });

  it('gives nothing for empty documents and stops when it is cancelled', async () => {
    const { outputs } = await runNode(chunk, run, {
      inputs: { documents: [document('a', ' \n')] },
      cap: { tokenizer },
    });
    expect(outputs['chunks']).toEqual([]);
    const given = {
      inputs: { documents: [document('a', 'x')] },
      cap: { tokenizer },
      signal: AbortSignal.abort(new Error('stopped')),
    };
    await expect(runNode(chunk, run, given)).rejects.toThrow('stopped');
  });
});
