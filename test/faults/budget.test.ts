import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createBudgets } from '../../app/adapters/models/budget-stage.ts';
import { openLedgerStore } from '../../app/adapters/sqlite/ledger-store.ts';
import { isAppError } from '../../app/core/errors/app-error.ts';
import { clock } from '../../app/hosts/clock.ts';
import { attempt, call, paid } from '../kit/budget-trial.ts';

const worker = join(import.meta.dirname, 'budget-worker.ts');
let folder: string;
let children: ChildProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-budgets-'));
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
const file = () => join(folder, 'ledger.db');

function start(...args: string[]): {
  child: ChildProcess;
  said: (until: string) => Promise<void>;
  end: Promise<string>;
} {
  const child = spawn(process.execPath, [worker, file(), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  return {
    child,
    said: (until) => expect.poll(() => text, { timeout: 60_000, interval: 10 }).toContain(until),
    end: new Promise((resolve) => child.on('close', () => resolve(text))),
  };
}

it('lets two processes spend no more than one dollar a run together', async () => {
  const trials = 25;
  const both = [start('trials', String(trials), '1'), start('trials', String(trials), '2')];
  const [one = [], two = []] = (await Promise.all(both.map(({ end }) => end))).map(
    (text) => JSON.parse(text) as number[],
  );
  const together = one.map((nanoUsd, trial) => nanoUsd + (two[trial] ?? 0));
  expect(together).toHaveLength(trials);
  for (const nanoUsd of together) expect(nanoUsd).toBeLessThanOrEqual(1e9);
  // The budget is what stops most of them, and both have had a share.
  expect(together.filter((nanoUsd) => nanoUsd > 0.9e9).length).toBeGreaterThan(trials / 4);
  expect([Math.max(...one) > 0, Math.max(...two) > 0]).toEqual([true, true]);
  const ledger = openLedgerStore({ file: file(), now: clock.now });
  const sums = 'SELECT key, spent, reserved FROM sums';
  const found = ledger.database.statement<{ key: string; spent: number; reserved: number }>(sums).all();
  ledger.close();
  for (const { key, spent, reserved } of found)
    expect([key, spent, reserved]).toEqual([key, together[Number(key.split('_')[1]) - 1], 0]);
});

it('counts what a killed process had reserved, as soon as somebody wants to spend', async () => {
  const holder = start('hold', 'run_1', '900000000');
  await holder.said('held');
  const ledger = openLedgerStore({ file: file(), now: clock.now });
  const budgets = createBudgets({ ledger: async () => ledger, budgets: () => ({ run: 1 }), clock });
  const mine = call({ runId: 'run_1' });
  const waiting = budgets.reserve(attempt(200_000_000, mine));
  waiting.catch(() => undefined);
  // As long as it lives, it may give back what it does not need.
  expect(await Promise.race([waiting, clock.sleep(300).then(() => 'waits')])).toBe('waits');
  holder.child.kill('SIGKILL');
  const error = await waiting.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isAppError(error)) throw new Error(`no AppError: ${String(error)}`);
  expect([error.code, error.data?.['spentNanoUsd']]).toEqual(['budget.exceeded', 900_000_000]);
  await (await budgets.reserve(attempt(100_000_000, mine))).settle(paid(100_000_000), 'answered');
  ledger.close();
});
