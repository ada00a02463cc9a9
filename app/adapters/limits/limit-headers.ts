import type { Dimension } from './account-state.ts';

/** What an answer says of one limit. */
export interface LimitHint {
  /** Of a minute. */
  limit: number;
  remaining?: number;
  /** Until it is whole again, milliseconds. */
  resetMs?: number;
}
export type LimitHints = { [dimension in Dimension]?: LimitHint };

const MINUTE_MS = 60_000;
/** A limit that takes longer to be whole again is not one of a minute: some tell that of a day by the same name. */
const LONGEST_RESET_MS = 66_000;

/** Names of three headers by dimension: OpenAI and who is compatible, Anthropic, Mistral. */
const families: { [dimension in Dimension]: readonly (readonly [limit: string, remaining: string, reset: string])[] } =
  {
    requests: [openai('requests'), anthropic('requests'), mistral('req')],
    tokens: [openai('tokens'), anthropic('tokens'), mistral('tokens')],
    input: [anthropic('input-tokens')],
    output: [anthropic('output-tokens')],
  };

function openai(name: string): readonly [string, string, string] {
  return [`x-ratelimit-limit-${name}`, `x-ratelimit-remaining-${name}`, `x-ratelimit-reset-${name}`];
}
function anthropic(name: string): readonly [string, string, string] {
  const start = `anthropic-ratelimit-${name}`;
  return [`${start}-limit`, `${start}-remaining`, `${start}-reset`];
}
function mistral(name: string): readonly [string, string, string] {
  return [
    `x-ratelimit-limit-${name}-minute`,
    `x-ratelimit-remaining-${name}-minute`,
    `x-ratelimit-reset-${name}-minute`,
  ];
}

/**
 * The limits of a minute that the headers of an answer tell; undefined: none.
 * @param now epoch milliseconds
 */
export function readLimitHeaders(headers: { [name: string]: string }, now: number): LimitHints | undefined {
  const hints: LimitHints = {};
  for (const [dimension, family] of Object.entries(families) as [Dimension, (typeof families)[Dimension]][]) {
    for (const [limitName, remainingName, resetName] of family) {
      const limit = count(headers[limitName]);
      if (limit === undefined || limit === 0) continue;
      const remaining = count(headers[remainingName]);
      const resetMs = waitMs(headers[resetName], now);
      if (resetMs !== undefined && resetMs > LONGEST_RESET_MS) continue;
      hints[dimension] = {
        limit,
        ...(remaining !== undefined && { remaining: Math.min(remaining, limit) }),
        ...(resetMs !== undefined && { resetMs }),
      };
    }
  }
  return Object.keys(hints).length === 0 ? undefined : hints;
}

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d{1,12}\s*$/.test(text) ? Number(text) : undefined;
}

/** `1m30.5s`, `20ms`, `12` (seconds), `1790000000` (a time in seconds), or a date. */
function waitMs(text: string | undefined, now: number): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) {
    const seconds = Number(text);
    return seconds * 1000 > now / 2 ? Math.max(0, seconds * 1000 - now) : seconds * 1000;
  }
  const parts = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/.exec(text);
  if (parts) {
    const [days = 0, hours = 0, minutes = 0, seconds = 0, ms = 0] = parts.slice(1).map((part) => Number(part ?? 0));
    return ((days * 24 + hours) * 60 + minutes) * MINUTE_MS + seconds * 1000 + ms;
  }
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
