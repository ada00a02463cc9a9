import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { openLedgerStore } from '../../app/adapters/sqlite/ledger-store.ts';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey, type Studio } from './studio-test.ts';

const ID = 'wf_support-assistant';

/** Two calls on the bill of the workflow, made an hour ago, and a budget for it. */
async function spend({ folder }: Studio): Promise<void> {
  const now = () => Date.now() - 3_600_000;
  const ledger = openLedgerStore({ file: join(folder, '.pipewright/ledger.db'), now });
  for (const [node, nanoUsd, estimated] of [
    ['draft', 1_200_000_000, false],
    ['check', 300_000_000, true],
  ] as const) {
    const usage = { inputTokens: 900, outputTokens: 100, estimated };
    const spending = { at: now(), kind: 'chat', profile: 'm', provider: 'anthropic', model: 'claude', tags: [] };
    const about = { ...spending, runId: 'run_1', workflowId: ID, node, step: node };
    const worst = { usage, nanoUsd, priceKnown: true, priceVersion: 'test' };
    const answer = await ledger.reserve({ spending: about, worst, limits: [] });
    if ('refused' in answer) throw new Error('refused');
    const cost = { nanoUsd, known: true, priceVersion: 'test' };
    await ledger.settle(answer.id, { accounts: { usage, cost }, end: 'answered' });
  }
  ledger.close();
  const file = join(folder, 'workflows/support-assistant.flow.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), budget: { workflow: 5 } }));
}

describe('costs', () => {
  journey('are summed up by what a person asks, with the budgets below', async ({ studio }) => {
    await spend(studio);
    const at = studioPage(await studio.open({ width: 1600, height: 1000 }));
    await at.ready();
    await at.dock('Costs').click();
    const table = at.page.getByRole('table', { name: 'Costs' });
    await expect(table.getByRole('row', { name: /^Support assistant 2 .*\$1\.50 \$0\.3000/ })).toBeVisible();
    await at.page.getByLabel('Sum up by').selectOption('Node');
    await expect(table.getByRole('row', { name: /^Support assistant → draft 1 / })).toBeVisible();
    await expect(table.getByRole('row', { name: /^Total 2 / })).toBeVisible();
    await at.page.getByLabel('Since').selectOption('Seven days ago');
    await expect(table.getByRole('row', { name: /^Total 2 / })).toBeVisible();
    await expect(at.page.getByText('$1.50 of $5.00')).toBeVisible();
    await expect(at.page.getByRole('meter', { name: `the workflow ${ID}` })).toBeVisible();
  });

  journey('say what would stand there while nothing was spent', async ({ studio }) => {
    const at = studioPage(await studio.open());
    await at.ready();
    await at.dock('Costs').click();
    await expect(at.page.getByText('Nothing was spent')).toBeVisible();
  });
});
