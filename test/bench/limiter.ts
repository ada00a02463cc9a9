import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { LimitedProvider } from '../kit/limited-provider.ts';
import type { LimiterTask } from './limiter-worker.ts';
import type { BenchOptions, BenchReport, Figure } from './report.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

const ANSWER_MS = 30;

interface Race {
  name: string;
  contestant: LimiterTask['contestant'];
  /** What the profile says, of a minute that lasts so long. */
  windowMs: number;
  requests: number;
  tokens: number;
  /** Windows in which the server counts, where they are no minutes. */
  serverWindowMs?: number;
  calls: number;
  /** Tokens of a call: in the middle, and how far from it at most. */
  mean: number;
  spread: number;
  concurrency: number;
  processes: number;
  retries: boolean;
}

/** An OpenAI-compatible server that refuses what is over its limits, counted over windows that slide. */
async function startServer(provider: LimitedProvider): Promise<{ baseUrl: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { seed } = JSON.parse(Buffer.concat(pieces).toString()) as { seed: number };
      if (!provider.arrive(seed)) {
        response.writeHead(429, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({ error: { message: 'Rate limit', type: 'requests', code: 'rate_limit_exceeded' } }),
        );
        return;
      }
      setTimeout(() => {
        const choices = [{ index: 0, message: { role: 'assistant', content: 'pong' }, finish_reason: 'stop' }];
        const usage = { prompt_tokens: seed - 40, completion_tokens: 40, total_tokens: seed };
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, usage }));
      }, ANSWER_MS);
    });
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** One process of the race. @returns codes of the errors that are no refusal of the server */
function startWorker(task: LimiterTask): Promise<string[]> {
  const child = fork(join(import.meta.dirname, 'limiter-worker.ts'), { serialization: 'advanced' });
  return new Promise((resolve, reject) => {
    let failures: string[] | undefined;
    child.on('message', (message: { failures: string[] }) => {
      failures = message.failures;
    });
    child.on('exit', (code) => (failures ? resolve(failures) : reject(new Error(`a worker ended with ${code}`))));
    child.send(task);
  });
}

async function run(race: Race): Promise<Figure[]> {
  return inTemporaryFolder(async (folder) => {
    const { windowMs, requests, tokens, serverWindowMs = windowMs, retries } = race;
    const share = serverWindowMs / windowMs;
    const provider = new LimitedProvider({
      counting: 'sliding',
      windowMs: serverWindowMs,
      requests: requests * share,
      tokens: tokens * share,
      now: Date.now,
    });
    const server = await startServer(provider);
    const sizes = Array.from({ length: race.calls }, (_, i) =>
      Math.round(race.mean + race.spread * Math.sin(i * 12.9898) * Math.cos(i * 78.233)),
    );
    const begun = performance.now();
    const failures = await Promise.all(
      Array.from({ length: race.processes }, (_, process) =>
        startWorker({
          contestant: race.contestant,
          file: join(folder, 'limits.db'),
          baseUrl: server.baseUrl,
          windowMs,
          requests,
          tokens,
          calls: sizes.filter((_size, i) => i % race.processes === process),
          concurrency: race.concurrency / race.processes,
          retries,
        }),
      ),
    );
    const seconds = (performance.now() - begun) / 1000;
    await server.close();
    const [failed] = failures.flat();
    if (failed !== undefined) throw new Error(`${race.name}: a call failed with ${failed}`);
    const judged = race.contestant === 'ours' && !retries;
    const figure = (name: string, value: number, unit: string, target: Figure['target'] | false): Figure => ({
      name: `${race.name}: ${name}`,
      value,
      unit,
      ...(target && { target }),
    });
    return [
      figure('refused', provider.refused.length, 'calls', judged && { atMost: 0, of: 'value' }),
      figure('limit used', provider.utilisation() * 100, '%', judged && { atLeast: 95, of: 'value' }),
      figure('served', provider.admitted.length, 'calls', retries && { atLeast: race.calls, of: 'value' }),
      figure('in all', seconds, 's', retries && { atMost: 90, of: 'value' }),
    ];
  });
}

async function report(races: readonly Race[], remarks: string[], { say }: BenchOptions): Promise<BenchReport> {
  const figures: Figure[] = [];
  for (const race of races) {
    say(`${race.name} …`);
    figures.push(...(await run(race)));
  }
  return { figures, remarks: ['', ...remarks] };
}

const minute = {
  requests: 60,
  tokens: 10_000,
  calls: 500,
  mean: 166,
  spread: 60,
  concurrency: 32,
  processes: 2,
  retries: false,
};
const counted =
  'The server counts sliding windows and refuses what is over; only the 1,000 clients repeat a refused call. “Limit used”: of the tighter limit.';

/** Two processes, 250 calls, 60 requests and 10,000 tokens a window of twenty seconds; 1,000 clients against 50 a second. */
export const limiter = (options: BenchOptions): Promise<BenchReport> =>
  report(
    [
      { name: 'ours, two processes', contestant: 'ours', windowMs: 20_000, ...minute, calls: 250 },
      { name: 'rate-limiter-flexible, two processes', contestant: 'library', windowMs: 20_000, ...minute, calls: 250 },
      {
        name: 'ours, 1,000 clients, 50 a second',
        contestant: 'ours',
        windowMs: 60_000,
        requests: 3000,
        tokens: 60_000_000,
        serverWindowMs: 1000,
        calls: 1000,
        mean: 50,
        spread: 5,
        concurrency: 1000,
        processes: 2,
        retries: true,
      },
    ],
    [`A minute lasts twenty seconds here (\`limiter-minute\`: sixty). ${counted}`],
    options,
  );

/** The same in real minutes: some eighteen of them. */
export const limiterMinute = (options: BenchOptions): Promise<BenchReport> =>
  report(
    [
      { name: 'ours, two processes', contestant: 'ours', windowMs: 60_000, ...minute },
      { name: 'rate-limiter-flexible, two processes', contestant: 'library', windowMs: 60_000, ...minute },
    ],
    [counted],
    options,
  );
