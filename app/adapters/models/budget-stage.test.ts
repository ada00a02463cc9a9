import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attempt, call, hundredCalls, paid } from '../../../test/kit/budget-trial.ts';
import type { WorkspaceBudgets } from '../../core/budget/budget.ts';
import type { CallAbout } from '../../core/capabilities/capabilities.ts';
import { isAppError } from '../../core/errors/app-error.ts';
import { clock } from '../../hosts/clock.ts';
import { type LedgerStore, openLedgerStore } from '../sqlite/ledger-store.ts';
import { createBudgets } from './budget-stage.ts';
import type { Budgets } from './call-stages.ts';

let folder: string;
let ledger: LedgerStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-budget-'));
  ledger = openLedgerStore({ file: join(folder, 'ledger.db'), now: Date.now });
});
afterEach(() => {
  ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

const stage = (budgets: WorkspaceBudgets): Budgets =>
  createBudgets({ ledger: async () => ledger, budgets: () => budgets, clock });
async function failure(work: Promise<unknown>) {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!isAppError(thrown)) throw new Error(`no AppError: ${String(thrown)}`);
  return thrown;
}

describe('createBudgets', () => {
  it('never spends more than a dollar with a hundred calls at once, whatever they cost and however they end', async () => {
    const budgets = stage({ run: 1 });
    // What is tried here is the reckoning, a hundred thousand times; the disk would only be waited for.
    await (await budgets.reserve(attempt(1))).settle(undefined, 'failed');
    ledger.database.raw.pragma('synchronous = OFF');
    let most = 0;
    let full = 0;
    for (let trial = 1; trial <= 100; trial += 1) {
      const { charged, refused, asked } = await hundredCalls(budgets, trial);
      expect(charged).toBeLessThanOrEqual(1e9);
      expect(refused + asked).toBe(100);
      most = Math.max(most, charged);
      if (refused > 10) full += 1;
    }
    // The dollar is what stops them, and nearly all of it is used.
    expect(full).toBeGreaterThan(30);
    expect(most).toBeGreaterThan(0.99e9);
    const over = 'SELECT count(*) AS n FROM sums WHERE spent > 1000000000 OR reserved <> 0';
    expect(ledger.database.raw.prepare(over).get()).toEqual({ n: 0 });
  });

  it('lets a call wait for what others may give back, and no longer than it must', async () => {
    const budgets = stage({ run: 1e-6 });
    const first = await budgets.reserve(attempt(800));
    const second = budgets.reserve(attempt(700));
    const third = budgets.reserve(attempt(200));
    // There is room for the third while the second waits.
    await (await third).settle(paid(50), 'answered');
    expect(await Promise.race([second, sleep(20, 'waits')])).toBe('waits');
    await first.settle(paid(250), 'answered');
    await (await second).settle(paid(700), 'answered');
    const error = await failure(budgets.reserve(attempt(1)));
    expect(error.toWire()).toMatchObject({
      code: 'budget.exceeded',
      class: 'budget.hard',
      message:
        'The budget of one run is $0.000001. $0.000001 of it is spent. This call may cost up to $0.000000, so it was not made.',
      remedy: expect.stringContaining('Raise budgets.run in pipewright.json'),
      data: { scope: 'run', limitNanoUsd: 1000, spentNanoUsd: 1000, reservedNanoUsd: 0, callNanoUsd: 1 },
    });
  });

  it('stops waiting when the call is cancelled, and the next in line goes on', async () => {
    const budgets = stage({ run: 1e-6 });
    const first = await budgets.reserve(attempt(1000));
    const stop = new AbortController();
    const second = budgets.reserve(attempt(600, call({}, stop.signal)));
    const third = budgets.reserve(attempt(500));
    await sleep(5);
    const reason = new Error('stop');
    stop.abort(reason);
    expect(await second.catch((error: unknown) => error)).toBe(reason);
    await first.settle(undefined, 'failed');
    await (await third).settle(undefined, 'failed');
  });

  it('sees what another process gives back', async () => {
    const other = createBudgets({ ledger: async () => ledger, budgets: () => ({ day: 1e-6 }), clock });
    const there = await other.reserve(attempt(900));
    const here = stage({ day: 1e-6 }).reserve(attempt(200));
    expect(await Promise.race([here, sleep(20, 'waits')])).toBe('waits');
    await there.settle(paid(10), 'answered');
    await (await here).settle(undefined, 'failed');
  });

  it('holds a call with all its tries to the budget of one call', async () => {
    const budgets = stage({ call: 1e-6 });
    const mine = call();
    await (await budgets.reserve(attempt(700, mine))).settle(paid(400), 'failed');
    const error = await failure(budgets.reserve(attempt(601, mine)));
    expect(error.data).toMatchObject({ scope: 'call', spentNanoUsd: 400 });
    await (await budgets.reserve(attempt(600, mine))).settle(paid(1), 'answered');
    // Another call has its own.
    await (await budgets.reserve(attempt(1000))).settle(undefined, 'failed');
  });

  it('takes what the workflow and the node say as well', async () => {
    const budgets = stage({});
    const tight = (by: Partial<CallAbout>) => failure(budgets.reserve(attempt(10, call(by))));
    expect((await tight({ budget: { run: 1e-9 } })).remedy).toContain('budget.run of the workflow');
    expect((await tight({ policy: { budget: { node: 1e-9 } } })).remedy).toContain('policy.budget.node of the node');
  });

  it('refuses what has no known price as soon as a budget holds, unless it is let through', async () => {
    const unknown = (budgets: WorkspaceBudgets) => stage(budgets).reserve(attempt(0, call(), false));
    const error = await failure(unknown({ run: 5 }));
    expect(error.toWire()).toMatchObject({
      code: 'budget.price_unknown',
      message: 'The price of m is not known, so nothing can hold its calls to the budget of one run.',
      remedy: expect.stringContaining('`prices`'),
    });
    await (await unknown({})).settle(undefined, 'failed');
    await (await unknown({ run: 5, unknownPrices: 'allow' })).settle(undefined, 'failed');
  });

  it('bounds the answer by what was reckoned with, only where a limit holds', async () => {
    expect((await stage({ run: 5 }).reserve(attempt(10))).maxTokens).toBe(100);
    expect((await stage({}).reserve(attempt(10))).maxTokens).toBeUndefined();
  });
});
