import type { runSorts } from '../../../app/core/run/run-list.ts';

export const runStates = ['running', 'waiting', 'succeeded', 'failed', 'cancelled'] as const;

/** What a person has filled in to find runs. */
export interface RunSearch {
  /** Of the workflow that is shown, or of all. */
  scope: 'workflow' | 'all';
  text: string;
  state: (typeof runStates)[number] | '';
  tag: string;
  /** Days as a date field has them, `2026-11-29`; both are searched through to their end. */
  from: string;
  to: string;
  /** US dollars. */
  cost: string;
  /** Seconds. */
  seconds: string;
  pinned: boolean;
  sort: (typeof runSorts)[number];
}

export const everyRun: RunSearch = {
  ...{ scope: 'workflow', text: '', state: '', tag: '', from: '', to: '', cost: '', seconds: '', pinned: false },
  sort: 'newest',
};

/** Whether anything is asked for beyond the order and whose runs they are. */
export function isNarrow({ scope: _, sort: _sort, ...asked }: RunSearch): boolean {
  return Object.entries(asked).some(([field, value]) => value !== everyRun[field as keyof typeof asked]);
}

/** The filter for the host. What is not filled in, or cannot be read, asks for nothing. */
export function filterOf(search: RunSearch, workflowId: string) {
  const { scope, text, state, tag, from, to, cost, seconds, pinned, sort } = search;
  const since = dayOf(from);
  const until = dayOf(to, 1);
  const atLeastNanoUsd = amountOf(cost, 1e9);
  const atLeastMs = amountOf(seconds, 1000);
  return {
    sort,
    ...(scope === 'workflow' && { workflowId }),
    ...(text.trim() !== '' && { search: text.trim().slice(0, 200) }),
    ...(state !== '' && { status: state }),
    ...(isTag(tag.trim()) && { tag: tag.trim() }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(atLeastNanoUsd !== undefined && { atLeastNanoUsd }),
    ...(atLeastMs !== undefined && { atLeastMs }),
    ...(pinned && { pinned }),
  };
}

const isTag = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$/.test(text);

/** Midnight of a day where this person is, so many days later; epoch milliseconds. */
function dayOf(text: string, later = 0): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  return new Date(Number(year), Number(month) - 1, Number(day) + later).getTime();
}

function amountOf(text: string, times: number): number | undefined {
  const amount = Number(text.trim());
  return text.trim() === '' || !(amount > 0) || amount > 1e9 ? undefined : Math.round(amount * times);
}
