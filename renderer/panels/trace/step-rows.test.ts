import { describe, expect, it } from 'vitest';
import type { StepState, StepView } from '../../../app/core/run/run-view.ts';
import { nodeOf } from '../../../app/core/run/step-path.ts';
import { barOf, type StepSearch, stepRows } from './step-rows.ts';

const step = (path: string, state: StepState = 'succeeded', more: Partial<StepView> = {}): StepView => ({
  ...{ step: path, node: nodeOf(path), state, attempt: 1, calls: [], retries: [], outputs: {} },
  spent: { inputTokens: 0, outputTokens: 0, nanoUsd: 0, unpriced: 0 },
  ...more,
});
const rows = (steps: StepView[], search: Partial<StepSearch> = {}) =>
  stepRows(steps, { filter: 'all', text: '', closed: new Set(), ...search }, (node) => `Name of ${node}`).map(
    ({ step: path, level, hasChildren, isOpen }) =>
      `${'  '.repeat(level - 1)}${hasChildren ? (isOpen ? '- ' : '+ ') : ''}${path}`,
  );

// As a log tells it: what is inside ends before what is around it, and turns mix.
const nested = [
  step('in'),
  step('map[1]/ask', 'failed', {
    error: { code: 'provider.timeout', class: 'timeout.total', message: 'It took too long.' } as NonNullable<
      StepView['error']
    >,
  }),
  step('map[0]/ask', 'cached'),
  step('map[0]/inner[0]/deep'),
  step('map[1]/inner', 'skipped'),
  step('map'),
  step('out'),
];

describe('the rows of the step tree', () => {
  it('put what happened inside a container below it, turn by turn', () => {
    expect(rows(nested)).toEqual([
      'in',
      '- map',
      '  map[0]/ask',
      '  - map[0]/inner',
      '    map[0]/inner[0]/deep',
      '  map[1]/ask',
      '  map[1]/inner',
      'out',
    ]);
  });

  it('leave out the inside of what is closed', () => {
    expect(rows(nested, { closed: new Set(['map']) })).toEqual(['in', '+ map', 'out']);
  });

  it('show what a search finds and what is around it, even where that is closed', () => {
    const closed = new Set(['map']);
    expect(rows(nested, { text: 'DEEP', closed })).toEqual(['- map', '  - map[0]/inner', '    map[0]/inner[0]/deep']);
    expect(rows(nested, { text: 'too long' })).toEqual(['- map', '  map[1]/ask']);
    expect(rows(nested, { text: 'name of out' })).toEqual(['out']);
    expect(rows(nested, { filter: 'cached' })).toEqual(['- map', '  map[0]/ask']);
    expect(rows(nested, { filter: 'failed', text: 'map[0]' })).toEqual([]);
  });

  it('find what holds a text in its values, and steps of some nodes alone', () => {
    const inValues = new Set(['map[0]/ask', 'out']);
    expect(rows(nested, { text: 'refund', inValues })).toEqual(['- map', '  map[0]/ask', 'out']);
    expect(rows(nested, { text: 'refund' })).toEqual([]);
    expect(rows(nested, { nodes: new Set(['out', 'deep']) })).toEqual([
      ...['- map', '  - map[0]/inner', '    map[0]/inner[0]/deep', 'out'],
    ]);
    expect(rows(nested, { text: 'refund', inValues, nodes: new Set(['out']) })).toEqual(['out']);
  });

  it('hold every step exactly once, whatever the order in which they came', () => {
    for (const steps of [nested, [...nested].reverse()]) {
      const shown = stepRows(steps, { filter: 'all', text: '', closed: new Set() }, String);
      expect(
        shown
          .filter(({ view }) => view)
          .map(({ step: path }) => path)
          .sort(),
      ).toEqual(nested.map(({ step: path }) => path).sort());
    }
  });
});

describe('the bar of a step', () => {
  it('is its share of the run, up to now where it has not ended', () => {
    expect(barOf(step('a', 'succeeded', { startedAt: 150, endedAt: 175 }), 100, 200)).toEqual({
      left: 0.5,
      width: 0.25,
    });
    expect(barOf(step('a', 'running', { startedAt: 150 }), 100, 200)).toEqual({ left: 0.5, width: 0.5 });
  });

  it('stays in the picture when clocks disagree, and is none for what did not run', () => {
    expect(barOf(step('a', 'succeeded', { startedAt: 50, endedAt: 900 }), 100, 200)).toEqual({ left: 0, width: 1 });
    expect(barOf(step('a', 'skipped', { startedAt: 150, endedAt: 150 }), 100, 200)).toBeUndefined();
    expect(barOf(undefined, 100, 200)).toBeUndefined();
  });
});
