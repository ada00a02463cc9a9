/** Nano-dollars in a dollar: sums of whole ones stay exact. */
const NANO = 1e9;

/** Whole nano-dollars of an amount in dollars. */
export function nanoOf(usd: number): number {
  return Math.round(usd * NANO);
}

/** Nano-dollars for people: cents where there are dollars, more digits where there is less. */
export function shownUsd(nanoUsd: number): string {
  if (nanoUsd === 0) return '$0';
  const usd = nanoUsd / NANO;
  const digits = Math.abs(usd) >= 1 ? 2 : Math.abs(usd) >= 0.01 ? 4 : 6;
  return `${usd < 0 ? '-' : ''}$${Math.abs(usd).toFixed(digits)}`;
}
