import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkExpression, checkTemplate } from '../../app/core/template/check-source.ts';
import { placeProblem } from './place-problem.ts';

/** What is marked of a text for the first thing that the check of the engine says about it. */
function marked(text: string, language: 'cel' | 'liquid'): string | undefined {
  const [finding] = (language === 'cel' ? checkExpression : checkTemplate)(text, ['value'], 'field');
  if (!finding) return undefined;
  const { from, to } = placeProblem(text, finding);
  return text.slice(from, to);
}

describe('where a problem lies', () => {
  it.each([
    ['value.(', 'cel', '('],
    ['value == 1 &&\n  other == 2', 'cel', 'other'],
    ['values.size() + valu', 'cel', 'values'],
    ['size(value) > 1 && nothing(1)', 'cel', 'nothing'],
    ['Dear {{ name }}', 'liquid', 'name'],
    ['One\n{{ value', 'liquid', '{'],
  ] as const)('marks in %j (%s) what is meant', (text, language, expected) => {
    expect(marked(text, language)).toBe(expected);
  });

  it('marks the name itself and no longer one that holds it', () => {
    expect(placeProblem('update + date', { message: '“date” is not among the variables.' })).toEqual({
      from: 9,
      to: 13,
    });
    expect(placeProblem('dates + date', { message: '“date” is not among the variables.' })).toEqual({
      from: 8,
      to: 12,
    });
  });

  it('marks everything where nothing is said about the place', () => {
    expect(placeProblem('return 1', { message: 'It returns nothing.' })).toEqual({ from: 0, to: 8 });
  });

  it('never leaves the text', () => {
    const message = fc.oneof(
      fc.tuple(fc.nat(20), fc.nat(40)).map(([line, column]) => `Odd (line ${line}, column ${column})`),
      fc.string().map((name) => `“${name}” is odd.`),
    );
    void fc.assert(
      fc.property(fc.string({ unit: 'binary' }), message, (text, said) => {
        const { from, to } = placeProblem(text, { message: said });
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeGreaterThanOrEqual(from);
        expect(to).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
