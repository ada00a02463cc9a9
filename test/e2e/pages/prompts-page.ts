import type { Page } from 'playwright';

/** The prompts of the studio: their list, and the one that is open. */
export function promptsPage(page: Page) {
  const panel = page.getByRole('complementary', { name: 'Prompts', exact: true });
  const text = page.getByRole('dialog').locator('[data-language="liquid"] .cm-content');
  return {
    search: panel.getByLabel('Search prompts'),
    files: panel.getByRole('list', { name: 'Prompt files' }),
    dialog: (file: string) => page.getByRole('dialog', { name: file, exact: true }),
    tab: (name: string) => page.getByRole('dialog').getByRole('tab', { name, exact: true }),
    versions: page.getByRole('dialog').getByRole('list', { name: 'Versions' }),
    /** What is written. */
    text,
    variable: (name: string) => page.getByRole('dialog').getByLabel(new RegExp(`^${name}`)),
    /** Another text in place of what is written. */
    async write(next: string): Promise<void> {
      await text.click();
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText(next);
    },
  };
}
