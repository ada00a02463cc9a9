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

/** Tokens read and written; nothing where there were none. */
export function shownTokens(spent: { inputTokens: number; outputTokens: number }): string | undefined {
  const count = spent.inputTokens + spent.outputTokens;
  if (count === 0) return undefined;
  return t('figure.tokens', { n: new Intl.NumberFormat(shownLanguage(), { notation: 'compact' }).format(count) });
}

export function shownDate(at: number): string {
  return new Intl.DateTimeFormat(shownLanguage(), { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}

function decimal(value: number, digits: number): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(shownLanguage(), options).format(value);
}
