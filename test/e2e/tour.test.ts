import { describe } from 'vitest';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey } from './studio-test.ts';

describe('the tour', () => {
  journey('shows a new user round, once, without being in the way', async ({ studio }) => {
    const at = studioPage(await studio.open({ isFirst: true, width: 1440, height: 900 }));
    const { page } = at;
    await at.ready();
    const card = page.getByRole('dialog', { name: 'Tour of the studio' });
    await expect(card.getByText('Nodes do the work')).toBeVisible();
    // It took no focus, and the work goes on beside it.
    await expect(card.getByRole('button', { name: 'Next' })).not.toBeFocused();
    await at.node('docs').click();
    await expect(at.field('Name of the node')).toHaveValue('Search the documentation');
    await page.keyboard.press(']');
    await expect(at.inspector).toBeHidden();

    const seen: (string | null)[] = [];
    const next = card.getByRole('button', { name: 'Next' });
    for (let step = 1; step < 6; step += 1) {
      await expect(card.getByText(`${step} of 6`)).toBeVisible();
      seen.push(await card.getByRole('heading').textContent());
      // By pointer first, then by keys alone.
      if (step === 1) await next.click();
      else await page.keyboard.press(step % 2 === 0 ? 'Enter' : 'ArrowRight');
    }
    await expect(card.getByText('6 of 6')).toBeVisible();
    expect(new Set(seen).size).toBe(5);
    // What it told of was opened for it.
    await expect(at.inspector).toBeVisible();
    await page.keyboard.press('ArrowLeft');
    await expect(card.getByText('5 of 6')).toBeVisible();
    const [box, bar] = [await card.boundingBox(), await page.getByRole('region', { name: 'Dock' }).boundingBox()];
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(bar?.y ?? 0);
    await page.keyboard.press('Escape');
    await expect(card).toBeHidden();

    await page.reload();
    await at.ready();
    await expect(at.node('docs')).toBeVisible();
    await expect(card).toBeHidden();
    await at.action('Menu').click();
    await page.getByRole('menuitem', { name: 'Take the tour' }).click();
    await expect(card.getByRole('button', { name: 'Next' })).toBeFocused();
    await card.getByRole('button', { name: 'End the tour' }).click();
    await expect(card).toBeHidden();
  });
});
