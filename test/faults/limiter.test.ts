import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LimitedProvider } from '../kit/limited-provider.ts';
import type { LimiterPause, LimiterWork } from './limiter-worker.ts';

const CALLS = 500;
const PROCESSES = 2;
const limits = { requestsPerMinute: 60, tokensPerMinute: 10_000 };

let scratch: string;
let processes: ChildProcess[];
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'pipewright-limiter-'));
  processes = [];
});
afterEach(() => {
  for (const one of processes) one.kill('SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
});

/** Starts a process; what it gives tells it to go on, and resolves when it has nothing more to do at that time. */
function startProcess(): (message: { begin: LimiterWork } | { pass: number }) => Promise<LimiterPause> {
  const child = fork(join(import.meta.dirname, 'limiter-worker.ts'));
  processes.push(child);
  let answer: { resolve(pause: LimiterPause): void; reject(error: Error): void } | undefined;
  child.on('message', (pause: LimiterPause) => answer?.resolve(pause));
  child.on('exit', (code) => answer?.reject(new Error(`a process ended with ${code}`)));
  return (message) =>
    new Promise((resolve, reject) => {
      answer = { resolve, reject };
      child.send(message);
    });
}

/** Calls between 50 and 282 tokens, 166 on average, so that both limits are met. */
const workOf = (place: number): LimiterWork => ({
  file: join(scratch, 'limits.db'),
  limits,
  concurrency: 16,
  calls: Array.from({ length: CALLS / PROCESSES }, (_, i) => {
    const turn = (i * PROCESSES + place) * 0.618_034;
    const share = turn - Math.floor(turn);
    return { tokens: Math.round(50 + share * 232), wayMs: 5 + share * 300, answerMs: (1 - share) * 1500 };
  }),
});

/**
 * Two processes with a connection, a queue and memory of their own on one file. Minutes pass for both at once, and only
 * where neither has anything to do: so eight of them take seconds, and a busy machine makes nothing late.
 */
it('keeps two processes on one workspace to 60 requests and 10,000 tokens a minute together, none refused, 95 % used', async () => {
  const tell = Array.from({ length: PROCESSES }, startProcess);
  const arrived: LimiterPause['arrived'] = [];
  let pauses = await Promise.all(tell.map((one, place) => one({ begin: workOf(place) })));
  for (;;) {
    arrived.push(...pauses.flatMap((pause) => pause.arrived));
    const due = pauses.flatMap(({ next }) => next ?? []);
    if (due.length === 0) break;
    const pass = Math.min(...due);
    pauses = await Promise.all(tell.map((one) => one({ pass })));
  }

  let now = 0;
  const { requestsPerMinute: requests, tokensPerMinute: tokens } = limits;
  const provider = new LimitedProvider({ counting: 'sliding', windowMs: 60_000, requests, tokens, now: () => now });
  for (const call of arrived) {
    now = call.at;
    provider.arrive(call.tokens);
  }
  expect(provider.refused).toEqual([]);
  expect(provider.admitted).toHaveLength(CALLS);
  expect(provider.utilisation()).toBeGreaterThanOrEqual(0.95);
}, 120_000);
