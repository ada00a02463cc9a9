import { expect, test } from 'vitest';
import { steady } from './use-steady.ts';

test('a steady handler does what its newest version does, with what it is given', () => {
  const now = { current: { add: (a: number, b: number) => a + b, name: () => 'old' } };
  const { add, name } = steady(now);
  expect([add(2, 3), name()]).toEqual([5, 'old']);
  now.current = { add: (a, b) => a * b, name: () => 'new' };
  expect([add(2, 3), name()]).toEqual([6, 'new']);
});
