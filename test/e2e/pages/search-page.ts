import type { Page } from 'playwright';
import { subflowPage } from './subflow-page.ts';

/** The studio with its search over all texts. */
export function searchPage(page: Page) {
  const at = subflowPage(page);
  const panel = at.panel('Find and replace');
  const tree = panel.getByRole('tree', { name: 'Matches' });
  const ask = page.getByRole('dialog', { name: /^Replace / });
  return {
    ...at,
    /** What is selected in the editor of a dialog. */
    selectedIn: (dialog: string): Promise<string> =>
      page
        .getByRole('dialog', { name: dialog })
        .getByRole('textbox', { name: 'Text of the prompt' })
        .evaluate((editor) => {
          // Only Chromium tells the selection inside a shadow root, and it is what the journeys run in.
          const root = editor.getRootNode() as ShadowRoot & { getSelection(): Selection | null };
          return root.getSelection()?.toString() ?? '';
        }),
    search: {
      panel,
      tree,
      text: panel.getByRole('searchbox', { name: 'Find' }),
      replacement: panel.getByLabel('Replace with'),
      toggle: (name: string) => panel.getByRole('button', { name, exact: true }),
      kind: (name: string) => panel.getByRole('checkbox', { name }),
      scope: panel.getByLabel('In', { exact: true }),
      count: panel.getByRole('status'),
      rows: tree.getByRole('treeitem'),
      row: (text: string | RegExp) => tree.getByRole('treeitem').filter({ hasText: text }),
      all: panel.getByRole('button', { name: 'Replace all', exact: true }),
      /** Asked before files are changed that are not open. */
      ask,
      accept: ask.getByRole('button', { name: 'Replace all' }),
    },
  };
}

export type SearchPage = ReturnType<typeof searchPage>;
