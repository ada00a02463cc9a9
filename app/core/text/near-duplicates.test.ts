import { describe, expect, it } from 'vitest';
import { containment, nearDuplicates, shingles } from './near-duplicates.ts';

describe('nearDuplicates', () => {
  const text = 'a backup is made every night at two and kept for thirty days in another place';
  it('points to the earlier text', () => {
    expect(nearDuplicates([text, 'quite another text about prices and plans', `${text}.`, text.toUpperCase()])).toEqual(
      [undefined, undefined, 0, 0],
    );
  });
  it('lets a chunk that overlaps by a little stand', () => {
    expect(
      nearDuplicates([text, 'thirty days in another place, and restored from there by hand whenever it is asked for']),
    ).toEqual([undefined, undefined]);
  });
  it('bears short and empty texts', () => {
    expect(nearDuplicates(['a b', 'a b', 'a c'])).toEqual([undefined, 0, undefined]);
    expect(containment(new Set(), shingles('a'))).toBe(0);
  });
});
