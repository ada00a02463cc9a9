const MINUTE_MS = 60_000;
const usual = { share: 0.2, atLeast: 10 };

/**
 * Bounds the extra calls that retries make: a provider in trouble is not asked many times over by everybody. Counts the
 * tries of the last minute for each account in this process.
 */
export class RetryBudget {
  private readonly tries = new Map<string, { at: number; retry: boolean }[]>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  count(account: string, retry: boolean): void {
    const list = this.recent(account);
    list.push({ at: this.now(), retry });
    this.tries.set(account, list);
  }

  /** Whether one more retry is within the budget. */
  allows(account: string, { share, atLeast } = usual): boolean {
    const list = this.recent(account);
    const retries = list.filter(({ retry }) => retry).length;
    return retries < Math.max(atLeast, share * (list.length - retries));
  }

  private recent(account: string): { at: number; retry: boolean }[] {
    const list = this.tries.get(account) ?? [];
    const from = this.now() - MINUTE_MS;
    let old = 0;
    while (old < list.length && (list[old]?.at ?? 0) <= from) old += 1;
    if (old > 0) list.splice(0, old);
    return list;
  }
}
