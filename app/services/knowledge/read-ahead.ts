/**
 * The results of `work` for each item, in the order of the items, with up to `width` of them under way ahead of the
 * one that is waited for. When the reader stops early, no further work is begun and what runs is waited for.
 */
export async function* readAhead<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const running: Promise<R>[] = [];
  let next = 0;
  try {
    while (next < items.length || running.length > 0) {
      while (running.length < width && next < items.length) {
        const started = work(items[next] as T);
        started.catch(() => undefined);
        running.push(started);
        next += 1;
      }
      yield await (running.shift() as Promise<R>);
    }
  } finally {
    await Promise.allSettled(running);
  }
}
