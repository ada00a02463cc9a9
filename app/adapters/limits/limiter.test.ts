import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Counting, LimitedProvider } from '../../../test/kit/limited-provider.ts';
import { limiterAbout } from '../../../test/kit/limiter-about.ts';
import { type VirtualClock, virtualClock } from '../../../test/kit/virtual-clock.ts';
import { AppError, isAppError } from '../../core/errors/app-error.ts';
import { openLimitStore } from './limit-store.ts';
import { AccountLimiter } from './limiter.ts';

const MINUTE = 60_000;
let folder: string;
let clock: VirtualClock;
let limiters: AccountLimiter[];
const gone = new Set<string>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-limits-'));
  clock = virtualClock();
  limiters = [];
  gone.clear();
});
afterEach(() => {
  for (const limiter of limiters) limiter.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A limiter as another process of the workspace has it: with a connection and a queue of its own. */
function limiter(own = `process ${limiters.length}`): AccountLimiter {
  let ids = 0;
  const made = new AccountLimiter({
    store: openLimitStore(join(folder, 'limits.db')),
    clock,
    newId: () => {
      ids += 1;
      return `${own}/${ids}`;
    },
    process: { own, isGone: (name) => gone.has(name) },
  });
  limiters.push(made);
  return made;
}

/** Numbers in [0, 1) that a seed decides. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface World {
  counting: Counting;
  requests: number;
  tokens: number;
  calls: number;
  perProcess: number;
  /** Tokens of each call: mean, and how far from it at most. */
  mean: number;
  spread: number;
  /** Longest way to the provider and longest answer, milliseconds. */
  wayMs: number;
  answerMs: number;
  learns?: boolean;
  seed: number;
}

/** Calls of two processes on a provider that keeps to its limits. */
async function play(world: World): Promise<LimitedProvider> {
  const random = randomOf(world.seed);
  const { requests, tokens, calls, mean, spread } = world;
  const provider = new LimitedProvider({
    counting: world.counting,
    windowMs: MINUTE,
    requests,
    tokens,
    now: clock.now,
  });
  let made = 0;
  let over = 0;
  const worker = async (own: AccountLimiter) => {
    while (made < calls) {
      made += 1;
      const used = Math.round(mean + (random() * 2 - 1) * spread);
      const output = Math.min(40, used - 1);
      const about = limiterAbout({
        ...(!world.learns && { limits: { requestsPerMinute: requests, tokensPerMinute: tokens } }),
        worst: { input: Math.ceil((used - output) * 1.5), output: 4096 },
        queueMs: 3_600_000,
      });
      const admission = await own.admit(about);
      await clock.sleep(5 + random() * world.wayMs);
      const fits = provider.arrive(used);
      const headers = provider.headers();
      await clock.sleep(random() * world.answerMs);
      if (world.learns) admission.heard(headers);
      const usage = { inputTokens: used - output, outputTokens: output, estimated: false };
      const error = new AppError('provider.rate_limit_requests', { message: 'Too many.' });
      admission.end(fits ? { accounts: { usage } } : { error });
    }
    over += 1;
  };
  const workers = [limiter(), limiter()].flatMap((own) => Array.from({ length: world.perProcess }, () => worker(own)));
  const all = Promise.all(workers);
  while (over < workers.length) await clock.pass(MINUTE);
  await all;
  return provider;
}

describe('AccountLimiter', () => {
  const usual = { requests: 60, tokens: 10_000, calls: 500, perProcess: 16, wayMs: 300, answerMs: 1500, seed: 1 };

  it.each(['sliding', 'fixed', 'bucket'] as const)(
    'sends 500 calls of two processes to 60 requests and 10,000 tokens a minute (%s) without one refused, at least 95 percent used',
    async (counting) => {
      for (const about of [
        { mean: 100, spread: 50 },
        { mean: 166, spread: 10 },
        { mean: 400, spread: 20 },
      ]) {
        const provider = await play({ ...usual, ...about, counting });
        expect(provider.refused).toEqual([]);
        expect(provider.admitted).toHaveLength(500);
        expect(provider.utilisation()).toBeGreaterThanOrEqual(0.95);
        expect(provider.utilisation()).toBeLessThanOrEqual(1.15);
        await restart();
      }
    },
  );

  async function restart(): Promise<void> {
    for (const one of limiters.splice(0)) one.close();
    rmSync(join(folder, 'limits.db'), { force: true });
    await clock.pass(2 * MINUTE);
  }

  it('keeps to limits whatever they are', async () => {
    await fc.assert(
      fc
        .asyncProperty(
          fc.record({
            counting: fc.constantFrom<Counting>('sliding', 'fixed', 'bucket'),
            requests: fc.integer({ min: 2, max: 2000 }),
            calls: fc.integer({ min: 5, max: 60 }),
            perProcess: fc.integer({ min: 1, max: 12 }),
            wayMs: fc.integer({ min: 0, max: 300 }),
            answerMs: fc.integer({ min: 0, max: 5000 }),
            seed: fc.integer(),
          }),
          async (about) => {
            const provider = await play({ ...about, tokens: 10_000_000, mean: 100, spread: 50 });
            expect(provider.refused).toEqual([]);
            expect(provider.admitted).toHaveLength(about.calls);
          },
        )
        .afterEach(restart),
      { numRuns: 15 },
    );
  });

  it('sends requests apart, for providers that hold a limit of a minute by the second', async () => {
    const own = [limiter(), limiter()];
    const sent: number[] = [];
    const calls = Array.from({ length: 12 }, async (_, i) => {
      const admission = await (own[i % 2] as AccountLimiter).admit(
        limiterAbout({ limits: { requestsPerMinute: 120 } }),
      );
      sent.push(clock.now());
      admission.end({});
    });
    await clock.pass(MINUTE);
    await Promise.all(calls);
    const gaps = sent.slice(1).map((at, i) => at - (sent[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(520);
  });

  it('learns limits from the answers, and what others use of them', async () => {
    const own = limiter();
    const provider = new LimitedProvider({
      counting: 'sliding',
      windowMs: MINUTE,
      requests: 60,
      tokens: 10_000,
      now: clock.now,
    });
    // Somebody else has used most of the minute.
    for (let i = 0; i < 55; i += 1) provider.arrive(10);
    const first = await own.admit(limiterAbout({}));
    provider.arrive(10);
    first.heard(provider.headers());
    first.end({});
    const begun = clock.now();
    const sent: number[] = [];
    const calls = Array.from({ length: 10 }, async () => {
      const admission = await own.admit(limiterAbout({ queueMs: 120_000 }));
      sent.push(clock.now() - begun);
      expect(provider.arrive(10)).toBe(true);
      admission.heard(provider.headers());
      admission.end({});
    });
    await clock.pass(2 * MINUTE);
    await Promise.all(calls);
    expect(provider.refused).toEqual([]);
    // Four were left of the minute; the others had to wait until it was over.
    expect(sent.filter((at) => at < MINUTE)).toHaveLength(4);
    expect(own.status('account', limiterAbout({}).profile)?.limits).toEqual({ requests: 60, tokens: 10_000 });
  });

  it('learns nothing where the profile says so', async () => {
    const own = limiter();
    const about = limiterAbout({ limits: { learn: false } });
    const admission = await own.admit(about);
    admission.heard({ 'x-ratelimit-limit-requests': '1', 'x-ratelimit-remaining-requests': '0' });
    admission.end({});
    expect((await own.admit(about)).waitedMs).toBe(0);
  });

  it('holds all calls back for as long as the provider asks, a minute at most', async () => {
    const [one, other] = [limiter(), limiter()];
    const admission = await one.admit(limiterAbout({}));
    const refused = (retryAfterMs: number) =>
      new AppError('provider.rate_limit_requests', { message: 'Too many.', data: { retryAfterMs } });
    admission.end({ error: refused(20_000) });
    const waiting = other.admit(limiterAbout({}));
    await clock.pass(21_000);
    const later = await waiting;
    expect(later.waitedMs).toBe(20_000);
    later.end({ error: refused(86_400_000) });
    const last = one.admit(limiterAbout({ queueMs: 70_000 }));
    await clock.pass(61_000);
    expect((await last).waitedMs).toBe(MINUTE);
  });

  it('lets no more calls be under way at once than the limit, in all processes, first come, first served', async () => {
    const own = [limiter(), limiter()];
    let most = 0;
    let under = 0;
    const order: number[] = [];
    const calls = Array.from({ length: 40 }, async (_, i) => {
      const admission = await (own[i % 2] as AccountLimiter).admit(limiterAbout({ limits: { inFlight: 3 } }));
      order.push(i);
      under += 1;
      most = Math.max(most, under);
      await clock.sleep(1000);
      under -= 1;
      admission.end({});
    });
    await clock.pass(MINUTE);
    await Promise.all(calls);
    expect(most).toBe(3);
    for (const parity of [0, 1]) {
      const ours = order.filter((i) => i % 2 === parity);
      expect(ours).toEqual(ours.toSorted((a, b) => a - b));
    }
  });

  it('gives the place of a cancelled wait to the next', async () => {
    const own = limiter();
    const limits = { requestsPerMinute: 60 };
    await own.admit(limiterAbout({ limits }));
    const cancelling = new AbortController();
    const cancelled = own.admit(limiterAbout({ limits, options: { signal: cancelling.signal } }));
    const next = own.admit(limiterAbout({ limits }));
    const failed = expect(cancelled).rejects.toThrow('enough');
    cancelling.abort(new Error('enough'));
    await failed;
    await clock.pass(1100);
    expect((await next).waitedMs).toBeLessThanOrEqual(1021);
  });

  it('gives up after the longest wait, and says what it waited for', async () => {
    const own = limiter();
    const limits = { inFlight: 1 };
    const held = await own.admit(limiterAbout({ limits }));
    const late = own.admit(limiterAbout({ limits, queueMs: 2000 })).catch((thrown: unknown) => thrown);
    await clock.pass(2200);
    const error = await late;
    expect(isAppError(error) && [error.code, error.class, error.data?.['because']]).toEqual([
      'provider.queue_timeout',
      'rate_limit.queue',
      'in-flight',
    ]);
    held.end({});
    expect((await own.admit(limiterAbout({ limits }))).waitedMs).toBe(0);
  });

  it('frees the places of a process that died, and those of calls that can no longer be under way', async () => {
    const limits = { inFlight: 1 };
    await limiter('killed').admit(limiterAbout({ limits }));
    const own = limiter();
    const waiting = own.admit(limiterAbout({ limits }));
    await clock.pass(1000);
    gone.add('killed');
    await clock.pass(1000);
    expect((await waiting).waitedMs).toBeGreaterThanOrEqual(1000);
    // It is never ended: a lease of the longest time of a call with some seconds more.
    const last = limiter().admit(limiterAbout({ limits, queueMs: 120_000 }));
    await clock.pass(66_000);
    expect((await last).waitedMs).toBeGreaterThan(60_000);
  });

  it('books what calls really use instead of what they might', async () => {
    const own = limiter();
    const about = limiterAbout({ limits: { tokensPerMinute: 10_000 }, worst: { input: 100, output: 4096 } });
    for (let i = 0; i < 20; i += 1) {
      const admission = await own.admit(about);
      expect(admission.waitedMs).toBe(0);
      admission.end({ accounts: { usage: { inputTokens: 60, outputTokens: 140, estimated: false } } });
    }
    // 4,000 are used. Booked in full, the second of these would not fit.
    const both = await Promise.all([own.admit(about), own.admit(about)]);
    expect(both.map(({ waitedMs }) => waitedMs)).toEqual([0, 0]);
  });

  it('sends a call that is larger than the limit when nothing else is counted', async () => {
    const own = limiter();
    const limits = { tokensPerMinute: 1000 };
    await own.admit(limiterAbout({ limits, worst: { input: 10, output: 10 } }));
    const large = own.admit(limiterAbout({ limits, worst: { input: 90_000, output: 10 }, queueMs: 120_000 }));
    await clock.pass(2 * MINUTE);
    expect((await large).waitedMs).toBeGreaterThanOrEqual(MINUTE);
  });

  it('makes a damaged file anew, and outlives a clock that is set back', async () => {
    writeFileSync(join(folder, 'limits.db'), 'not a database, but longer than a header of one would have to be');
    const own = limiter();
    const limits = { requestsPerMinute: 60 };
    expect((await own.admit(limiterAbout({ limits }))).waitedMs).toBe(0);
    clock.jump(-86_400_000);
    expect((await own.admit(limiterAbout({ limits }))).waitedMs).toBe(0);
  });

  it('writes nothing where nothing is limited', async () => {
    const own = limiter();
    const admission = await own.admit(limiterAbout({}));
    admission.heard({ 'content-type': 'application/json' });
    admission.end({});
    expect(own.status('account', limiterAbout({}).profile)).toBeUndefined();
    expect((await import('node:fs')).readdirSync(folder)).toEqual([]);
  });
});
