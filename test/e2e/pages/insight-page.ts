import type { Page } from 'playwright';

/** The panels that explain a run: what became of its chunks, and what led to an output. */
export function insightPage(page: Page) {
  const table = page.getByRole('table', { name: 'Chunks of the query' });
  const links = page.getByRole('region', { name: 'What led to it' });
  return {
    retrieval: {
      stages: page.getByRole('list', { name: 'Steps on the way' }),
      show: page.getByLabel('Show', { exact: true }),
      table,
      rows: table.locator('tbody tr'),
      toggles: table.getByRole('button', { name: /^Text and scores/ }),
    },
    why: {
      start: page.getByLabel('Explain', { exact: true }).locator('option:checked'),
      beside: page.getByLabel('Beside', { exact: true }),
      sum: links.getByRole('status'),
      links: links.getByRole('list'),
      link: (name: RegExp) => links.getByRole('list').getByRole('button', { name }),
      details: page.getByRole('region', { name: 'A step of the chain' }),
    },
    source: page.getByRole('dialog'),
    /** A step of the trace, and what is shown of it. */
    step: (name: RegExp) =>
      page.getByRole('tree', { name: 'Step tree and timeline' }).getByRole('treeitem', { name }).first(),
    details: page.getByRole('region', { name: 'Step details' }),
  };
}
