import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { keysPage } from './pages/keys-page.ts';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey } from './studio-test.ts';

describe('the knowledge panel', () => {
  journey(
    'brings a collection up to date, names the file that cannot be read, and finds what is new',
    async ({ studio }) => {
      writeFileSync(
        join(studio.folder, 'documents/product/zeppelin.md'),
        `# Zeppelins\n\nA zeppelin may be moored for nine nights.\n\n${'A mooring is paid for in advance. '.repeat(90)}\n`,
      );
      writeFileSync(join(studio.folder, 'documents/product/empty.md'), '');
      const at = studioPage(await studio.open({ width: 1600, height: 1000 }));
      await at.ready();
      await at.dock('Knowledge').click();
      const docs = at.page.getByRole('list', { name: 'Collections' }).getByRole('listitem').first();
      await docs.getByRole('button', { name: 'Ingest docs' }).click();
      await expect(docs.getByText(/^1 added, 0 updated/)).toBeVisible();
      await expect(docs.getByRole('list', { name: 'Files that could not be read' })).toContainText('empty.md');

      // The chunks of a document over its text, and what two of them share.
      const file = at.page.getByRole('list', { name: 'Documents' }).getByRole('button', { name: /zeppelin\.md/ });
      await expect(file).toContainText(/[2-9] chunks/);
      await file.click();
      const text = at.page.getByRole('dialog').locator('pre');
      await expect(text.locator('[data-tint="shared"]').first()).toContainText('moored for nine nights');
      await at.page.keyboard.press('Escape');

      const search = at.page.getByRole('region', { name: 'Search in docs' });
      await search.getByLabel('Question').fill('How long may a zeppelin be moored?');
      await at.page.keyboard.press('Enter');
      for (const mode of ['Vector', 'Text', 'Hybrid']) {
        const best = search.getByRole('region', { name: mode }).getByRole('listitem').first();
        await expect(best).toContainText('documents/product/zeppelin.md');
      }
      const byWords = search.getByRole('region', { name: 'Text' });
      await byWords.getByRole('button').first().click();
      await expect(at.page.getByRole('dialog').locator('mark')).toContainText('moored for nine nights');
      await at.page.keyboard.press('Escape');

      // A filter that leaves the file out.
      await search.getByRole('button', { name: 'More filters' }).click();
      await search.getByLabel('Metadata field').fill('kind');
      await search.getByLabel('Its value').fill('ticket');
      await at.page.keyboard.press('Enter');
      await expect(search.getByText('Nothing was found.')).toHaveCount(3);
    },
  );

  journey('is used without a pointer: ingested, a document opened, searched', async ({ studio }) => {
    const text = '# Airships\n\nAn airship is moored at a mast.\n';
    writeFileSync(join(studio.folder, 'documents/product/airship.md'), text);
    const at = keysPage(await studio.open({ width: 1280, height: 800, theme: 'dark' }));
    const { page } = at;
    await at.ready();
    await at.show('Knowledge');
    await at.tabTo(at.action('Ingest docs'));
    await page.keyboard.press('Enter');
    await expect(page.getByText(/^1 added, 0 updated/)).toBeVisible();
    const search = page.getByRole('region', { name: 'Search in docs' });
    await at.tabTo(search.getByLabel('Question'));
    await page.keyboard.insertText('Where is an airship moored?');
    await page.keyboard.press('Enter');
    const best = search.getByRole('region', { name: 'Hybrid' }).getByRole('listitem').first();
    await expect(best).toContainText('documents/product/airship.md');
    await at.tabTo(best.getByRole('button').first());
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog').locator('mark')).toContainText('moored at a mast');
    await at.close();
    await page.reload();
    await at.ready();
    await at.show('Knowledge');
    const file = page.getByRole('list', { name: 'Documents' }).getByRole('button', { name: /airship\.md/ });
    await at.tabTo(file);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog').locator('pre')).toContainText('moored at a mast');
    await at.close();
  });

  journey('stops an ingestion when it is told to, and goes on with it', async ({ studio }) => {
    const { knowledge } = studio.host;
    const { ingest } = knowledge;
    let asked = 0;
    // The first ingestion stands still until somebody stops it.
    knowledge.ingest = async (collection, request = {}) => {
      const { signal, onProgress } = request;
      asked += 1;
      if (asked === 1) {
        onProgress?.({ phase: 'load', done: 3, total: 28, file: 'documents/product/limits.md' });
        await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      }
      return ingest(collection, request);
    };
    const at = studioPage(await studio.open());
    await at.ready();
    await at.dock('Knowledge').click();
    await at.action('Ingest docs').click();
    await expect(at.page.getByRole('progressbar', { name: 'Reading files 3/28' })).toBeVisible();
    // It goes on while its panel is closed.
    await at.dock('Costs').click();
    await at.dock('Knowledge').click();
    await at.action('Stop the ingestion of docs').click();
    await expect(at.page.getByText(/^Stopped\./)).toBeVisible();
    await at.action('Go on with docs').click();
    await expect(at.page.getByText('0 added, 0 updated, 0 removed, 28 unchanged')).toBeVisible();
  });
});
