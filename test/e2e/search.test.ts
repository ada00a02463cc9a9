import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { keysPage } from './pages/keys-page.ts';
import { searchPage } from './pages/search-page.ts';
import { expect } from './patient-expect.ts';
import { expectAccessible, journey, type Studio } from './studio-test.ts';

const WIDE = { width: 1600, height: 1000 };

const prompt = '---\ndescription: Of a heron\nvariables: [question]\n---\n# user\nSay heron to {{ question }}.\n';

/** Workflows and a prompt that tell of herons, at every kind of place. */
function herons(studio: Studio): void {
  mkdirSync(join(studio.folder, 'prompts'), { recursive: true });
  writeFileSync(join(studio.folder, 'prompts/heron.md'), prompt);
  for (const name of ['one', 'two']) {
    const workflow = {
      ...{ format: 1, id: `wf_${name}`, name: `Heron ${name}` },
      resources: { prompts: { heron: { file: 'prompts/heron.md' } } },
      nodes: [
        { id: 'heron', type: 'prompt', version: 1, name: 'Ask the heron', config: { prompt: 'heron' } },
        { id: 'make', type: 'transform', version: 1, config: { expression: "'heron, ' + 'herons'" } },
      ],
      edges: [],
      layout: { notes: [{ id: 'n', text: 'A heron\nand a HERON', x: 0, y: 300 }] },
    };
    writeFileSync(join(studio.folder, `workflows/${name}.flow.json`), JSON.stringify(workflow));
  }
}

const fileOf = (studio: Studio, name: string) => readFileSync(join(studio.folder, name), 'utf8');

