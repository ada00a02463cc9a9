import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AppError } from '../../core/errors/app-error.ts';
import { ModelProfile } from '../../core/workspace/workspace-config.ts';
import { Breakers } from '../models/breakers.ts';
import { type OpenHealthBoard, openHealthBoard } from './health-board.ts';

const START = Date.UTC(2027, 0, 1);
const folder = mkdtempSync(join(tmpdir(), 'pipewright-health-'));
const profile = ModelProfile.parse({
  ...{ use: 'chat', provider: 'openai-compatible', model: 'm', baseUrl: 'http://127.0.0.1:9' },
  breaker: { failures: 3, openMs: 10_000 },
});
const about = { account: 'one', name: 'main', profile };
const boards: OpenHealthBoard[] = [];
let count = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(() => {
  count += 1;
  vi.useFakeTimers({ toFake: ['Date'], now: START });
});
afterEach(() => {
  vi.useRealTimers();
  for (const board of boards.splice(0)) board.close();
});

/** Breakers of another process of the workspace. */
function another(): Breakers {
  const board = openHealthBoard(join(folder, `limits-${count}.db`));
  boards.push(board);
  return new Breakers(() => Date.now(), board);
}
const fails = (breakers: Breakers) =>
  breakers
    .pass(about, () => Promise.reject(new AppError('provider.http_503', { message: 'down' })))
    .catch((error: AppError) => error.code);
const works = (breakers: Breakers) => breakers.pass(about, async () => 'fine').catch((error: AppError) => error.code);

it('a breaker that opened in one process is open in the next one, until its time is over', async () => {
  expect(another().statusOf('one')).toBeUndefined();
  const first = another();
  for (let i = 0; i < 3; i += 1) await fails(first);
  const next = another();
  expect(next.statusOf('one')).toEqual({
    profile: 'main',
    provider: 'openai-compatible',
    model: 'm',
    state: 'open',
    since: START,
    because: 'http.503',
    againAt: START + 10_000,
    lastError: { code: 'provider.http_503', class: 'http.503', at: START },
  });
  expect(await works(next)).toBe('provider.circuit_open');
  vi.setSystemTime(START + 10_001);
  expect(await works(next)).toBe('fine');
  expect(another().statusOf('one')).toMatchObject({ state: 'closed', since: START + 10_001 });
});

it('failures of short processes add up, a success takes them back, and old ones are forgotten', async () => {
  for (let i = 0; i < 3; i += 1) await fails(another());
  expect(await works(another())).toBe('provider.circuit_open');
  vi.setSystemTime(START + 20_000);
  expect(await works(another())).toBe('fine');
  await fails(another());
  await fails(another());
  expect(await works(another())).toBe('fine');
  await fails(another());
  expect(await works(another())).toBe('fine');
  await fails(another());
  await fails(another());
  vi.setSystemTime(START + 200_000);
  await fails(another());
  expect(await works(another())).toBe('fine');
});

it('a breaker that opens in one process is open within a second in another one that works', async () => {
  const [one, other] = [another(), another()];
  expect([await works(one), await works(other)]).toEqual(['fine', 'fine']);
  vi.setSystemTime(START + 5000);
  for (let i = 0; i < 3; i += 1) await fails(one);
  vi.setSystemTime(START + 6001);
  expect(await works(other)).toBe('provider.circuit_open');
  vi.setSystemTime(START + 15_001);
  expect(await works(other)).toBe('fine');
  expect(other.stateOf('one')).toBe('closed');
  vi.setSystemTime(START + 16_500);
  expect(await works(one)).toBe('fine');
});

it('a damaged file is as if nobody had told anything', async () => {
  writeFileSync(join(folder, `limits-${count}.db`), 'this is no database, and long enough to be looked at as one');
  const breakers = another();
  expect(breakers.statusOf('one')).toBeUndefined();
  expect(await fails(breakers)).toBe('provider.http_503');
  expect(await works(breakers)).toBe('fine');
});
