import { describe, expect, it } from 'vitest';
import type { Json } from '../../app/core/graph/json.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { merge } from './manifest.ts';
import { run } from './run.ts';

describe('merge', () => {
  it.each<['all' | 'any' | 'first', Json[], Json]>([
    ['all', [1, null, ['a']], [1, null, ['a']]],
    ['all', ['only'], ['only']],
    ['any', ['b', 'c'], 'b'],
    ['any', [null, 'c'], null],
    ['first', ['winner'], 'winner'],
  ])('%s of %j', async (mode, values, value) => {
    const { outputs, detail } = await runNode(merge, run, { config: { mode }, inputs: { values } });
    expect(outputs).toEqual({ value });
    expect(detail).toEqual({ arrived: values.length });
  });

  it('waits for all wires, except for the first', () => {
    expect(merge.join?.({ mode: 'all' })).toBe('all');
    expect(merge.join?.({ mode: 'any' })).toBe('all');
    expect(merge.join?.({ mode: 'first' })).toBe('race');
  });

  it('takes several wires and is skipped when none carried a value', () => {
    expect(merge.inputs.values).toMatchObject({ many: true, required: true });
  });
});
