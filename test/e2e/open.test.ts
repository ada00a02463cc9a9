import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe } from 'vitest';
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

  journey('shows the workspace after a link, and again after a reload', async ({ studio }) => {
    const page = await studio.open();
    await expect(page.getByRole('heading', { level: 1, name: 'Support assistant' })).toBeVisible();
    expect(page.url()).toBe(studio.server.url);
    await page.reload();
    await expect(page.getByRole('heading', { level: 1, name: 'Support assistant' })).toBeVisible();
  });
});
