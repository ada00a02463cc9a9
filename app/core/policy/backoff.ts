/**
 * Wait before the next attempt, milliseconds: exponential with full jitter (uniform from 0 to the bound; AWS
 * Architecture Blog, “Exponential Backoff And Jitter”, 2015), never shorter than what the server asked for.
 * @param attempt the one that failed, from 1
 */
export function backoffMs(
  attempt: number,
  { baseMs, maxMs }: { baseMs: number; maxMs: number },
  random: () => number,
  askedMs?: number,
): number {
  const bound = Math.min(maxMs, baseMs * 2 ** (attempt - 1));
  const wait = Math.round(random() * bound);
  return askedMs !== undefined && askedMs > wait ? askedMs : wait;
}
