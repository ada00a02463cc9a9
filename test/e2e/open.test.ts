import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe } from 'vitest';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey } from './studio-test.ts';

/** What the first screen may load of scripts, compressed. */
const MOST_BYTES = 500_000;
/** Each file costs a request: what the first screen shows comes in few, all named in the page. */
const MOST_FILES = 8;

describe('opening the studio', () => {
  journey('loads little: what the first screen does not need comes when it is used', async ({ studio }) => {
    const page = await studio.open();
    await expect(page.locator('.react-flow__node').first()).toBeVisible();
    const scripts = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map(({ name }) => name)
        .filter((name) => name.endsWith('.js')),
    );
    expect(scripts.length).toBeGreaterThan(1);
    expect(scripts.length).toBeLessThan(MOST_FILES);
    const folder = join(import.meta.dirname, '../../dist/studio');
    const sizes = scripts.map((name) => gzipSync(readFileSync(join(folder, new URL(name).pathname))).length);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(MOST_BYTES);
  });

  journey('has the list of commands ready before it is asked for', async ({ studio }) => {
    const page = await studio.open();
    const isFetched = () =>
      page.evaluate(() =>
        performance.getEntriesByType('resource').some(({ name }) => name.includes('commands-dialog')),
      );
    await expect.poll(isFetched).toBe(true);
    await page.context().setOffline(true);
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog', { name: 'What to do?' }).getByRole('combobox')).toBeFocused();
  });

  journey('goes on where a part cannot be loaded, and says what to do', async ({ studio, openBrowser }) => {
    // A page of its own: what is asserted of the others is that they write no error.
    const context = await (await openBrowser()).newContext();
    await context.addInitScript(() => {
      window.localStorage['pipewright.view'] ??= '{"toured":true}';
    });
    const page = await context.newPage();
    let isRefused = true;
    await page.route(/why-panel|settings-dialog/, (route) => (isRefused ? route.abort() : route.continue()));
    await page.goto(studio.server.newLink());
    const at = studioPage(page);
    await at.ready();
    await at.dock('Why').click();
    const report = page.getByRole('alert').filter({ hasText: 'This part of the page could not be shown.' });
    await expect(report).toBeVisible();
    // All else is there, and the next panel is none of it.
    await expect(at.nodes.first()).toBeVisible();
    await at.dock('Runs').click();
    await expect(report).toHaveCount(0);
    await page.keyboard.press('Control+,');
    const dialog = page.getByRole('dialog', { name: 'Not shown' });
    await expect(dialog).toContainText('what you have not saved is kept');
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await at.dock('Why').click();
    await expect(report).toBeVisible();
    isRefused = false;
    await report.getByRole('button', { name: 'Load the page again' }).click();
    await at.ready();
    await expect(page.getByText('No run to explain')).toBeVisible();
    await context.close();
  });

  journey('shows the workspace after a link, and again after a reload', async ({ studio }) => {
    const page = await studio.open();
    await expect(page.getByRole('heading', { level: 1, name: 'Support assistant' })).toBeVisible();
    expect(page.url()).toBe(studio.server.url);
    await page.reload();
    await expect(page.getByRole('heading', { level: 1, name: 'Support assistant' })).toBeVisible();
  });
});
