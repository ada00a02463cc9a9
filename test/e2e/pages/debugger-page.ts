import type { Page } from 'playwright';
import { expect } from '../patient-expect.ts';
import { studioPage } from './studio-page.ts';

/** The studio with what belongs to stopping and looking. */
export function debuggerPage(page: Page) {
  const at = studioPage(page);
  const panel = at.panel('Debug');
  const bar = page.getByRole('region', { name: 'Stopped', exact: true });
  const dialog = page.getByRole('dialog', { name: /^Breakpoint:/ });
  const condition = dialog.getByRole('textbox', { name: 'Only when' });
  return {
    ...at,
    debug: {
      panel,
      /** Over the canvas while a run is stopped. */
      bar,
      stop: panel.getByRole('region', { name: 'The stopped step' }),
      watches: panel.getByRole('region', { name: 'Watches' }),
      breakpoints: panel.getByRole('region', { name: 'Breakpoints' }),
      pins: panel.getByRole('region', { name: 'Pins' }),
      mark: (ref: string) => at.canvas.locator(`[data-breakpoint="${ref}"]`),
      onWire: (port: string) => page.getByRole('button', { name: `What comes at ${port}: change it` }),
      dialog,
      condition,
      pinDialog: page.getByRole('dialog', { name: /^Pinned:/ }),
    },
    entry: (name: string | RegExp) => page.getByRole('menuitem', { name }),
    /** Opens a workflow from the list at the left. */
    async openWorkflow(name: string): Promise<void> {
      await at.action('Workflows').click();
      await at
        .panel('Workflows')
        .getByRole('button', { name: new RegExp(`^${name}`) })
        .click();
      await expect(at.tab(name)).toBeVisible();
      await expect(at.nodes.first()).toBeVisible();
    },
    /** Gives a node the focus as the Tab key does: what has it is selected. */
    async walkTo(node: string): Promise<void> {
      await page.keyboard.press('Tab');
      await at.node(node).focus();
      await expect(at.node(node)).toHaveClass(/selected/);
    },
    /** Writes a condition into the form of a breakpoint that is open. */
    async writeCondition(text: string): Promise<void> {
      await condition.click();
      await page.keyboard.press('Control+a');
      await page.keyboard.type(text);
    },
    async watch(expression: string): Promise<void> {
      await panel.getByLabel('Expression to watch').fill(expression);
      await page.keyboard.press('Enter');
    },
    watched: (expression: string) => panel.locator(`[data-watch="${quoted(expression)}"]`),
  };
}

/** For an attribute in quotes. */
const quoted = (text: string): string => text.replace(/["\\]/g, '\\$&');
