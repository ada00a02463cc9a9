import { createBudgets } from '../../app/adapters/models/budget-stage.ts';
import { openLedgerStore } from '../../app/adapters/sqlite/ledger-store.ts';
import { clock } from '../../app/hosts/clock.ts';
import { attempt, call, hundredCalls } from '../kit/budget-trial.ts';

/**
 * A process with a ledger. `trials N SEED`: a hundred calls at once in each of N runs, and how much they were charged, as
 * JSON. `hold RUN NANO`: reserves so much, says so and never settles.
 */
const [, , file = '', what, ...given] = process.argv;
const ledger = openLedgerStore({ file, now: clock.now });
const budgets = createBudgets({ ledger: async () => ledger, budgets: () => ({ run: 1 }), clock });

if (what === 'hold') {
  const [run = '', nanoUsd = ''] = given;
  await budgets.reserve(attempt(Number(nanoUsd), call({ runId: run })));
  process.stdout.write('held\n');
  setInterval(() => undefined, 60_000);
} else {
  const [count = '', seed = ''] = given;
  const charged: number[] = [];
  for (let trial = 1; trial <= Number(count); trial += 1)
    charged.push((await hundredCalls(budgets, trial, Number(seed))).charged);
  process.stdout.write(JSON.stringify(charged));
  ledger.close();
}