describe('find and replace', () => {
  journey('finds in everything, replaces in what is open as one step and in files as versions', async ({ studio }) => {
    herons(studio);
    const at = searchPage(await studio.open(WIDE));
    const { page, search } = at;
    await at.ready();
    await at.openWorkflow('Heron one');
    await page.keyboard.press('Control+Shift+F');
    await expect(search.text).toBeFocused();
    await page.keyboard.type('heron');
    // Two workflows of six each, and the prompt but for its head.
    await expect(search.count).toHaveText('13 matches in 3 files');
    await search.toggle('Match case').click();
    await expect(search.count).toHaveText('9 matches in 3 files');
    await search.toggle('Whole words').click();
    await expect(search.count).toHaveText('7 matches in 3 files');
    await search.kind('Notes').uncheck();
    await expect(search.count).toHaveText('5 matches in 3 files');

    // By keys: to the first match, and it is on the canvas.
    await search.text.focus();
    await page.keyboard.press('Enter');
    await expect(search.tree).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(at.field('Name of the node')).toHaveValue('Ask the heron');
    // One is replaced where it stands.
    await search.replacement.fill('crane');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Control+Enter');
    await expect(at.node('heron')).toHaveAccessibleName('Ask the crane, Prompt');
    await expect(search.count).toHaveText('4 matches in 3 files');

    // All: asked first, since one of the workflows and the prompt are not open.
    await search.all.click();
    await expect(search.ask.getByText(/2 of the files are not open/)).toBeVisible();
    await search.accept.click();
    await expect(at.notice('Replaced 4 matches in 3 files.')).toBeVisible();
    await expect(search.panel.getByText('Nothing found')).toBeVisible();
    expect(fileOf(studio, 'prompts/heron.md')).toBe(prompt.replace('Say heron', 'Say crane'));
    const two = JSON.parse(fileOf(studio, 'workflows/two.flow.json'));
    expect(
      two.nodes.map(({ id, name, config }: { id: string; name: string; config: object }) => ({ id, name, config })),
    ).toEqual([
      { id: 'heron', name: 'Ask the crane', config: { prompt: 'heron' } },
      { id: 'make', config: { expression: "'crane, ' + 'herons'" } },
    ]);
    // The open one was changed by one step, and is not saved.
    expect(fileOf(studio, 'workflows/one.flow.json')).toContain("'heron, '");
    await expect(at.node('make').getByText("'crane, ' + 'herons'")).toBeVisible();
    await at.node('make').click();
    await at.undo();
    await expect(at.node('make').getByText("'heron, ' + 'herons'")).toBeVisible();
    await expect(at.node('heron')).toHaveAccessibleName('Ask the crane, Prompt');
    await at.undo();
    await expect(at.node('heron')).toHaveAccessibleName('Ask the heron, Prompt');

    // The version before of the other is there.
    await at.openWorkflow('Heron two');
    await at.dock('Versions').click();
    await expect(page.getByRole('button', { name: /^Restore the version/ })).not.toHaveCount(0);
  });

  journey('is done by keyboard alone, from the first key to undo', async ({ studio }) => {
    herons(studio);
    const at = searchPage(await studio.open(WIDE));
    const keys = keysPage(at.page);
    const { page, search } = at;
    await at.ready();
    await page.keyboard.press('Control+o');
    await keys.walkTo('left');
    await keys.tabTo(at.panel('Workflows').getByRole('button', { name: /^Heron one/ }));
    await page.keyboard.press('Enter');
    await expect(at.tab('Heron one')).toBeVisible();
    await page.keyboard.press('Control+Shift+F');
    await expect(search.text).toBeFocused();
    await page.keyboard.type('heron');
    await keys.tabTo(search.toggle('Match case'));
    await page.keyboard.press('Space');
    await expect(search.toggle('Match case')).toHaveAttribute('aria-pressed', 'true');
    await expect(search.count).toHaveText('9 matches in 3 files');

    // What is asked before files are changed: to cancel is the first answer, and the focus comes back.
    await keys.tabTo(search.replacement);
    await page.keyboard.type('crane');
    await keys.tabTo(search.all);
    await page.keyboard.press('Enter');
    await expect(search.ask).toBeVisible();
    await expect.poll(() => keys.hasFocus(search.ask)).toBe(true);
    await expectAccessible(page, '[role="dialog"]');
    await page.keyboard.press('Escape');
    await expect(search.ask).toBeHidden();
    await expect(search.all).toBeFocused();
    expect(fileOf(studio, 'workflows/two.flow.json')).not.toContain('crane');
    await expect(search.count).toHaveText('9 matches in 3 files');

    await page.keyboard.press('Enter');
    await expect.poll(async () => (await search.ask.isVisible()) && (await keys.hasFocus(search.ask))).toBe(true);
    await keys.tabTo(search.accept);
    await page.keyboard.press('Enter');
    await expect(at.notice('Replaced 9 matches in 3 files.')).toBeVisible();
    await expect(search.panel.getByText('Nothing found')).toBeVisible();
    expect(fileOf(studio, 'workflows/two.flow.json')).toContain('Ask the crane');
    expect(fileOf(studio, 'prompts/heron.md')).toContain('Say crane');
    // The focus stays in the panel: the next search is a key away.
    await expect.poll(() => keys.hasFocus(search.panel)).toBe(true);

    // What is open is one step for undo.
    await keys.walkTo('canvas');
    await expect(at.node('heron')).toHaveAccessibleName('Ask the crane, Prompt');
    await page.keyboard.press('Control+z');
    await expect(at.node('heron')).toHaveAccessibleName('Ask the heron, Prompt');
    await expect(at.node('make').getByText("'heron, ' + 'herons'")).toBeVisible();
  });

  journey(
    'searches one workflow and the selection, by expressions, and leaves what others changed',
    async ({ studio }) => {
      herons(studio);
      const at = searchPage(await studio.open(WIDE));
      const { page, search } = at;
      await at.ready();
      await at.openWorkflow('Heron one');
      await at.node('make').click();
      await page.keyboard.press('Control+f');
      await expect(search.text).toBeFocused();
      await expect(search.scope).toHaveValue('this');
      await search.text.fill('h(ero)n');
      await expect(search.panel.getByText('Nothing found')).toBeVisible();
      await search.toggle('Regular expression').click();
      await expect(search.count).toHaveText('7 matches in 2 files');
      await search.text.fill('h(ero');
      await expect(search.panel.getByText(/is not valid/)).toBeVisible();
      await search.text.fill('her(o)(n)');
      await search.scope.selectOption('Selection');
      await expect(search.count).toHaveText('2 matches in 1 file');
      await search.replacement.fill('$2$1r');
      await search.all.click();
      await expect(at.inspector.getByText("'nor, ' + 'nors'")).toBeVisible();

      // A file that is changed between search and replacement is left as it is.
      await search.scope.selectOption('All workflows and prompts');
      await expect(search.row('Heron two').first()).toBeVisible();
      const before = fileOf(studio, 'workflows/two.flow.json');
      await search.all.click();
      await expect(search.ask).toBeVisible();
      writeFileSync(join(studio.folder, 'workflows/two.flow.json'), before.replace('HERON', 'HERON!'));
      await search.accept.click();
      await expect(at.notice(/two.flow.json: The file was changed since it was searched/)).toBeVisible();
      expect(fileOf(studio, 'workflows/two.flow.json')).toBe(before.replace('HERON', 'HERON!'));
      expect(fileOf(studio, 'prompts/heron.md')).toContain('Say nor');
      // A match in a prompt opens its text at the place.
      await search.text.fill('say nor');
      await search.row('Line 6').click();
      await expect.poll(() => at.selectedIn('prompts/heron.md')).toBe('Say nor');
      await page.keyboard.press('Escape');
    },
  );

  journey('keeps a thousand matches quick: only what is seen is drawn', async ({ studio }) => {
    const nodes = Array.from({ length: 1200 }, (_, at) => ({
      ...{ id: `n${at}`, type: 'transform', version: 1, name: `Heron ${at}`, config: { expression: '1' } },
    }));
    writeFileSync(
      join(studio.folder, 'workflows/many.flow.json'),
      JSON.stringify({ format: 1, id: 'wf_many', name: 'Many', resources: {}, nodes, edges: [] }),
    );
    const at = searchPage(await studio.open(WIDE));
    const { page, search } = at;
    await at.ready();
    await page.keyboard.press('Control+Shift+F');
    await expect(search.text).toBeFocused();
    await page.keyboard.type('heron');
    await expect(search.count).toHaveText('1,200 matches in 1 file');
    expect(await search.rows.count()).toBeLessThan(60);
    await page.keyboard.press('Enter');
    await page.keyboard.press('End');
    await expect(search.row('Heron 999')).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(at.field('Name of the node')).toHaveValue('Heron 999');
  });
});
