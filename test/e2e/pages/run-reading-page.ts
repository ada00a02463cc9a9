import type { Page } from 'playwright';
import { studioPage } from './studio-page.ts';

/** The studio where runs are read, replayed and compared. */
export function runReadingPage(page: Page) {
  const at = studioPage(page);
  const tree = page.getByRole('tree', { name: 'Step tree and timeline' });
  const details = page.getByRole('region', { name: 'Step details' });
  return {
    ...at,
    tree,
    details,
    row: (name: RegExp | string) => tree.getByRole('treeitem', { name }),
    part: (name: string) => details.getByRole('region', { name, exact: true }),
    /** What stands over a graph that cannot be edited. */
    frozen: page.getByRole('region', { name: 'As it ran' }),
    /** What stands over two graphs that are compared. */
    compared: page.getByRole('region', { name: /^Two (runs|versions) compared$/ }),
    replay: page.getByRole('region', { name: 'Replay without the world' }),
    differences: page.getByRole('listbox', { name: 'Differences' }),
    difference: page.getByRole('region', { name: 'Difference of a step' }),
    /** What the node that is selected gave, below it on the canvas. */
    gave: at.canvas.getByRole('region', { name: 'What it gave' }),
    runs: page.getByRole('button', { name: /^Show the run of/ }),
    asItRan: page.getByRole('button', { name: /^Open the graph as it ran on/ }),
    /** Opens a workflow of the workspace from the list at the left. */
    async openWorkflow(name: string): Promise<void> {
      await page.keyboard.press('Control+o');
      await at
        .panel('Workflows')
        .getByRole('button', { name: new RegExp(name) })
        .first()
        .click();
    },
  };
}

export type RunReadingPage = ReturnType<typeof runReadingPage>;
