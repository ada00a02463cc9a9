import { openLimitStore } from '../../app/adapters/limits/limit-store.ts';
import { AccountLimiter } from '../../app/adapters/limits/limiter.ts';
import { limiterAbout } from '../kit/limiter-about.ts';
import { virtualClock } from '../kit/virtual-clock.ts';

/** What one of the processes is to do. */
export interface LimiterWork {
  file: string;
  limits: { requestsPerMinute: number; tokensPerMinute: number };
  /** Of each call: its tokens, its way to the provider and the time of its answer, milliseconds. */
  calls: { tokens: number; wayMs: number; answerMs: number }[];
  concurrency: number;
}

/** What it says when it has nothing to do until time goes on. */
export interface LimiterPause {
  /** Calls that have reached the provider since it was last told to go on. */
  arrived: { at: number; tokens: number }[];
  /** Milliseconds until it has something to do again; absent where all is done. */
  next?: number;
}

const clock = virtualClock();
let arrived: LimiterPause['arrived'] = [];

function begin({ file, limits, calls, concurrency }: LimiterWork): void {
  let made = 0;
  const own = String(process.pid);
  const limiter = new AccountLimiter({
    store: openLimitStore(file),
    clock,
    newId: () => `${own}/${made}`,
    process: { own, isGone: () => false },
  });
  const worker = async () => {
    for (let call = calls[made++]; call !== undefined; call = calls[made++]) {
      const { tokens, wayMs, answerMs } = call;
      const worst = { input: Math.ceil(tokens * 1.5), output: 4096 };
      const admission = await limiter.admit(limiterAbout({ limits, worst, queueMs: 3_600_000 }));
      await clock.sleep(wayMs);
      arrived.push({ at: clock.now(), tokens });
      await clock.sleep(answerMs);
      admission.end({ accounts: { usage: { inputTokens: tokens - 1, outputTokens: 1, estimated: false } } });
    }
  };
  const over = Promise.all(Array.from({ length: concurrency }, worker));
  over.then(
    () => limiter.close(),
    (thrown: unknown) => {
      throw thrown;
    },
  );
}

process.on('message', async (message: { begin: LimiterWork } | { pass: number }) => {
  if ('begin' in message) begin(message.begin);
  await clock.pass('pass' in message ? message.pass : 0);
  const next = clock.next();
  process.send?.({ arrived, ...(next !== undefined && { next }) } satisfies LimiterPause);
  arrived = [];
});
