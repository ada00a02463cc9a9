import { describe, expect, it } from 'vitest';
import type { StepView } from '../../app/core/run/run-view.ts';
import { framesOf, invocationOf, turnsOf } from './invocations.ts';

const steps = (...paths: string[]) => paths.map((step) => ({ step }) as StepView);
const found = (looked: string | undefined, ...paths: string[]) => invocationOf(steps(...paths), looked)?.step;

describe('the invocation of a node that a look at a step means', () => {
  it('is that step itself', () => {
    expect(found('map[1]/ask', 'map[0]/ask', 'map[1]/ask')).toBe('map[1]/ask');
  });

  it('is the one in the same turn, also of a container around or of a workflow that a node runs', () => {
    expect(found('map[1]/ask', 'map[0]/check', 'map[1]/check', 'map[10]/check')).toBe('map[1]/check');
    expect(found('map[1]/in[0]/deep', 'map[0]/check', 'map[1]/check')).toBe('map[1]/check');
    expect(found('map[1]/ask', 'map[0]/sub/check', 'map[1]/sub/check')).toBe('map[1]/sub/check');
  });

  it('is none where nothing says which one', () => {
    expect(found(undefined, 'map[0]/ask')).toBeUndefined();
    expect(found('answer', 'map[0]/ask', 'map[1]/ask')).toBeUndefined();
    expect(found('map[1]/ask', 'map[1]/in[0]/deep', 'map[1]/in[1]/deep')).toBeUndefined();
    expect(found('map[1]/ask', 'other[0]/check')).toBeUndefined();
  });
});

it('names frames from the innermost on, and turns as people count', () => {
  expect(framesOf('map[3]/sub/in[0]/deep')).toEqual(['map[3]/sub/in[0]/', 'map[3]/sub/', 'map[3]/', '']);
  expect(framesOf('deep')).toEqual(['']);
  expect([turnsOf('map[3]/in[0]/deep'), turnsOf('deep')]).toEqual(['4.1', '']);
});
