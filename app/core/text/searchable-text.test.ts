import { expect, it } from 'vitest';
import { searchableText } from './searchable-text.ts';

it('puts the title before a text that does not open with it', () => {
  expect(searchableText({ title: 'Retries', text: 'Three attempts.' })).toBe('Retries\nThree attempts.');
  expect(searchableText({ title: 'Retries', text: '# Retries\n\nThree attempts.' })).toBe(
    '# Retries\n\nThree attempts.',
  );
  expect(searchableText({ title: 'Retries', text: 'Retries are three.' })).toBe('Retries are three.');
  expect(searchableText({ title: '  ', text: 'Plain.' })).toBe('Plain.');
  expect(searchableText({ text: 'Plain.' })).toBe('Plain.');
});
