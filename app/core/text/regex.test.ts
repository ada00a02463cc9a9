import { describe, expect, it } from 'vitest';
import { expectCpuWithin } from '../../../test/kit/cpu-time.ts';
import { compileRegex, maxPatternLength } from './regex.ts';

describe('compileRegex', () => {
  it('finds spans, groups and nothing beyond the limit', () => {
    const regex = compileRegex('(\\d+)(x)?');
    expect(regex.find('a12x 3')).toEqual([
      { start: 1, end: 4, text: '12x', groups: ['12', 'x'] },
      { start: 5, end: 6, text: '3', groups: ['3', null] },
    ]);
    expect(regex.find('1 2 3', 2)).toHaveLength(2);
  });

  it('counts in UTF-16 units', () => {
    expect(compileRegex('b').find('😀b')).toEqual([{ start: 2, end: 3, text: 'b', groups: [] }]);
  });

  it('honours its options', () => {
    expect(compileRegex('^b$', { ignoreCase: true, multiline: true }).test('a\nB')).toBe(true);
    expect(compileRegex('a.b').test('a\nb')).toBe(false);
    expect(compileRegex('a.b', { dotAll: true }).test('a\nb')).toBe(true);
  });

  it('replaces literally', () => {
    expect(compileRegex('[0-9]+').replaceAll('a1b22', '$1')).toBe('a$1b$1');
    expect(compileRegex('[0-9]+').replaceAll('a1b22', (match) => `<${match.text.length}>`)).toBe('a<1>b<2>');
    expect(compileRegex('x*').replaceAll('ab', '-')).toBe('-a-b-');
  });

  it('takes linear time where backtracking explodes', async () => {
    await expectCpuWithin(1000, () => {
      expect(compileRegex('^(a+)+$').test(`${'a'.repeat(100_000)}!`)).toBe(false);
    });
  });

  it.each(['(', 'a(?=b)', '(a)\\1', '[z-a]'])('refuses %s with its reason', (source) => {
    expect(() => compileRegex(source)).toThrow(expect.objectContaining({ code: 'regex.syntax' }));
  });

  it('refuses a pattern that is too long', () => {
    expect(() => compileRegex('a'.repeat(maxPatternLength + 1))).toThrow(
      expect.objectContaining({ code: 'regex.syntax' }),
    );
  });
});
