import { describe, expect, it } from 'vitest';
import { readRetrievalReport, retrievalReport } from './retrieval-report.ts';

describe('the report of a retrieval step', () => {
  it('stays short enough to lie in the log, whatever a step looked at, and says how much is left out', () => {
    const chunks = Array.from({ length: 1000 }, (_, at) => ({
      id: 'c'.repeat(32),
      file: 'documents/product/reranking-and-context.md',
      before: at + 1,
      score: 1 / 3,
      scores: { text: 2 / 3 },
      dropped: 'below-k' as const,
    }));
    const detail = retrievalReport({
      role: 'rank',
      query: 'why '.repeat(1000),
      filter: { field: 'f', op: 'in', value: Array(1000).fill('x') },
      chunks,
    });
    expect(JSON.stringify(detail).length).toBeLessThan(25_000);
    const report = readRetrievalReport(detail);
    expect(report?.query).toHaveLength(500);
    expect(report?.filter).toBeUndefined();
    expect(report?.untold).toBe(1000 - (report?.chunks.length ?? 0));
    expect(report?.chunks[0]).toMatchObject({ score: 0.33333, scores: { text: 0.66667 } });
  });

  it('is nothing where a step tells none, or where what is told may not show', () => {
    expect(readRetrievalReport(undefined)).toBeUndefined();
    expect(readRetrievalReport({ hits: 3 })).toBeUndefined();
    expect(readRetrievalReport({ retrieval: { limit: 3 } })).toBeUndefined();
  });
});
