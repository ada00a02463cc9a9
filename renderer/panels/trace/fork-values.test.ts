import { describe, expect, it } from 'vitest';
import type { StepDetails } from '../../../app/core/contracts/trace.ts';
import { changedValues, editableValues } from './fork-values.ts';

const details = (inputs: [port: string, value?: object][], outputs: object = {}) =>
  ({
    inputs: inputs.map(([port, value]) => ({ port, from: { step: 's', port: 'p' }, ...(value && { value }) })),
    step: { outputs },
  }) as unknown as StepDetails;

describe('the values of a fork', () => {
  it('are the inputs that are shown and came by one wire', () => {
    const inputs = details([
      ['a', { value: 1 }],
      ['many', { value: 1 }],
      ['many', { value: 2 }],
      ['none'],
      ['b', { withheld: 'personal' }],
    ]);
    expect([...editableValues(inputs)]).toEqual([['a', 1]]);
  });

  it('are the outputs of a step that got nothing', () => {
    expect([...editableValues(details([], { value: { value: 'x' } }))]).toEqual([['value', 'x']]);
    expect([...editableValues(details([['a']], { value: { value: 'x' } }))]).toEqual([]);
  });

  it('are sent only where they are others now, texts as they are and the rest as JSON', () => {
    const values = new Map<string, never>(Object.entries({ text: '1', same: { a: 1, b: 2 }, n: 1, bad: 1 }) as never);
    const texts = new Map([
      ['text', '2'],
      ['same', '{"b":2,"a":1}'],
      ['n', '2'],
      ['bad', '{'],
    ]);
    expect(changedValues(values, texts)).toEqual({ changed: { text: '2', n: 2 }, broken: new Set(['bad']) });
  });
});
