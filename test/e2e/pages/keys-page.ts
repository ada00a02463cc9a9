import type { Locator, Page } from 'playwright';
import { expect } from '../patient-expect.ts';
import { studioPage } from './studio-page.ts';

/** The studio as somebody works with it who has no pointer. */
export function keysPage(page: Page) {
  const at = studioPage(page);
  const palette = page.getByRole('dialog', { name: 'What to do?' });
  const hasFocus = (target: Locator) => target.evaluate((element) => element.matches(':focus, :focus-within'));
  return {
    ...at,
    /** A part of the page that F6 leads to. */
    part: (name: 'bar' | 'rail' | 'left' | 'canvas' | 'dock' | 'right') => page.locator(`[data-region="${name}"]`),
    dialog: (name: string | RegExp) => page.getByRole('dialog', { name }),
    hasFocus,
    /** Chooses by its whole name what the palette offers. */
    async choose(name: string, search = name): Promise<void> {
      await page.keyboard.press('Control+k');
      await expect(palette.getByRole('combobox')).toBeFocused();
      await page.keyboard.insertText(search);
      const chosen = palette.getByRole('option', { selected: true }).locator('span').first();
      const first = palette.getByRole('option').filter({ has: page.getByText(name, { exact: true }) });
      await first.first().waitFor();
      // What fits as well may stand above it.
      for (let press = 0; press < 8 && (await chosen.textContent()) !== name; press += 1)
        await page.keyboard.press('ArrowDown');
      await expect(chosen).toHaveText(name);
      await page.keyboard.press('Enter');
      await expect(palette).toBeHidden();
    },
    /** Shows a panel by its name. */
    async show(panel: string): Promise<void> {
      await this.choose(`Show ${panel}`);
    },
    /** Tab after Tab until it has the focus, as far as a person would go. */
    async tabTo(target: Locator, most = 30): Promise<void> {
      await target.waitFor();
      for (let press = 0; press < most; press += 1) {
        if (await target.evaluate((element) => element === document.activeElement)) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`${most} times Tab did not lead to ${target}`);
    },
    /** F6 until a part of the page has the focus. */
    async walkTo(name: 'bar' | 'rail' | 'left' | 'canvas' | 'dock' | 'right'): Promise<void> {
      const part = page.locator(`[data-region="${name}"]`);
      for (let press = 0; press < 7; press += 1) {
        if (await hasFocus(part)) return;
        await page.keyboard.press('F6');
      }
      throw new Error(`F6 did not lead to ${name}`);
    },
    async close(): Promise<void> {
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    },
  };
}

export type KeysPage = ReturnType<typeof keysPage>;
