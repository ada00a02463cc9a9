import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { openLedgerStore } from '../../app/adapters/sqlite/ledger-store.ts';
import { programValues } from '../../app/services/run/program-values.ts';
import { chromiumPath } from './chromium.ts';
import { keysPage } from './pages/keys-page.ts';
import { runReadingPage } from './pages/run-reading-page.ts';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { openai, profileOf, withProvider } from './provider-test.ts';
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

/** Asks a model whose answers are kept, in a workspace where one tag may spend nothing. */
const paid = withProvider((provider) => ({
  profiles: { writer: { ...profileOf(provider, 'writer-1'), cache: { ttlMs: 3_600_000 } } },
  budgets: { tags: { poor: 0 } },
})).skipIf(chromiumPath === undefined);

function writeAsk({ folder }: Studio): void {
  const value = (node: string, port = 'value') => ({ node, port });
  const node = (id: string, type: string, config: object) => ({ id, type, version: 1, config });
  const workflow = {
    ...{ format: 1, id: 'wf_ask', name: 'Ask' },
    inputs: { question: { type: 'text' } },
    outputs: { out: { type: 'any' } },
    nodes: [
      node('in', 'input', { name: 'question' }),
      node('prompt', 'prompt', { messages: [{ role: 'user', template: '{{ question }}' }], variables: ['question'] }),
      node('write', 'model', { profile: 'writer', temperature: 0, citations: 'none' }),
      node('out', 'output', { name: 'out' }),
    ],
    edges: [
      { id: 'a', from: value('in'), to: value('prompt', 'question') },
      { id: 'b', from: value('prompt', 'messages'), to: value('write', 'messages') },
      { id: 'c', from: value('write', 'text'), to: value('out') },
    ],
  };
  writeFileSync(join(folder, 'workflows/ask.flow.json'), JSON.stringify(workflow));
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
    // By day it is drawn too: the bar that is pointed at tells its day and what it cost.
    await at.page.getByLabel('Sum up by').selectOption('Day (UTC)');
    const chart = at.page.getByRole('img', { name: 'Cost of each day' });
    await chart.hover();
    await expect(at.page.getByText(/^\w+ \d+: \$1\.50$/)).toBeVisible();
    await expect(table.getByRole('row', { name: /^\d{4}-\d\d-\d\d 2 .*\$1\.50/ })).toBeVisible();
    await at.page.getByLabel('Since').selectOption('Seven days ago');
    await expect(table.getByRole('row', { name: /^Total 2 / })).toBeVisible();
    await expect(at.page.getByText('$1.50 of $5.00')).toBeVisible();
    await expect(at.page.getByRole('meter', { name: `the workflow “Support assistant” (${ID})` })).toBeVisible();
  });

  journey('say what would stand there while nothing was spent', async ({ studio }) => {
    const at = studioPage(await studio.open());
    await at.ready();
    await at.dock('Costs').click();
    await expect(at.page.getByText('Nothing was spent')).toBeVisible();
  });

  paid(
    'say what budgets stopped, what kept answers saved and what many users would cost, by keyboard',
    async ({ studio, provider }) => {
      writeAsk(studio);
      provider.script(openai.answer({ pieces: ['so'], model: 'writer-1', usage: { input: 100, output: 50 } }));
      const runs = await studio.host.runs();
      for (const [question, ...tags] of [['one'], ['one'], ['two'], ['three', 'poor']] as const)
        await (await runs.start({ workflow: 'ask', ...programValues({ inputs: { question } }), tags })).result;
      expect(provider.requests).toHaveLength(2);
      const at = keysPage(await studio.open({ width: 1280, height: 800, theme: 'dark' }));
      const { page } = at;
      const trace = runReadingPage(page);
      await at.ready();
      await at.choose('Ask', '#Ask');
      await at.show('Costs');
      await at.tabTo(page.getByLabel('Sum up by'));
      await page.keyboard.type('mo');
      const table = page.getByRole('table', { name: 'Costs' });
      await expect(table.getByRole('row', { name: /writer-1 2 300 \$0\.000400/ })).toBeVisible();
      const saved = page.getByRole('region', { name: 'Saved by kept answers' });
      await expect(saved).toContainText('1 call was answered from the cache; asking again would have cost $0.000200.');

      const users = page.getByRole('region', { name: 'For so many users' });
      await at.tabTo(users.getByLabel('Users a day'));
      await page.keyboard.press('Control+a');
      await page.keyboard.type('1000');
      await at.tabTo(users.getByLabel('Runs of each a day'));
      await page.keyboard.press('Control+a');
      await page.keyboard.type('10');
      await expect(users.getByRole('status')).toContainText(/^About \$1\.33 a day/);
      await expect(users.getByRole('status')).toContainText('By 3 recorded runs');

      // From what was stopped to the step that asked for more than there was.
      await at.walkTo('canvas');
      await at.walkTo('dock');
      const stopped = page.getByRole('region', { name: 'Stopped by budgets' });
      await expect(stopped).toContainText('The budget of the tag poor is $0');
      await at.tabTo(stopped.getByRole('button', { name: /^Ask · / }));
      await page.keyboard.press('Enter');
      await expect(trace.row(/Model/).locator('[data-state="failed"]').first()).toBeVisible();
    },
  );
});
