import { describe, expect, it } from 'vitest';
import type { Json } from '../../app/core/graph/json.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { output } from './manifest.ts';
import { run } from './run.ts';

describe('output', () => {
  it.each<[Json]>([['text'], [0], [false], [null], [{ a: [1] }]])('gives %j on', async (value) => {
    expect((await runNode(output, run, { config: { name: 'answer' }, inputs: { value } })).outputs).toEqual({ value });
  });

  it('stands for the output of the workflow', () => {
    expect(output.workflowPort?.({ name: 'answer' })).toEqual({ direction: 'output', name: 'answer' });
  });
});
