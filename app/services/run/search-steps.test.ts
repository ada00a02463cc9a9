import { expect, it } from 'vitest';
import { stepsWith } from './search-steps.ts';
import type { TracedStep } from './trace.ts';

const step = (path: string, more: Partial<TracedStep> = {}) =>
  ({ step: path, outputs: {}, calls: [], retries: [], ...more }) as unknown as TracedStep;
const call = (more: object) => [more] as unknown as TracedStep['calls'];

it('finds a text in outputs, requests, responses and errors, whatever its capitals', () => {
  const steps = [
    step('output', { outputs: { value: { value: { deep: ['x', { Refund: 1 }] } } } }),
    step('number', { outputs: { value: { value: 4711 } } }),
    step('asked', { calls: call({ request: { value: 'a REFUND please' } }) }),
    step('answered', { calls: call({ response: { value: { text: 'your refund' } } }) }),
    step('failed', { error: { message: 'No refund.' } as NonNullable<TracedStep['error']> }),
    step('call-failed', { calls: call({ error: { message: 'no refund' } }) }),
    step('other', { outputs: { value: { value: 'else' } } }),
  ];
  expect(stepsWith(steps, 'Refund').steps).toEqual(['output', 'asked', 'answered', 'failed', 'call-failed']);
  expect(stepsWith(steps, '471').steps).toEqual(['number']);
});

it('counts what is too large to be looked at, and never finds what may not be shown', () => {
  const large = { digest: 'refund', bytes: 300_000 };
  const steps = [
    step('large', { outputs: { a: { value: 'refund' }, b: large }, calls: call({ request: large }) }),
    step('hidden', { outputs: { a: { withheld: 'personal' }, b: { hash: 'refund', bytes: 9 } } }),
  ];
  expect(stepsWith(steps, 'refund')).toEqual({ steps: ['large'], tooLarge: 2 });
});
