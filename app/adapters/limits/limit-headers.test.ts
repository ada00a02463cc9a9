import { describe, expect, it } from 'vitest';
import { readLimitHeaders } from './limit-headers.ts';

const now = Date.UTC(2027, 0, 1);

describe('readLimitHeaders', () => {
  it('reads those of OpenAI and who is compatible', () => {
    const hints = readLimitHeaders(
      {
        'x-ratelimit-limit-requests': '500',
        'x-ratelimit-remaining-requests': '499',
        'x-ratelimit-reset-requests': '120ms',
        'x-ratelimit-limit-tokens': '30000',
        'x-ratelimit-remaining-tokens': '29960',
        'x-ratelimit-reset-tokens': '1.08s',
      },
      now,
    );
    expect(hints).toEqual({
      requests: { limit: 500, remaining: 499, resetMs: 120 },
      tokens: { limit: 30_000, remaining: 29_960, resetMs: 1080 },
    });
  });

  it('reads those of Anthropic, with dates', () => {
    const reset = new Date(now + 12_000).toISOString();
    expect(
      readLimitHeaders(
        {
          'anthropic-ratelimit-requests-limit': '50',
          'anthropic-ratelimit-requests-remaining': '0',
          'anthropic-ratelimit-requests-reset': reset,
          'anthropic-ratelimit-input-tokens-limit': '40000',
          'anthropic-ratelimit-output-tokens-limit': '8000',
        },
        now,
      ),
    ).toEqual({
      requests: { limit: 50, remaining: 0, resetMs: 12_000 },
      input: { limit: 40_000 },
      output: { limit: 8000 },
    });
  });

  it('reads those of Mistral', () => {
    expect(
      readLimitHeaders({ 'x-ratelimit-limit-req-minute': '60', 'x-ratelimit-remaining-req-minute': '7' }, now),
    ).toEqual({ requests: { limit: 60, remaining: 7 } });
  });

  it.each([
    ['6m0s', 360_000],
    ['1h2m3s', 3_723_000],
    ['1d', 86_400_000],
    ['120', 120_000],
    [String(now / 1000 + 90), 90_000],
    [new Date(now + 3_600_000).toISOString(), 3_600_000],
  ])('takes a limit that is whole again in %s for no limit of a minute', (reset, ms) => {
    expect(ms).toBeGreaterThan(66_000);
    expect(readLimitHeaders({ 'x-ratelimit-limit-requests': '200', 'x-ratelimit-reset-requests': reset }, now)).toBe(
      undefined,
    );
  });

  it.each(['', '0', '-1', '1e9', 'many', '1'.repeat(30)])('makes nothing of a limit of “%s”', (limit) => {
    expect(readLimitHeaders({ 'x-ratelimit-limit-requests': limit }, now)).toBe(undefined);
  });

  it('ignores a reset that it cannot read', () => {
    expect(readLimitHeaders({ 'x-ratelimit-limit-requests': '9', 'x-ratelimit-reset-requests': 'soon' }, now)).toEqual({
      requests: { limit: 9 },
    });
  });
});
