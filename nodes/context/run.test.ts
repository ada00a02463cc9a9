import { describe, expect, it } from 'vitest';
import { readRetrievalReport } from '../../app/core/run/retrieval-report.ts';
import { chunkOf } from '../../test/kit/chunk.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { context } from './manifest.ts';
import { run } from './run.ts';

const tokenizer = { count: (text: string) => text.split(/\s+/).filter((word) => word !== '').length };
const chunk = (id: string, text: string, more = {}) => chunkOf(id, text, { line: 3, ...more });
const pack = (config: object, ...chunks: unknown[][]) =>
  runNode(context, run, { config, inputs: { chunks }, cap: { tokenizer } });

describe('context', () => {
  it('gives the marked text, the context and the chunks that fitted', async () => {
    const { outputs, detail } = await pack({ budgetTokens: 12 }, [
      chunk('a', 'first one'),
      chunk('b', 'much '.repeat(30)),
      chunk('c', 'second'),
    ]);
    expect(outputs['text']).toBe('[1] a.md:3\nfirst one\n\n[2] c.md:3\nsecond');
    expect(outputs['context']).toMatchObject({
      chunks: [
        { id: 'a', marker: '1' },
        { id: 'c', marker: '2' },
      ],
      dropped: [{ id: 'b', reason: 'budget' }],
    });
    expect(outputs['chunks']).toEqual([chunk('a', 'first one'), chunk('c', 'second')]);
    expect(detail).toMatchObject({ candidates: 3, packed: 2, tokens: 7, budget: 12, overBudget: 1, duplicates: 0 });
    expect(readRetrievalReport(detail)).toMatchObject({
      role: 'pack',
      method: 'rank',
      candidates: 3,
      tokens: 7,
      budget: 12,
      chunks: [
        { id: 'a', file: 'a.md', line: 3, before: 1, after: 1, tokens: 2 },
        { id: 'c', file: 'c.md', before: 3, after: 2, tokens: 1 },
        { id: 'b', file: 'b.md', before: 2, dropped: 'over-budget', tokens: 34 },
      ],
    });
  });

  it('fuses several lists and counts duplicates', async () => {
    const text = 'the same words stand in both of these chunks here';
    const { detail } = await pack({}, [chunk('a', text)], [chunk('b', text), chunk('a', text)]);
    expect(detail).toMatchObject({ candidates: 2, packed: 1, duplicates: 1 });
  });

  it('joins overlapping chunks when asked', async () => {
    const whole = 'alpha beta gamma delta';
    const part = (start: number, end: number) =>
      chunk(`p${start}`, whole.slice(start, end), { documentId: 'd', file: 'd.md', start, end });
    const { outputs } = await pack({ expand: 'join' }, [part(6, 22), part(0, 16)]);
    expect((outputs['chunks'] as { text: string }[]).map(({ text }) => text)).toEqual([whole]);
  });

  it('gives an empty context for nothing', async () => {
    expect((await pack({}, [])).outputs).toMatchObject({ text: '', chunks: [] });
  });
});
