import { expect } from 'playwright/test';
import { describe } from 'vitest';
import { journey } from './studio-test.ts';

describe('opening the studio', () => {
  journey('shows the workspace after a link, and again after a reload', async ({ studio }) => {
    const page = await studio.open();
    await expect(page.getByRole('heading', { level: 1, name: 'Support assistant' })).toBeVisible();
    expect(page.url()).toBe(studio.server.url);
    await page.reload();
    await expect(page.getByRole('heading', { level: 1, name: 'Support assistant' })).toBeVisible();
  });
});
