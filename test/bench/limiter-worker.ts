import Database from 'better-sqlite3';
import { RateLimiterQueue, RateLimiterSQLite } from 'rate-limiter-flexible';
import { openLimitStore } from '../../app/adapters/limits/limit-store.ts';
import { AccountLimiter } from '../../app/adapters/limits/limiter.ts';
import type { Limiter } from '../../app/adapters/models/call-stages.ts';
import { createModelGateway } from '../../app/adapters/models/gateway.ts';
import { isAppError } from '../../app/core/errors/app-error.ts';
import { Profile } from '../../app/core/workspace/workspace-config.ts';
import { clock } from '../../app/hosts/clock.ts';
import { newId } from '../../app/hosts/new-id.ts';

/** What one of the processes of the bench is to do. */
export interface LimiterTask {
  contestant: 'ours' | 'library';
  file: string;
  baseUrl: string;
  windowMs: number;
  requests: number;
  tokens: number;
  /** Tokens of each call; the server counts as many. */
  calls: number[];
  concurrency: number;
  /** Whether a refused call is made again, as profiles do unless they say otherwise. */
  retries: boolean;
}

function ours({ file, windowMs }: LimiterTask): Limiter {
  const process = { own: String(globalThis.process.pid), isGone: () => false };
  return new AccountLimiter({ store: openLimitStore(file), clock, newId: () => newId('call'), process, windowMs });
}

/** `rate-limiter-flexible` on a SQLite file: a queue for requests, then one for tokens, which are told to it exactly. */
async function library({ file, windowMs, requests, tokens }: LimiterTask): Promise<Limiter> {
  const storeClient = new Database(file, { timeout: 5000 });
  storeClient.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL');
  const queue = (tableName: string, points: number) =>
    new Promise<RateLimiterQueue>((resolve, reject) => {
      const options = { storeClient, storeType: 'better-sqlite3', tableName, points, duration: windowMs / 1000 };
      const limiter: RateLimiterSQLite = new RateLimiterSQLite(options, (error?: Error) =>
        error ? reject(error) : queueMicrotask(() => resolve(new RateLimiterQueue(limiter))),
      );
    });
  const [byRequests, byTokens] = [await queue('requests', requests), await queue('tokens', tokens)];
  return {
    async admit({ call }) {
      const since = clock.now();
      await byRequests.removeTokens(1);
      await byTokens.removeTokens(Number((call.request as { seed?: number }).seed));
      return { waitedMs: clock.now() - since, heard: () => undefined, end: () => undefined };
    },
  };
}

async function work(task: LimiterTask): Promise<void> {
  const limiter = task.contestant === 'ours' ? ours(task) : await library(task);
  const profile = Profile.parse({
    use: 'chat',
    provider: 'openai-compatible',
    model: 'm',
    baseUrl: task.baseUrl,
    limits: { requestsPerMinute: task.requests, tokensPerMinute: task.tokens },
    queueMs: 3_600_000,
    ...(!task.retries && { retry: { attempts: 1 } }),
    breaker: false,
  });
  const gateway = createModelGateway({
    profiles: { m: profile },
    secrets: () => undefined,
    clock: { ...clock, elapsed: () => performance.now() },
    stages: { limiter },
  });
  const calls = [...task.calls];
  const failures: string[] = [];
  const worker = async () => {
    for (let tokens = calls.shift(); tokens !== undefined; tokens = calls.shift()) {
      const messages = [{ role: 'user' as const, content: 'ping '.repeat(tokens - 40) }];
      await gateway.generate({ profile: 'm', messages, seed: tokens, maxTokens: 400 }).catch((thrown: unknown) => {
        const code = isAppError(thrown) ? thrown.code : String(thrown);
        if (code !== 'provider.rate_limit_requests') failures.push(code);
      });
    }
  };
  await Promise.all(Array.from({ length: task.concurrency }, worker));
  process.send?.({ failures });
}

process.once('message', (task: LimiterTask) => {
  void work(task).then(() => process.disconnect());
});
