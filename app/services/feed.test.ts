import { describe, expect, it } from 'vitest';
import { Feed } from './feed.ts';

describe('a feed', () => {
  it('gives what was pushed, in order, before and while somebody reads', async () => {
    const feed = new Feed<number>(10);
    feed.push(1);
    feed.push(2);
    expect([await feed.next(), await feed.next()]).toEqual([1, 2]);
    const waiting = feed.next();
    feed.push(3);
    expect(await waiting).toBe(3);
  });

  it('ends after what is waiting, and takes nothing more', async () => {
    const feed = new Feed<number>(10);
    feed.push(1);
    feed.end();
    feed.push(2);
    expect([await feed.next(), await feed.next(), await feed.next()]).toEqual([1, undefined, undefined]);
  });

  it('wakes its reader at the end and on abort', async () => {
    const feed = new Feed<number>(10);
    const stopping = new AbortController();
    const aborted = feed.next(stopping.signal);
    stopping.abort();
    expect(await aborted).toBeUndefined();
    const ended = feed.next();
    feed.end();
    expect(await ended).toBeUndefined();
  });

  it('drops the oldest for a slow reader', async () => {
    const feed = new Feed<number>(3);
    for (let n = 1; n <= 5; n += 1) feed.push(n);
    feed.end();
    expect([await feed.next(), await feed.next(), await feed.next(), await feed.next()]).toEqual([3, 4, 5, undefined]);
  });

  it('leaves no listener behind on a signal that outlives it', async () => {
    const feed = new Feed<number>(3);
    const listeners = new Set<unknown>();
    const { signal } = new AbortController();
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (type: string, listener: never, options: never) => {
      listeners.add(listener);
      addEventListener.call(signal, type, listener, options);
    };
    signal.removeEventListener = (type: string, listener: never) => {
      listeners.delete(listener);
      removeEventListener.call(signal, type, listener);
    };
    for (let n = 0; n < 5; n += 1) {
      const waiting = feed.next(signal);
      feed.push(n);
      expect(await waiting).toBe(n);
    }
    expect(listeners.size).toBe(0);
  });
});
