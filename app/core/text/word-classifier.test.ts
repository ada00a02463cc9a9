import { expect, it } from 'vitest';
import { classifyByWords } from './word-classifier.ts';

const labels = [
  { name: 'hours', texts: ['opening hours', 'Are you open on Sundays?'] },
  { name: 'prices', texts: ['prices', 'How much does a day ticket cost?'] },
];

it('ranks the label whose texts are nearest first', () => {
  expect(classifyByWords('Is it open on Sunday morning?', labels)[0]?.label).toBe('hours');
  expect(classifyByWords('The cost of two tickets', labels)[0]?.label).toBe('prices');
});

it('gives scores from 0 to 1, 1 for the label of a text that is its only one', () => {
  const alone = [
    { name: 'a', texts: ['green tea'] },
    { name: 'b', texts: ['black coffee'] },
  ];
  expect(classifyByWords('Green tea!', alone)).toEqual([
    { label: 'a', score: expect.closeTo(1, 6) },
    { label: 'b', score: 0 },
  ]);
});

it('has nothing to say about what shares no word', () => {
  expect(classifyByWords('', labels).map(({ score }) => score)).toEqual([0, 0]);
  expect(classifyByWords('constructor __proto__ 🙂', labels).map(({ score }) => score)).toEqual([0, 0]);
});
