import { shownCost } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';

/** What asking costs: the prompt alone, and with the longest answer. */
export function costOf(prompt: number | null, most: number | null): string {
  if (prompt === null || most === null) return t('figure.unpriced');
  const shown = (nanoUsd: number) => shownCost({ nanoUsd, unpriced: 0 }) ?? '$0';
  return t('prompts.cost', { prompt: shown(prompt), most: shown(most) });
}
