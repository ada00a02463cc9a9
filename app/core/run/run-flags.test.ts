import { describe, expect, it } from 'vitest';
import { type FlaggedStep, runFlags } from './run-flags.ts';

const step = (path: string, value?: unknown, more: Partial<FlaggedStep> = {}): FlaggedStep => ({
  step: path,
  state: 'succeeded',
  outputs: value === undefined ? {} : { out: { value: value as never } },
  ...more,
});
const verdict = (passed: boolean) => ({
  passed,
  findings: [
    { rule: 'length', severity: 'warning', message: 'Long.' },
    { rule: 'citations', severity: 'error', message: 'No source.' },
  ],
  repairs: 0,
  reasks: 0,
});
const confidence = (score: number) => ({ score, calibrated: false, parts: {}, reasons: ['Few words are covered.'] });
const error = { code: 'provider.auth', class: 'auth', message: 'The key was refused.' } as never;

describe('what is flagged in a run', () => {
  it('is what failed, was refused, rejected, handed over, not answered or doubted; the most telling first', () => {
    const steps = [
      step('trust', confidence(0.31)),
      step('read', { text: '', citations: [], abstained: true }),
      step('check', verdict(false)),
      step('side', undefined, { state: 'failed', handled: 'default', error }),
      step('fine', verdict(true)),
      step('sure', confidence(0.9)),
    ];
    const waits = [
      {
        step: 'review',
        kind: 'review',
        title: 'Look',
        decision: { action: 'reject', comment: 'Wrong plan.', values: {}, by: 'Ada', at: 1 },
      },
      { step: 'second', kind: 'review', title: 'Look', reason: 'Money.' },
      { step: 'stop', kind: 'breakpoint', title: 'Paused' },
    ];
    const down = [{ step: 'out', note: 'That was the old price.' }];
    expect(runFlags(steps, waits, { down })).toEqual([
      { step: 'side', flag: 'failed', said: 'The key was refused.' },
      { step: 'out', flag: 'thumbed-down', said: 'That was the old price.' },
      { step: 'review', flag: 'rejected', said: 'Wrong plan.' },
      { step: 'check', flag: 'refused', said: 'No source.' },
      { step: 'read', flag: 'abstained' },
      { step: 'second', flag: 'handed-over', said: 'Money.' },
      { step: 'trust', flag: 'doubtful', said: 'Few words are covered.' },
    ]);
    // What ended the run comes before all.
    expect(
      runFlags([...steps, step('last', undefined, { state: 'failed', error })], waits, { failedStep: 'last' })[0]?.step,
    ).toBe('last');
  });

  it('is no case that a person has approved as it was, but one that a person has changed or not yet decided', () => {
    const review = (action?: string) => ({
      ...{ step: 'review', kind: 'review', title: 'Send this?' },
      ...(action !== undefined && { decision: { action, values: {}, by: 'Ada', at: 1 } }),
    });
    expect(runFlags([step('review')], [review('approve')])).toEqual([]);
    for (const other of [review('edit'), review('escalate'), review()])
      expect(runFlags([step('review')], [other])).toMatchObject([{ step: 'review', flag: 'handed-over' }]);
  });

  it('is nothing where values may not show', () => {
    const hidden = { ...step('check'), outputs: { verdict: { withheld: 'personal' as const } } };
    expect(runFlags([hidden], [])).toEqual([]);
  });
});
