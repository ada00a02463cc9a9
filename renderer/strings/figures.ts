import { shownLanguage, t } from './text.ts';

/** Milliseconds for people. */
export function shownTime(ms: number): string {
  if (ms < 1000) return t('figure.ms', { n: Math.round(ms) });
  if (ms < 60_000) return t('figure.s', { n: decimal(ms / 1000, 1) });
  const minutes = Math.floor(ms / 60_000);
  return t('figure.min', { n: minutes, s: Math.round((ms % 60_000) / 1000) });
}

/** Integer nano-dollars for people; calls without a known price make it a lower bound. Nothing where nothing is known. */
export function shownCost({ nanoUsd, unpriced }: { nanoUsd: number; unpriced: number }): string | undefined {
  if (nanoUsd === 0) return unpriced > 0 ? t('figure.unpriced') : undefined;
  const usd = nanoUsd / 1e9;
  return `${unpriced > 0 ? '≥ ' : ''}$${decimal(usd, usd >= 1 ? 2 : usd >= 0.01 ? 4 : 6)}`;
}

interface Tokens {
  inputTokens: number;
  outputTokens: number;
}

/** Tokens read and written; nothing where there were none. */
export function shownTokens(spent: Tokens): string | undefined {
  const n = shownTokenCount(spent);
  return n === undefined ? undefined : t('figure.tokens', { n });
}

/** The same where a heading says already what is counted. */
export function shownTokenCount({ inputTokens, outputTokens }: Tokens): string | undefined {
  const count = inputTokens + outputTokens;
  return count === 0 ? undefined : new Intl.NumberFormat(shownLanguage(), { notation: 'compact' }).format(count);
}

/** A count with its thousands set apart. */
export const shownNumber = (value: number): string => decimal(value, 0);

/** Day and time; the year where it is another one than now. */
export function shownDate(at: number): string {
  return dated(at, { hour: 'numeric', minute: '2-digit' });
}

/** A day of UTC; the year where it is another one than now. */
export function shownDay(at: number): string {
  return dated(at, { timeZone: 'UTC' });
}

/** A whole number for people. */
export function shownCount(count: number): string {
  return new Intl.NumberFormat(shownLanguage()).format(count);
}

/** US dollars as a price has them: as many digits as it needs. */
export function shownUsd(usd: number): string {
  return `$${new Intl.NumberFormat(shownLanguage(), { maximumFractionDigits: 6 }).format(usd)}`;
}

/** Bytes for people. */
export function shownBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  let value = bytes;
  let at = 0;
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000;
    at += 1;
  }
  const unit = units[at] ?? 'byte';
  return new Intl.NumberFormat(shownLanguage(), {
    style: 'unit',
    unit,
    // The short form of “byte” has no plural.
    unitDisplay: unit === 'byte' ? 'long' : 'short',
    maximumFractionDigits: value < 10 && at > 0 ? 1 : 0,
  }).format(value);
}

/** With seconds, for what may follow one upon the other. */
export function shownMoment(at: number): string {
  return dated(at, { hour: 'numeric', minute: '2-digit', second: '2-digit' });
}

/** Day of the week, day, year, and time to the second. */
export function shownExactly(at: number): string {
  return new Intl.DateTimeFormat(shownLanguage(), { dateStyle: 'full', timeStyle: 'medium' }).format(at);
}

function dated(at: number, time: Intl.DateTimeFormatOptions): string {
  const isThisYear = new Date(at).getFullYear() === new Date().getFullYear();
  const day: Intl.DateTimeFormatOptions = { month: 'short', day: 'numeric' };
  if (!isThisYear) day.year = 'numeric';
  return new Intl.DateTimeFormat(shownLanguage(), { ...day, ...time }).format(at);
}

function decimal(value: number, digits: number): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(shownLanguage(), options).format(value);
}
