import type { Page } from 'playwright';

/** The list of runs as a person sees it. */
export function runsPage(page: Page) {
  const bar = page.getByRole('toolbar', { name: 'Chosen runs' });
  return {
    filters: page.getByRole('search', { name: 'Find runs' }),
    bar,
    /** How many there are, or are chosen. */
    count: bar.getByRole('status'),
    rows: page.getByRole('list', { name: 'Runs', exact: true }).getByRole('listitem'),
  };
}
