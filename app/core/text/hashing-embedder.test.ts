import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashingEmbedderDimensions, hashingEmbedding, hashingFingerprint } from './hashing-embedder.ts';

const cosine = (a: string, b: string): number => {
  const [x, y] = [hashingEmbedding(a), hashingEmbedding(b)];
  return x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
};

describe('hashingEmbedding', () => {
  it('is of unit length for any text, and the same each time', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.constantFrom(8, 384, 1000),
        (text, dimensions) => {
          const vector = hashingEmbedding(text, dimensions);
          expect(vector).toHaveLength(dimensions);
          expect(Math.hypot(...vector)).toBeCloseTo(1, 9);
          expect(hashingEmbedding(text, dimensions)).toEqual(vector);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('puts like spellings near and unlike ones far', () => {
    const text = 'How do I reset my password?';
    expect(cosine(text, 'Resetting passwords')).toBeGreaterThan(0.5);
    expect(cosine(text, 'reset my pasword')).toBeGreaterThan(cosine(text, 'Invoices are exported at night'));
    expect(Math.abs(cosine(text, 'Invoices are exported at night'))).toBeLessThan(0.15);
    expect(cosine('dog bites man', 'man bites dog')).toBeLessThan(0.999);
  });

  it('stays what its fingerprint says: these figures may only change with the version', () => {
    expect(hashingFingerprint(hashingEmbedderDimensions)).toBe('hashing-embedder/1/words+pairs+grams3-5/1024/l2');
    const vector = hashingEmbedding('The quick brown fox jumps over the lazy dog.', 16);
    expect(vector.map((x) => Number(x.toFixed(4)))).toMatchInlineSnapshot(`
      [
        0.1756,
        0.0049,
        -0.0585,
        -0.484,
        -0.0717,
        -0.0795,
        0.0346,
        -0.4045,
        0.1809,
        -0.1171,
        0.0664,
        -0.4151,
        -0.1877,
        -0.4984,
        0.0639,
        -0.2102,
      ]
    `);
  });
});
