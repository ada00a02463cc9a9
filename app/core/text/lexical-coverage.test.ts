import { describe, expect, it } from 'vitest';
import { lexicalCoverage } from './lexical-coverage.ts';

describe('lexicalCoverage', () => {
  const texts = [
    'The engine retries failed calls.',
    'Engines are large.',
    'Nothing of it.',
    'calls were made; long after that some failed',
  ];
  it('prefers texts that hold more and rarer words of the query', () => {
    const scores = lexicalCoverage('Does the engine retry failed calls?', texts).map(({ coverage }) => coverage);
    expect(scores[0]).toBeGreaterThan(scores[3] ?? 1);
    expect(scores[3]).toBeGreaterThan(scores[1] ?? 1);
    expect(scores[2]).toBe(0);
    for (const score of scores) expect(score).toBeLessThanOrEqual(1);
  });
  it('sees whether words stand together', () => {
    const [together, , , apart] = lexicalCoverage('failed calls', texts);
    expect(together?.proximity).toBe(1);
    expect(apart?.proximity).toBe(0);
  });
  it('falls back to all words when the query has stop words only, and bears an empty one', () => {
    expect(lexicalCoverage('of it', texts)[2]?.coverage).toBeGreaterThan(0);
    expect(lexicalCoverage('?!', texts).every(({ coverage, proximity }) => coverage === 0 && proximity === 0)).toBe(
      true,
    );
    expect(lexicalCoverage('x', [])).toEqual([]);
  });
});
