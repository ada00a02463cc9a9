const MINUTE_MS = 60_000;

/** The minute that a time (epoch milliseconds) lies in. */
export const minuteOf = (at: number): number => Math.floor(at / MINUTE_MS);

/** The minutes that more than one of these times lies in: told without seconds, they could not be told apart. */
export function sharedMinutes(times: readonly number[]): ReadonlySet<number> {
  const seen = new Set<number>();
  const shared = new Set<number>();
  for (const minute of times.map(minuteOf)) {
    if (seen.has(minute)) shared.add(minute);
    seen.add(minute);
  }
  return shared;
}
