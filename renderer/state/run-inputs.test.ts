import { describe, expect, it } from 'vitest';
import type { WorkflowInput } from './document.ts';
import { readInputs, textOf } from './run-inputs.ts';

const declared = new Map<string, WorkflowInput>([
  ['question', { type: 'text', required: true }],
  ['top', { type: 'number', required: false, default: 3 }],
  ['tags', { type: 'list', required: false }],
  ['anything', { type: 'any', required: false }],
]);

describe('the inputs of a run', () => {
  it('are read by their types; what is empty is left to its default', () => {
    const texts = { question: '42', top: ' ', tags: '["a"]', anything: 'words' };
    expect(readInputs(declared, texts)).toEqual({
      values: { question: '42', tags: ['a'], anything: 'words' },
      faults: new Map(),
    });
  });

  it('say what is missing or does not fit, by field', () => {
    const { faults } = readInputs(declared, { top: '"three"', tags: '[' });
    expect([...faults].map(([name, { key }]) => [name, key])).toEqual([
      ['question', 'run.input.missing'],
      ['top', 'run.input.type'],
      ['tags', 'run.input.noJson'],
    ]);
  });

  it('are shown as they would be typed', () => {
    expect(textOf('a "text"', { type: 'text', required: true })).toBe('a "text"');
    for (const value of [1, true, ['a'], { b: null }, 'text'])
      expect(JSON.parse(textOf(value, { type: 'json', required: true }))).toEqual(value);
  });
});
