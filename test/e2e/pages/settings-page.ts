import type { Page } from 'playwright';

/** The settings as a person sees them. */
export function settingsPage(page: Page) {
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  const section = (name: string) => dialog.getByRole('tabpanel', { name, exact: true });
  return {
    dialog,
    tab: (name: string) => dialog.getByRole('tab', { name, exact: true }),
    section,
    general: section('General'),
    profiles: section('Model profiles'),
    profile: (name: string) => section('Model profiles').getByRole('listitem', { name, exact: true }),
    secrets: section('Secrets'),
    secret: (name: string) => section('Secrets').getByRole('listitem', { name, exact: true }),
    secretForm: section('Secrets').getByRole('form', { name: 'Secret' }),
    grants: section('Grants'),
    budgets: section('Budgets and prices').getByRole('form', { name: 'Budgets', exact: true }),
    prices: section('Budgets and prices').getByRole('form', { name: 'Prices', exact: true }),
    storage: section('Runs and disk'),
    storagePart: (name: string) => section('Runs and disk').getByRole('listitem', { name, exact: true }),
    about: section('About'),
    /** Opens the settings by their key and shows a section by the arrows. */
    async open(): Promise<void> {
      await page.keyboard.press('Control+,');
      await dialog.waitFor();
    },
  };
}
