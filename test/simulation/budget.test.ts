import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createBudgets } from '../../app/adapters/models/budget-stage.ts';
import { openLedgerStore } from '../../app/adapters/sqlite/ledger-store.ts';
import { clock } from '../../app/hosts/clock.ts';
import { hundredCalls } from '../kit/budget-trial.ts';

it('spends at most a dollar with a hundred calls at once, in a thousand trials', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-budget-'));
  const ledger = openLedgerStore({ file: join(folder, 'ledger.db'), now: clock.now });
  try {
    const budgets = createBudgets({ ledger: async () => ledger, budgets: () => ({ run: 1 }), clock });
    const charges: number[] = [];
    for (let trial = 1; trial <= 1000; trial += 1) charges.push((await hundredCalls(budgets, trial)).charged);
    expect(Math.max(...charges)).toBeLessThanOrEqual(1e9);
    // The budget is what stops most of them.
    expect(charges.filter((nanoUsd) => nanoUsd > 0.9e9).length).toBeGreaterThan(300);
    const sums = ledger.database.raw.prepare('SELECT max(spent) AS spent, max(reserved) AS reserved FROM sums').get();
    expect(sums).toEqual({ spent: Math.max(...charges), reserved: 0 });
  } finally {
    ledger.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
