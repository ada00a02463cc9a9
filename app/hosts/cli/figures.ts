import { shownUsd } from '../../core/budget/money.ts';

/** Milliseconds for people. */
export function shownTime(ms: number): string {
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${Math.min(ms / 1000, 59.9).toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

/** How long ago, for people. */
export function shownAge(ms: number): string {
  return ms < 60_000 ? 'just now' : `${shownTime(ms).replace(/ \d+ s$/, '')} ago`;
}

/** Integer nano-dollars for people; `unpriced` calls make it a lower bound. */
export function shownCost(nanoUsd: number, unpriced = 0): string {
  if (nanoUsd === 0 && unpriced > 0) return 'unknown';
  return `${unpriced > 0 ? '≥ ' : ''}${shownUsd(nanoUsd)}`;
}

/** Tokens read and written. */
export function shownTokens({ inputTokens, outputTokens }: { inputTokens: number; outputTokens: number }): string {
  return inputTokens + outputTokens === 0 ? '' : `${inputTokens}→${outputTokens}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const two = (n: number) => String(n).padStart(2, '0');

/** Local date and time to the second, `2026-11-23 04:10:07`: of what may happen several times a minute. */
export function shownMoment(at: number): string {
  return `${shownDate(at)}:${two(new Date(at).getSeconds())}`;
}

/** Local date and time to the minute, `2026-11-23 04:10`. */
export function shownDate(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Bytes for people. */
export function shownSize(bytes: number): string {
  if (bytes < 1024) return plural(bytes, 'byte');
  return bytes < 1_048_576 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
}
