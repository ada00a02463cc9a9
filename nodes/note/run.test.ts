import { expect, it } from 'vitest';
import { note } from './manifest.ts';

it('takes no part in a run', () => {
  expect(note.inert).toBe(true);
  expect(note.inputs).toEqual({});
  expect(note.outputs).toEqual({});
  expect(note.config.parse({})).toEqual({ text: '' });
  expect(note.config.safeParse({ text: 'x'.repeat(20_001) }).success).toBe(false);
});
