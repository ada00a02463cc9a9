import { describe, expect, it } from 'vitest';
import { chunkOf } from '../../test/kit/chunk.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { reranker } from './manifest.ts';
import { run } from './run.ts';

const chunk = (id: string, text: string, score = 1) => chunkOf(id, text, { score });
const noise = [chunk('n1', 'Prices are listed per seat.'), chunk('n2', 'The office is closed on Sunday.')];
const good = chunk('g', 'Failed calls are retried three times.');
const again = chunk('g2', 'Failed calls are retried three times, as said.');
const query = 'how often is a failed call retried?';
type Ranked = { id: string; scores: { [name: string]: number } }[];
const rank = async (config: object, chunks: unknown[][]) => {
  const { outputs, detail } = await runNode(reranker, run, { config, inputs: { query, chunks }, cap: {} });
  return { chunks: outputs['chunks'] as Ranked, detail };
};

describe('reranker', () => {
  it('lifts what covers the query and tells the places before and after', async () => {
    const { chunks, detail } = await rank({ method: 'coverage' }, [[...noise, good]]);
    expect(chunks[0]?.id).toBe('g');
    expect(chunks[0]?.scores['coverage']).toBeGreaterThan(0.3);
    expect(detail['kept']).toContainEqual(expect.objectContaining({ id: 'g', before: 3, after: 1 }));
  });

  it('keeps the order of arrival where the words say nothing', async () => {
    const { chunks } = await rank({ method: 'coverage' }, [noise]);
    expect(chunks.map(({ id }) => id)).toEqual(['n1', 'n2']);
  });

  it('spreads over different content with mmr', async () => {
    expect(
      (await rank({ method: 'coverage+mmr', lambda: 0.5, topK: 2 }, [[good, again, ...noise]])).chunks.map(
        ({ id }) => id,
      ),
    ).not.toContain('g2');
    expect(
      (await rank({ method: 'coverage+mmr', lambda: 1, topK: 2 }, [[good, again, ...noise]])).chunks.map(
        ({ id }) => id,
      ),
    ).toEqual(['g', 'g2']);
    expect(
      (await rank({ method: 'mmr', lambda: 0.5, topK: 2 }, [[good, again, ...noise]])).chunks.map(({ id }) => id),
    ).toEqual(['g', 'n1']);
  });

  it('fuses several lists by rank, whatever their scores, and each chunk once', async () => {
    const { chunks, detail } = await rank({ method: 'mmr', lambda: 1 }, [
      [{ ...good, score: 1000 }, noise[0]],
      [{ ...(noise[1] ?? good), score: 0.1 }, noise[0]],
    ]);
    expect(chunks.map(({ id }) => id)).toEqual(['n1', 'g', 'n2']);
    expect(detail).toMatchObject({ lists: 2, candidates: 3 });
  });

  it('bears nothing to rank and keeps at most topK', async () => {
    expect((await rank({}, [[]])).chunks).toEqual([]);
    expect((await rank({ topK: 1 }, [[...noise, good]])).chunks).toHaveLength(1);
  });
});
