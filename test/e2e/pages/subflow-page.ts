import type { Page } from 'playwright';
import { expect } from '../patient-expect.ts';
import { studioPage } from './studio-page.ts';

/** The studio with what is about workflows that run each other. */
export function subflowPage(page: Page) {
  const at = studioPage(page);
  const trail = page.getByRole('navigation', { name: 'Workflows around this one' });
  const shown = page.getByRole('navigation', { name: 'Open workflows' }).locator('[aria-current="page"]');
  const dialog = page.getByRole('dialog', { name: 'Convert to a subflow' });
  return {
    ...at,
    convert: {
      dialog,
      name: dialog.getByLabel('Name', { exact: true }),
      file: dialog.getByLabel('File', { exact: true }),
      port: (label: RegExp) => dialog.getByLabel(label),
      accept: dialog.getByRole('button', { name: 'Convert' }),
    },
    trail: {
      bar: trail,
      /** The workflow around, by its name. */
      around: (name: string) => trail.getByRole('button', { name, exact: true }),
      here: trail.locator('[aria-current="page"]'),
    },
    /** The tab that is shown. */
    shown,
    port: (node: string, side: 'in' | 'out', port: string) =>
      at.canvas.locator(`[data-nodeid="${node}"][data-handleid="${side}:${port}"]`),
    /** Opens a workflow by its name. */
    async openWorkflow(name: string): Promise<void> {
      await at.command(`#${name}`, name);
      await expect(shown).toHaveText(name);
    },
    problem: (text: RegExp) => page.getByRole('listitem').filter({ hasText: text }),
  };
}

export type SubflowPage = ReturnType<typeof subflowPage>;
