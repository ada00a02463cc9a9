import { describe, expect, it } from 'vitest';
import { type DescribedStep, differenceText, linkReason } from './describe-link.ts';
import type { LinkKind } from './failure-chain.ts';

const step = (outputs: { [port: string]: unknown } = {}, more: Partial<DescribedStep> = {}): DescribedStep => ({
  calls: [],
  retries: [],
  outputs: Object.fromEntries(Object.entries(outputs).map(([port, value]) => [port, { value: value as never }])),
  ...more,
});
const reason = (kind: LinkKind, one: DescribedStep, about = {}) => linkReason({ kind, fed: [] }, one, about);
const finding = (message: string) => ({ rule: 'r', severity: 'error', message });

describe('what a link of a failure chain was to the value', () => {
  it('is told by what its log says', () => {
    const error = { code: 'provider.auth', class: 'auth', message: 'The key was refused.' } as never;
    expect(reason('error', step({}, { error }))).toBe('Failed with provider.auth: The key was refused.');
    expect(reason('skipped', step({}, { skipped: { reason: 'silent', ports: ['a', 'b'] } }))).toBe(
      'Did not run: nothing came in at a and b.',
    );
    expect(
      reason('decision', step(), { decision: { action: 'reject', by: 'Ada', comment: 'No.', values: {}, at: 0 } }),
    ).toBe('Ada chose “reject”: No.');
    expect(reason('decision', step())).toBe('Waits for a person.');
    const verdict = (passed: boolean, ...findings: object[]) =>
      step({ verdict: { passed, findings, repairs: 0, reasks: 0 } });
    expect(reason('verdict', verdict(false, finding('No source.'), finding('Too long.')))).toBe(
      'Refused it for 2 reasons, first: No source.',
    );
    expect(reason('verdict', verdict(true))).toBe('Passed every check.');
    expect(reason('prompt', step(), { prompts: ['prompts/a.md@12'] })).toBe('Made the prompt from prompts/a.md@12.');
    expect(
      linkReason({ kind: 'choice', fed: [{ step: 'x', port: 'default', to: 'q', delivered: true }] }, step()),
    ).toBe('Sent the value on by default.');
    const calls = [
      {
        kind: 'model.generate',
        model: 'm',
        provider: 'p',
        course: { tries: [{}, {}], fallback: { name: 'spare', because: 'x' } },
      },
    ] as unknown as DescribedStep['calls'];
    const answer = { text: 'x', citations: [{ marker: '1' }], abstained: false };
    expect(reason('model', step({ answer }, { calls }))).toBe(
      'm (p) answered after 2 tries as a fallback (spare), citing 1 place.',
    );
    const cached = { run: 'run_1', step: 'a', key: 'k', at: 0 };
    expect(reason('model', step({ answer: { ...answer, abstained: true } }, { cached }))).toBe(
      'The model found no answer in its sources. Taken over from run run_1.',
    );
  });

  it('counts chunks by what the step noted, and says less where it noted nothing', () => {
    const chunk = { id: 'a', file: 'a.md' };
    const noted = (retrieval: object) => step({}, { detail: { retrieval } as never });
    expect(
      reason(
        'chunks',
        noted({
          role: 'search',
          collection: 'docs',
          method: 'hybrid',
          candidates: 22,
          chunks: [{ ...chunk, dropped: 'below-k' }],
          untold: 1,
        }),
      ),
    ).toBe('Found 20 chunks in docs (hybrid).');
    expect(
      reason('chunks', noted({ role: 'rank', method: 'mmr', candidates: 9, chunks: [{ ...chunk, after: 1 }] })),
    ).toBe('Kept 1 of 9 chunks (mmr).');
    expect(
      reason(
        'chunks',
        noted({ role: 'pack', candidates: 2, tokens: 90, budget: 100, chunks: [{ ...chunk, after: 1 }] }),
      ),
    ).toBe('Packed 1 of 2 chunks, 90 of 100 tokens.');
    expect(reason('chunks', step({ chunks: [1, 2] }))).toBe('Handed on 2 chunks.');
    expect(reason('chunks', step())).toBe('Handed on chunks.');
  });

  it('and what differs is told in words', () => {
    expect(differenceText({ what: 'state', names: ['succeeded', 'failed (a.b)'] })).toBe(
      'ended otherwise: failed (a.b) here, succeeded there',
    );
    expect(differenceText({ what: 'inputs', names: ['a', 'b', 'c'] })).toBe('got another value from a, b and c');
    expect(differenceText({ what: 'source', names: ['collection docs'] })).toBe(
      'collection docs was in another version',
    );
  });
});
