import { describe, expect, it } from 'vitest';
import { Feed } from './feed.ts';
import { gathered } from './gathered.ts';

async function* reading(feed: Feed<number>, log: string[] = []): AsyncGenerator<number, void> {
  try {
    for (let value = await feed.next(); value !== undefined; value = await feed.next()) yield value;
  } finally {
    log.push('left');
  }
}

/** Pauses that end when the test says so. */
function pauses() {
  const ends: (() => void)[] = [];
  return { pause: () => new Promise<void>((resolve) => ends.push(resolve)), end: () => ends.shift()?.() };
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

describe('what is gathered', () => {
  it('comes in one piece until the pause is over, in order, and none is lost between two pieces', async () => {
    const feed = new Feed<number>(10);
    const { pause, end } = pauses();
    const pieces = gathered(reading(feed), { pause, most: 100 });
    const first = pieces.next();
    for (const value of [1, 2, 3]) feed.push(value);
    await turn();
    end();
    expect((await first).value).toEqual([1, 2, 3]);
    feed.push(4);
    const second = pieces.next();
    await turn();
    feed.push(5);
    await turn();
    end();
    expect((await second).value).toEqual([4, 5]);
  });

  it('does not wait for the pause when a piece is full, and ends with what is left', async () => {
    const feed = new Feed<number>(10);
    for (const value of [1, 2, 3]) feed.push(value);
    feed.end();
    const all: number[][] = [];
    for await (const piece of gathered(reading(feed), { pause: () => new Promise(() => undefined), most: 2 }))
      all.push(piece);
    expect(all).toEqual([[1, 2], [3]]);
  });

  it('leaves its source when its reader leaves, and hands on what the source throws after what came before', async () => {
    const log: string[] = [];
    const feed = new Feed<number>(10);
    feed.push(1);
    feed.end();
    for await (const _ of gathered(reading(feed, log), { pause: turn, most: 2 })) break;
    expect(log).toEqual(['left']);
    const broken = async function* () {
      yield 1;
      throw new Error('gone');
    };
    const pieces = gathered(broken(), { pause: () => new Promise(() => undefined), most: 5 });
    expect((await pieces.next()).value).toEqual([1]);
    await expect(pieces.next()).rejects.toThrow('gone');
  });
});
