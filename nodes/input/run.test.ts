import { describe, expect, it } from 'vitest';
import type { Json } from '../../app/core/graph/json.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { input } from './manifest.ts';
import { run } from './run.ts';

function given(values: { [name: string]: Json }) {
  return { config: { name: 'question' }, cap: { workflow: { input: (name: string) => values[name] } } };
}

describe('input', () => {
  it.each<[Json]>([['Why?'], [0], [false], [null], [{ a: [1] }]])('gives %j', async (value) => {
    expect((await runNode(input, run, given({ question: value, other: 'x' }))).outputs).toEqual({ value });
  });

  it('stays silent when nothing was given', async () => {
    expect((await runNode(input, run, given({}))).outputs).toEqual({});
  });

  it('stands for the input of the workflow', () => {
    expect(input.workflowPort?.({ name: 'question' })).toEqual({ direction: 'input', name: 'question' });
  });

  it.each(['', '1a', 'a b', 'a-b', '__proto__'])('refuses the name %j', (name) => {
    expect(input.config.safeParse({ name }).success).toBe(false);
  });
});
