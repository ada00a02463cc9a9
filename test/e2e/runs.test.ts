import { readFileSync } from 'node:fs';
import { describe } from 'vitest';
import { programValues } from '../../app/services/run/program-values.ts';
import { runReadingPage } from './pages/run-reading-page.ts';
import { runsPage } from './pages/runs-page.ts';
import { settingsPage } from './pages/settings-page.ts';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey, type Studio } from './studio-test.ts';

const ID = 'wf_support-assistant';

/** Runs of the sample: some that end, one that waits for a person. */
async function someRuns({ host }: Studio): Promise<{ ended: string[]; waiting: string }> {
  const runs = await host.runs();
  const ended: string[] = [];
  let waiting = '';
  const questions = [
    ['Can a failed run be resumed?', 'first'],
    ['How do I export a trace?', 'south'],
    ['Can a failed run be resumed?', 'north'],
    ['What is the weather on the moon?', 'north'],
  ] as const;
  for (const [question, tag] of questions) {
    const started = await runs.start({
      workflow: 'support-assistant',
      ...programValues({ inputs: { question } }),
      tags: [tag],
    });
    const { status } = await started.result;
    if (status === 'waiting') waiting = started.runId;
    else ended.push(started.runId);
  }
  return { ended, waiting };
}

describe('runs', () => {
  journey(
    'are found by tag, state and text, chosen by keyboard, pinned, and removed with what that frees',
    async ({ studio }) => {
      const { ended, waiting } = await someRuns(studio);
      expect(waiting).not.toBe('');
      const page = await studio.open({ width: 1600, height: 1000 });
      const at = studioPage(page);
      const runs = runsPage(page);
      await at.ready();
      await at.dock('Runs').click();
      await expect(runs.count).toHaveText('4 runs');
      await runs.filters.getByRole('button', { name: 'More filters' }).click();
      await runs.filters.getByLabel('Tag').fill('north');
      await expect(runs.count).toHaveText('2 runs');
      await runs.filters.getByLabel('State').selectOption('Waiting');
      await expect(runs.rows).toHaveCount(1);
      await runs.filters.getByRole('button', { name: 'Clear' }).click();
      await expect(runs.rows).toHaveCount(4);
      await runs.filters.getByLabel('Search').fill('no such run');
      await expect(page.getByText('No run fits')).toBeVisible();
      await runs.filters.getByLabel('Search').fill(ended[0] ?? '');
      await expect(runs.rows).toHaveCount(1);
      await runs.filters.getByRole('button', { name: 'Clear' }).click();
      await runs.filters.getByLabel('Order').selectOption('Oldest first');
      // Until the other order has come, the rows stand as they were.
      await expect(runs.rows.first()).toContainText('first');
      await expect(runs.rows).toHaveCount(4);

      // By keyboard: choose the oldest and pin it.
      await runs.rows.first().getByRole('checkbox').focus();
      await page.keyboard.press('Space');
      await expect(runs.count).toHaveText('1 of 4 chosen');
      await runs.bar.getByRole('button', { name: 'Pin' }).focus();
      await page.keyboard.press('Enter');
      await expect(runs.rows.first().getByRole('img', { name: /^Pinned/ })).toBeVisible();

      const downloading = page.waitForEvent('download');
      await runs.bar.getByRole('button', { name: 'Export' }).click();
      const download = await downloading;
      expect(download.suggestedFilename()).toBe(`${ended[0]}.json`);
      expect(JSON.parse(readFileSync(await download.path(), 'utf8')).run.runId).toBe(ended[0]);

      await runs.bar.getByRole('checkbox', { name: 'Choose all that are loaded' }).check();
      await runs.bar.getByRole('button', { name: 'Delete …' }).click();
      const dialog = page.getByRole('dialog', { name: 'Delete runs' });
      await expect(dialog.getByText(/^2 runs go for good.*That frees \d/)).toBeVisible();
      await expect(dialog.getByText(/^1 run stays, for it is open/)).toBeVisible();
      await expect(dialog.getByText('1 run stays, for it is pinned.')).toBeVisible();
      await dialog.getByRole('button', { name: 'Delete 2 runs' }).click();
      await expect(dialog).toBeHidden();
      await expect(at.notice(/^2 runs are deleted, .* freed\.$/)).toBeVisible();
      await expect(runs.rows).toHaveCount(2);
      const left = (await studio.host.runs()).list({ workflowId: ID, sort: 'oldest' }).map(({ runId }) => runId);
      expect(left).toEqual([ended[0], waiting]);
    },
  );

  journey('are laid over each other when two are chosen', async ({ studio }) => {
    const { ended, waiting } = await someRuns(studio);
    const page = await studio.open({ width: 1600, height: 1000 });
    const at = runReadingPage(page);
    const runs = runsPage(page);
    await at.ready();
    await at.dock('Runs').click();
    await expect(runs.rows).toHaveCount(4);
    const compare = runs.bar.getByRole('button', { name: 'Compare', exact: true });
    // The newest waits for a person: there is no end of it to compare.
    await runs.rows.nth(0).getByRole('checkbox').check();
    await expect(compare).toBeHidden();
    await runs.rows.nth(1).getByRole('checkbox').check();
    expect((await studio.host.runs()).list({ limit: 1 })[0]?.runId).toBe(waiting);
    await expect(compare).toHaveAttribute('aria-disabled', 'true');
    await expect(compare).toHaveAttribute('title', /not ended/);
    await runs.rows.nth(0).getByRole('checkbox').uncheck();
    await runs.rows.nth(1).getByRole('checkbox').uncheck();
    // By keyboard, the earlier one last: it comes first all the same.
    for (const row of [2, 3]) {
      await runs.rows.nth(row).getByRole('checkbox').focus();
      await page.keyboard.press('Space');
    }
    await compare.focus();
    await page.keyboard.press('Enter');
    await expect(at.compared).toContainText('Two runs compared');
    await expect(at.difference.locator('del').filter({ hasText: 'failed' }).first()).toBeVisible();
    await expect(at.difference.locator('ins').filter({ hasText: 'export' }).first()).toBeVisible();
    expect(ended).toHaveLength(3);
  });

  journey('stay when their clean-up is stopped, and go with the next one', async ({ studio }) => {
    const { host } = studio;
    await someRuns(studio);
    await host.disk.keep({ payloadDays: 0, limits: { runs: 2 } });
    const clean = host.disk.clean.bind(host.disk);
    /** A clean-up of so many runs that somebody has time to stop it: it begins when it is stopped. */
    host.disk.clean = async (part, { onProgress, signal } = {}) => {
      onProgress?.({ done: 0, total: 2 });
      await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
      return clean(part, { signal });
    };
    const page = await studio.open();
    const settings = settingsPage(page);
    await studioPage(page).ready();
    await settings.open();
    await settings.tab('Runs and disk').click();
    const part = settings.storagePart('Runs');
    await part.getByRole('button', { name: 'Clean up now: Runs' }).click();
    await expect(part.getByText('0 of 2 …')).toBeVisible();
    await part.getByRole('button', { name: 'Stop cleaning: Runs' }).focus();
    await page.keyboard.press('Enter');
    await expect(part.getByText(/^Stopped\./)).toBeVisible();
    await expect(settings.storage).toContainText('4 runs.');
    expect((await host.runs()).count({})).toBe(4);
    host.disk.clean = clean;
    await part.getByRole('button', { name: 'Clean up now: Runs' }).click();
    await expect(part.getByText(/^2 removed, /)).toBeVisible();
    expect((await host.runs()).count({})).toBe(2);
  });

  journey('are kept by limits that a person sets, and cleaned up with what is freed', async ({ studio }) => {
    const { ended, waiting } = await someRuns(studio);
    const page = await studio.open();
    const settings = settingsPage(page);
    await studioPage(page).ready();
    await settings.open();
    await settings.tab('Runs and disk').click();
    await expect(settings.storage).toContainText('4 runs.');
    await settings.storage.getByLabel('The newest runs').fill('2');
    await expect(settings.storage.getByText(/^A clean-up would now remove 2 runs and free/)).toBeVisible();
    await settings.storage.getByRole('button', { name: 'Save limits' }).click();
    await expect(settings.storage.getByText('Saved.', { exact: true })).toBeVisible();
    await settings.storagePart('Runs').getByRole('button', { name: 'Clean up now: Runs' }).click();
    await expect(settings.storagePart('Runs').getByText(/^2 removed, .* freed\.$/)).toBeVisible();
    await expect(settings.storage).toContainText('2 runs.');
    await expect(settings.storage.getByText('A clean-up would now remove no run.')).toBeVisible();
    const left = (await studio.host.runs()).list({ sort: 'oldest' }).map(({ runId }) => runId);
    expect(left).toEqual([ended[2], waiting]);
    await settings.storagePart('Earlier versions of files').getByRole('button').click();
    await expect(settings.storagePart('Earlier versions of files').getByText(/removed, /)).toBeVisible();
  });
});
