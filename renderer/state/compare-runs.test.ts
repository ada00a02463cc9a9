import { describe, expect, it } from 'vitest';
import type { RunView, StepState, StepView } from '../../app/core/run/run-view.ts';
import { compareRuns } from './compare-runs.ts';

const step = (path: string, outputs: Record<string, unknown> = {}, state: StepState = 'succeeded'): StepView =>
  ({ step: path, node: path, state, outputs, calls: [], retries: [], attempt: 1 }) as unknown as StepView;
const run = (steps: StepView[], workflowHash = 'w'): RunView => ({ steps, workflowHash }) as unknown as RunView;
const changes = (before: StepView[], after: StepView[]) =>
  compareRuns(run(before), run(after)).steps.map(({ step: path, change, ports }) => [path, change, ...ports].join(' '));

describe('comparing two runs', () => {
  it('finds no difference between a run and itself, whatever the order of keys', () => {
    const a = step('a', { value: { value: { x: 1, y: [1, 2] } } });
    const b = step('a', { value: { value: { y: [1, 2], x: 1 } } });
    expect(changes([a, step('b')], [b, step('b')])).toEqual(['a none', 'b none']);
    expect(compareRuns(run([a]), run([b]))).toMatchObject({ first: undefined, isSameWorkflow: true });
  });

  it('names the ports with another value, inline or by reference', () => {
    const digest = (of: string) => ({ digest: of, bytes: 9 });
    expect(
      changes(
        [step('a', { x: { value: 1 }, y: { value: 2 }, z: digest('1'), gone: { value: 1 } })],
        [step('a', { x: { value: 1 }, y: { value: 3 }, z: digest('2'), come: { value: null } })],
      ),
    ).toEqual(['a outputs y z gone come']);
  });

  it('tells where another way was taken, and that taking over is no other way', () => {
    expect(
      changes(
        [step('a', {}, 'succeeded'), step('b', {}, 'skipped'), step('c', {}, 'cached')],
        [step('a', {}, 'failed'), step('b', {}, 'succeeded'), step('c', {}, 'succeeded')],
      ),
    ).toEqual(['a state', 'b state', 'c none']);
  });

  it('keeps what happened in the earlier run alone where it stood', () => {
    expect(changes([step('0'), step('a'), step('x'), step('y'), step('b')], [step('a'), step('b'), step('n')])).toEqual(
      ['0 before', 'a none', 'x before', 'y before', 'b none', 'n after'],
    );
  });

  it('points at the first step that differs, and at another version of the workflow', () => {
    const one = (n: number) => ({ value: { value: n } });
    const before = run([step('a', one(1)), step('b', one(1)), step('c', one(1))], 'v1');
    const after = run([step('a', one(1)), step('b', one(2)), step('c', one(2))], 'v2');
    expect(compareRuns(before, after)).toMatchObject({ first: 'b', isSameWorkflow: false });
  });

  it('claims nothing about payloads that are not shown', () => {
    const hidden = { value: { withheld: 'personal' } };
    expect(changes([step('a', hidden)], [step('a', hidden)])).toEqual(['a unknown']);
    expect(compareRuns(run([step('a', hidden)]), run([step('a', hidden)])).first).toBeUndefined();
  });
});
