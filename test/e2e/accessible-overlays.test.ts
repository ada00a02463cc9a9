import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { programValues } from '../../app/services/run/program-values.ts';
import { keysPage } from './pages/keys-page.ts';
import { settingsPage } from './pages/settings-page.ts';
import { expect } from './patient-expect.ts';
import { expectAccessible, journey, type Studio } from './studio-test.ts';

const NORMAL = { width: 1280, height: 800 };
const DIALOG = '[role="dialog"]';

async function begin(studio: Studio) {
  const at = keysPage(await studio.open(NORMAL));
  await at.ready();
  const press = (keys: string) => at.page.keyboard.press(keys);
  /** A dialog is there, has the focus, can be used by everyone, and goes by Escape. */
  async function look(name: string | RegExp): Promise<void> {
    await expect(at.dialog(name)).toBeVisible();
    await expect.poll(() => at.hasFocus(at.dialog(name))).toBe(true);
    await expectAccessible(at.page, DIALOG);
  }
  return { at, press, look };
}

async function answered({ host }: Studio): Promise<void> {
  const runs = await host.runs();
  const inputs = programValues({ inputs: { question: 'Can a failed run be resumed?' } });
  await (await runs.start({ workflow: 'support-assistant', ...inputs })).result;
}

describe('layers over the page', () => {
  journey('of the settings are walked through by the arrows, section by section', async ({ studio }) => {
    const { at, press } = await begin(studio);
    const settings = settingsPage(at.page);
    await press('Control+,');
    const tabs = settings.dialog.getByRole('tab');
    await at.tabTo(tabs.first());
    const names = await tabs.allTextContents();
    expect(names.length).toBeGreaterThan(7);
    for (const name of names) {
      await expect(settings.tab(name)).toHaveAttribute('aria-selected', 'true');
      await expect(settings.section(name).getByRole('heading', { name, exact: true })).toBeVisible();
      await expectAccessible(at.page, DIALOG);
      await press('ArrowDown');
    }
    await at.close();
  });

  journey('for finding, beginning and learning open by their keys and close by Escape', async ({ studio }) => {
    const { at, press, look } = await begin(studio);
    for (const [keys, name] of [
      ['Alt+n', 'New workflow'],
      ['Control+k', 'What to do?'],
      ['?', 'Keyboard shortcuts'],
    ] as const) {
      await press(keys);
      await look(name);
      // The sheet tells also the keys that nobody can change.
      if (keys === '?') await expect(at.dialog(name).getByText('Ctrl+V', { exact: true })).toBeVisible();
      await at.close();
    }
    await press('F6');
    await at.walkTo('bar');
    await press('Enter');
    await expect(at.page.getByRole('menu')).toBeVisible();
    await expectAccessible(at.page, '[role="menu"]');
    await press('Escape');
    await at.choose('Export to run anywhere …');
    await look('Export to run anywhere');
    await at.close();
    await at.choose('Take the tour');
    await expect(at.page.getByText('1 of 6')).toBeVisible();
    await expectAccessible(at.page);
  });

  journey('keep the focus in their field while a list appears beside them', async ({ studio }) => {
    const { at, press } = await begin(studio);
    const shown = at.page.locator('[data-region="rail"]').getByRole('button', { name: 'Nodes', includeHidden: true });
    await shown.click();
    await expect(at.palette).toBeHidden();
    await press('Control+k');
    const field = at.dialog('What to do?').getByRole('combobox');
    await expect(field).toBeFocused();
    // As on a busy machine, where the panels come after the palette.
    await shown.evaluate((button) => (button as HTMLElement).click());
    const list = at.page.getByRole('option', { selected: true, includeHidden: true });
    await expect(list).toHaveCount(2);
    await expect(field).toBeFocused();
    await at.page.keyboard.type('Show Runs');
    await expect(field).toHaveValue('Show Runs');
  });

  journey.for([
    ['connecting and converting', { c: /^Connect /, 'Control+Shift+e': 'Convert to a subflow' }],
    ['stopping and adding', { 'Shift+F9': /^Breakpoint: /, n: 'Add a node' }],
  ] as const)('about a node open from where it has the focus: %s', async ([, dialogs], { studio }) => {
    const { at, press, look } = await begin(studio);
    await at.choose('Search the documentation', '@Search the doc');
    await at.walkTo('canvas');
    await expect(at.node('docs')).toBeFocused();
    for (const [keys, name] of Object.entries<string | RegExp>(dialogs)) {
      await press(keys);
      await look(name);
      await at.close();
    }
  });

  journey('at a node and its wire: the menu, where a wire leads, and the documentation', async ({ studio }) => {
    const { at, press, look } = await begin(studio);
    await at.choose('Search the documentation', '@Search the doc');
    await at.walkTo('canvas');
    await expect(at.node('docs')).toBeFocused();
    await press('Shift+F10');
    await expect(at.page.getByRole('menuitem', { name: /^Run to this node/ })).toBeVisible();
    await expectAccessible(at.page, '[role="menu"]');
    await press('Escape');
    // Its wire says where it leads, and leads there.
    const wire = at.page.locator('.react-flow__edge:focus');
    for (let steps = 0; steps < 30 && (await wire.count()) === 0; steps += 1) await press('Shift+Tab');
    await expect(wire).toBeVisible();
    await expect(at.inspector.getByText('Wire', { exact: true })).toBeVisible();
    await expectAccessible(at.page, '[data-region="right"]');
    await at.walkTo('right');
    await at.tabTo(at.inspector.locator('dd button').last());
    const name = await at.inspector.locator('dd button').last().textContent();
    await press('Enter');
    await expect(at.field('Name of the node')).toHaveValue(name ?? '');
    await at.tabTo(at.inspector.getByRole('button', { name: 'Read the documentation' }), 60);
    await press('Enter');
    await look(/./);
    await at.close();
  });

  journey('about a prompt open, are read tab by tab and close by keys', async ({ studio }) => {
    const { at, press, look } = await begin(studio);
    await press('Alt+p');
    await at.tabTo(at.page.getByRole('list', { name: 'Prompt files' }).getByRole('button').first());
    await press('Enter');
    await look('prompts/answer.md');
    await at.tabTo(at.dialog('prompts/answer.md').getByRole('tab', { name: 'Write' }));
    for (const tab of ['Versions', 'Try']) {
      await press('ArrowRight');
      await expect(at.page.getByRole('tab', { name: tab, selected: true })).toBeVisible();
      await expectAccessible(at.page, DIALOG);
    }
    await at.close();
  });

  journey('about a document opens, is read and closes by keys', async ({ studio }) => {
    const { at, press, look } = await begin(studio);
    await at.show('Knowledge');
    await at.tabTo(at.page.getByRole('list', { name: 'Documents' }).getByRole('button').first());
    await press('Enter');
    // Called by its file until its title is known.
    await look(/./);
    await at.close();
  });

  journey('about a run are reached from its answer and from the list of runs', async ({ studio }) => {
    await answered(studio);
    const { at, press, look } = await begin(studio);
    await at.show('Runs');
    await at.tabTo(at.page.getByRole('list', { name: 'Runs', exact: true }).getByRole('checkbox').first());
    await press('Space');
    await at.tabTo(at.page.getByRole('button', { name: /^Show the run of/ }).first());
    await press('Enter');
    await expect(at.run.status).toHaveText('Succeeded');
    await at.show('Runs');
    await at.tabTo(at.page.getByRole('list', { name: 'Runs', exact: true }).getByRole('checkbox').first());
    await press('Space');
    await press('Shift+Tab');
    await expect(at.page.getByRole('button', { name: 'Delete …' })).toBeFocused();
    await press('Enter');
    await look('Delete runs');
    await at.close();

    await at.show('Run');
    await at.tabTo(at.run.result.getByRole('button', { name: /^Open source/ }).first(), 60);
    await press('Enter');
    // Called by its file until its title is known.
    await expect(at.page.getByRole('dialog').locator('mark')).toBeVisible();
    await look(/./);
    await at.close();
    await at.tabTo(at.run.result.getByRole('button', { name: 'Add as a case to a dataset' }).first());
    await press('Enter');
    await look('Add as a case');
    await at.close();

    await at.choose('Search the documentation', '@Search the doc');
    await at.choose('Pin its output, or unpin');
    await expect(at.node('docs').getByRole('img', { name: /^Pinned/ })).toBeVisible();
    await at.show('Debug');
    await at.tabTo(at.page.getByRole('button', { name: /^Change what / }));
    await press('Enter');
    await look(/^Pinned: /);
    await at.close();
  });

  journey('ask before work is lost and before files of others are taken in', async ({ studio }) => {
    const { at, press, look } = await begin(studio);
    await at.choose('Search the documentation', '@Search the doc');
    await at.walkTo('canvas');
    await press('Delete');
    await press('Alt+w');
    await look(/./);
    await at.close();
    const text = readFileSync(join(studio.folder, 'workflows/support-assistant.flow.json'), 'utf8');
    for (const [name, content] of [
      ['plain.flow.json', text],
      ['whole.export.json', (await studio.host.exporting.write('support-assistant')).text],
    ] as const) {
      const choosing = at.page.waitForEvent('filechooser');
      await at.choose('Import a file …');
      await (await choosing).setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) });
      await look(/./);
      await at.close();
    }
  });
});
