import { describe, expect, it } from 'vitest';
import { everyRun, filterOf, isNarrow, type RunSearch } from './run-filter.ts';

const filter = (search: Partial<RunSearch>) => filterOf({ ...everyRun, ...search }, 'wf_1');

describe('the filter of runs', () => {
  it('asks for what is filled in and can be read, and for nothing else', () => {
    expect(filter({})).toEqual({ sort: 'newest', workflowId: 'wf_1' });
    expect(filter({ scope: 'all', sort: 'dearest' })).toEqual({ sort: 'dearest' });
    expect(filter({ text: '  timed out ', state: 'failed', tag: 'north', pinned: true })).toMatchObject({
      ...{ search: 'timed out', status: 'failed', tag: 'north', pinned: true },
    });
    expect(filter({ cost: '0.05', seconds: '1.5' })).toMatchObject({ atLeastNanoUsd: 50_000_000, atLeastMs: 1500 });
    for (const wrong of ['', ' ', 'x', '-1', '0', '1e99'])
      expect(filter({ cost: wrong, seconds: wrong, tag: `${wrong} two words`, from: wrong, to: wrong })).toEqual(
        filter({}),
      );
  });

  it('takes both days whole', () => {
    const { since, until } = filter({ from: '2026-02-28', to: '2026-02-28' });
    expect(new Date(since ?? 0).getDate()).toBe(28);
    expect(new Date(until ?? 0).getDate()).toBe(1);
    expect(new Date(until ?? 0).getHours()).toBe(0);
  });

  it('is narrow when something but the order and the scope is asked for', () => {
    expect(isNarrow({ ...everyRun, sort: 'oldest', scope: 'all' })).toBe(false);
    expect(isNarrow({ ...everyRun, pinned: true })).toBe(true);
    expect(isNarrow({ ...everyRun, text: 'a' })).toBe(true);
  });
});
