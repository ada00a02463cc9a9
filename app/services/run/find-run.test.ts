import { expect, it } from 'vitest';
import type { RunFilter, RunListItem } from '../../core/run/run-list.ts';
import { findRun } from './find-run.ts';
import type { RunIndex } from './run-index.ts';

const ids = ['run_aaa111bbb', 'run_aaa222ccc', 'run_zzz333bbb'];
const index = {
  hasRun: (id) => ids.includes(id),
  listRuns: ({ search = '', limit = 50 }: RunFilter = {}) =>
    ids
      .toReversed()
      .filter((id) => id.includes(search))
      .slice(0, limit)
      .map((runId) => ({ runId }) as RunListItem),
} as RunIndex;

it.each([
  ['run_aaa222ccc', 'run_aaa222ccc'],
  ['last', 'run_zzz333bbb'],
  ['run_zzz', 'run_zzz333bbb'],
  ['aaa1', 'run_aaa111bbb'],
  ['222ccc', 'run_aaa222ccc'],
])('%s is %s', (reference, id) => {
  expect(findRun(index, reference)).toBe(id);
});

it.each([
  ['aaa', 'fits 2 runs'],
  ['bbb', 'fits 2 runs'],
  ['run_aaa222cc0', 'Did you mean “run_aaa222ccc”?'],
  ['zz', 'There is no run “zz”.'],
  ['', 'There is no run'],
])('%j is none: %s', (reference, message) => {
  expect(() => findRun(index, reference)).toThrow(
    expect.objectContaining({ code: 'run.not_found', message: expect.stringContaining(message) }),
  );
});

it('knows no last run of none', () => {
  expect(() => findRun({ ...index, listRuns: () => [] }, 'last')).toThrow(
    expect.objectContaining({ code: 'run.not_found' }),
  );
});
