import type { Page } from 'playwright';

/** What can be said of an output, wherever it is shown. */
export function feedbackPage(page: Page) {
  return {
    up: (name: string) => page.getByRole('button', { name: `Good: ${name}`, exact: true }),
    down: (name: string) => page.getByRole('button', { name: `Bad: ${name}`, exact: true }),
    note: page.getByLabel('Why', { exact: true }),
    correction: page.getByLabel('What it should have been'),
    corrected: page.getByRole('region', { name: 'Correction' }),
    keep: page.getByRole('button', { name: 'Keep', exact: true }),
    addCase: page.getByRole('button', { name: 'Add as a case to a dataset' }),
  };
}
