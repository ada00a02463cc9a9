import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WorkspaceBudgets } from '../../../app/core/budget/budget.ts';
import { budgetsOf, emptyBudget, faultyTag, filledBudgets } from './budget-fields.ts';

const usd = fc.integer({ min: 0, max: 1_000_000_000 }).map((n) => n / 1000);
const warnAt = fc.integer({ min: 1, max: 100 }).map((n) => n / 100);
const budget = fc.oneof(usd, fc.record({ usd, warnAt }));
const standing = fc.oneof(
  budget,
  fc.record({ usd, warnAt, per: fc.constantFrom('day' as const, 'month' as const) }, { requiredKeys: ['usd', 'per'] }),
);
const optional = { requiredKeys: [] };
const budgets = fc.record(
  {
    ...{ call: budget, node: budget, run: budget, workflow: standing, day: budget },
    tags: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/), standing, { minKeys: 1 }),
    unknownPrices: fc.constant('allow' as const),
  },
  optional,
);

test('what the file says comes back from the form as it was, whatever it says', () => {
  void fc.assert(
    fc.property(budgets, (given) => {
      const parsed = WorkspaceBudgets.parse(given);
      expect(budgetsOf(filledBudgets(parsed))).toEqual(given);
    }),
  );
});

test('an amount of nothing is a budget, an empty one is none', () => {
  const filled = filledBudgets({});
  expect(budgetsOf(filled)).toEqual({});
  filled.scopes.day = { ...emptyBudget, usd: '0' };
  expect(budgetsOf(filled)).toEqual({ day: 0 });
});

test('names the tag that is given twice, and one that cannot be a tag', () => {
  const filled = filledBudgets({ tags: { north: 1, south: 2 } });
  expect(faultyTag(filled)).toBeUndefined();
  filled.tags.push({ id: 9, tag: ' north ', ...emptyBudget, usd: '3' });
  expect(faultyTag(filled)).toEqual({ tag: 'north', fault: 'repeated' });
  filled.tags.unshift({ id: 10, tag: 'two words', ...emptyBudget, usd: '3' });
  expect(faultyTag(filled)).toEqual({ tag: 'two words', fault: 'invalid' });
});
