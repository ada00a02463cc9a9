/**
 * Values from a producer that never waits to one reader. When the reader is slow, the oldest values are dropped: a
 * reader that needs them all notices the gap and reads them where they are kept.
 */
export class Feed<T> {
  private waiting: T[] = [];
  private over = false;
  private wake: (() => void) | undefined;
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  push(value: T): void {
    if (this.over) return;
    if (this.waiting.length >= this.limit) this.waiting.shift();
    this.waiting.push(value);
    this.wake?.();
  }

  /** What is waiting can still be read. */
  end(): void {
    this.over = true;
    this.wake?.();
  }

  /** The next value; undefined when there will be none, and at once when `signal` aborts. */
  async next(signal?: AbortSignal): Promise<T | undefined> {
    while (this.waiting.length === 0 && !this.over && !signal?.aborted) await this.change(signal);
    return signal?.aborted ? undefined : this.waiting.shift();
  }

  private async change(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    this.wake = wake;
    signal?.addEventListener('abort', wake, { once: true });
    await promise;
    signal?.removeEventListener('abort', wake);
  }
}
