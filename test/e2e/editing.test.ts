import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { describe } from 'vitest';
import { emptyWorkflow } from './empty-workflow.ts';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey } from './studio-test.ts';

const WIDE = { width: 1600, height: 1000 };

/** Adds a node by keys alone; the new one is selected. */
async function addByKeys(page: Page, type: string): Promise<void> {
  await page.keyboard.press('n');
  await expect(page.getByRole('dialog', { name: 'Add a node' }).getByRole('combobox')).toBeFocused();
  await page.keyboard.type(type);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Add a node' })).toBeHidden();
}

/** Draws a wire from or to the selected node by keys alone. */
async function connectByKeys(page: Page, search: string): Promise<void> {
  await page.keyboard.press('c');
  await expect(page.getByRole('dialog', { name: /^Connect / }).getByRole('combobox')).toBeFocused();
  await page.keyboard.type(search);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

describe('editing', () => {
  journey('builds retrieval with an answer by keyboard alone, and runs it', async ({ studio }) => {
    mkdirSync(join(studio.folder, 'prompts'), { recursive: true });
    writeFileSync(
      join(studio.folder, 'prompts/short.md'),
      '---\nvariables: [question, context]\n---\n\n# user\n\nAnswer {{ question }} from:\n{{ context }}\n',
    );
    const at = studioPage(await studio.open(WIDE));
    const { page } = at;
    await at.ready();
    await page.keyboard.press('Alt+n');
    await expect(page.getByRole('dialog').getByLabel('Name')).toBeFocused();
    await page.keyboard.type('By keys');
    await page.keyboard.press('Enter');
    await expect(at.canvas.getByText('An empty canvas')).toBeVisible();

    await addByKeys(page, 'input');
    await addByKeys(page, 'retriever');
    await connectByKeys(page, 'input value query');
    await addByKeys(page, 'context');
    await connectByKeys(page, 'retriever chunks');
    await addByKeys(page, 'prompt');
    await connectByKeys(page, 'input value question');
    await connectByKeys(page, 'context text context');
    const file = at.field('Prompt file');
    await file.focus();
    await page.keyboard.type('prompts/short');
    await expect(file).toHaveValue('prompts/short.md');
    await at.canvas.focus();
    await addByKeys(page, 'model');
    await connectByKeys(page, 'prompt messages messages');
    await connectByKeys(page, 'context context context');
    await connectByKeys(page, 'input value question');
    await addByKeys(page, 'output');
    await connectByKeys(page, 'model answer value');
    await page.keyboard.press('Shift+L');
    await expect(at.wires).toHaveCount(8);

    await page.keyboard.press('Control+Enter');
    const input = at.run.inputs.getByRole('textbox');
    await expect(input).toBeFocused();
    await page.keyboard.type('Can a failed run be resumed?');
    await page.keyboard.press('Control+Enter');
    await expect(at.run.status).toHaveText('Succeeded');
    await expect(at.run.result.getByRole('button', { name: /^Open source/ }).first()).toBeVisible();
  });

  journey('breaks a workflow and mends it from the list of problems', async ({ studio }) => {
    const at = studioPage(await studio.open(WIDE));
    await at.ready();
    await at.dock('Problems').click();
    await expect(at.page.getByText('No problems')).toBeVisible();
    await at.node('docs').click();
    await at.page.keyboard.press('Shift+U');
    await expect(at.inspector.getByText('4 items selected')).toBeVisible();
    // The retriever loses the wire at its required input.
    const wires = await at.wires.count();
    await at.wire('docs-query-from-triage').focus();
    await at.page.keyboard.press('Delete');
    await expect(at.wires).toHaveCount(wires - 1);
    await expect(at.node('docs').getByRole('img', { name: 'Error' })).toBeVisible();
    await at.page.getByRole('button', { name: /needs a wire at its input/ }).click();
    await expect(at.field('Name of the node')).toHaveValue('Search the documentation');
    await at.page.getByRole('button', { name: /^Connect query with/ }).click();
    await expect(at.wires).toHaveCount(wires);
    await expect(at.page.getByText('No problems')).toBeVisible();
  });

  journey('copies between windows as text, keeps wires on demand, and takes whole workflows', async ({ studio }) => {
    const at = await emptyWorkflow(studio, 'From');
    await at.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await addByKeys(at.page, 'input');
    await addByKeys(at.page, 'transform');
    await connectByKeys(at.page, 'input value value');
    await at.page.keyboard.press('Control+c');
    // With its incoming wire.
    await at.page.keyboard.press('Control+Shift+v');
    await expect(at.nodes).toHaveCount(3);
    await expect(at.wires).toHaveCount(2);
    await at.page.keyboard.press('Control+a');
    await at.page.keyboard.press('Control+x');
    await expect(at.nodes).toHaveCount(0);
    await at.undo();
    await at.save();

    const other = studioPage(await studio.openMore(at.page));
    await other.ready();
    await other.newWorkflow('To');
    await other.page.keyboard.press('Control+v');
    await expect(other.nodes).toHaveCount(3);
    await expect(other.wires).toHaveCount(2);

    const text = readFileSync(join(studio.folder, 'workflows/from.flow.json'), 'utf8').replace('"From"', '"Taken in"');
    await other.page.evaluate((whole) => navigator.clipboard.writeText(whole), text);
    await other.page.keyboard.press('Control+v');
    // A whole workflow is shown first, and is a file of its own when a person says so.
    await other.page
      .getByRole('dialog')
      .getByRole('button', { name: /^(Take|Add|Keep|Put)/ })
      .click();
    await expect(other.tab('Taken in')).toBeVisible();
    await expect(other.nodes).toHaveCount(3);
  });

  journey('puts nodes into wires and containers, renames, aligns and tidies up', async ({ studio }) => {
    const at = await emptyWorkflow(studio, 'Around');
    await at.canvas.dblclick({ position: { x: 120, y: 150 } });
    await at.pick('Input');
    await at.canvas.dblclick({ position: { x: 560, y: 240 } });
    await at.pick('Output');
    await at.connect({ node: 'input', side: 'out', port: 'value' }, { node: 'output', side: 'in', port: 'value' });
    const wire = await at.middle(at.wires.first());
    await at.page.mouse.move(wire.x, wire.y);
    await at.page.getByRole('button', { name: 'Put a node into this wire' }).click();
    await at.pick('Transform');
    await expect(at.wires).toHaveCount(2);

    await at.page.keyboard.press('F2');
    await at.canvas.getByRole('textbox').fill('Shorten');
    await at.page.keyboard.press('Enter');
    await expect(at.node('transform')).toHaveAccessibleName(/^Shorten/);

    await at.page.keyboard.press('Control+a');
    await at.node('input').click({ button: 'right' });
    await at.page.getByRole('menuitem', { name: 'Align top edges' }).click();
    const tops = await Promise.all(
      ['input', 'transform', 'output'].map(async (id) => (await at.node(id).boundingBox())?.y),
    );
    expect(new Set(tops).size).toBe(1);

    await at.canvas.dblclick({ position: { x: 300, y: 500 } });
    await at.pick('Map');
    const body = await at.middle(at.node('map'));
    const node = await at.middle(at.node('transform'));
    await at.page.mouse.move(node.x, node.y - 20);
    await at.page.mouse.down();
    await at.page.mouse.move(body.x, body.y + 40, { steps: 8 });
    await at.page.mouse.up();
    await at.save();
    const { nodes } = JSON.parse(readFileSync(join(studio.folder, 'workflows/around.flow.json'), 'utf8'));
    expect(nodes.find(({ id }: { id: string }) => id === 'transform').parent).toBe('map');
    await at.undo();
    await at.page.keyboard.press('Shift+L');
    await expect(at.nodes).toHaveCount(4);
  });

  journey('finds every action, node and workflow by typing, and lets keys be changed', async ({ studio }) => {
    const at = studioPage(await studio.open(WIDE));
    await at.ready();
    await at.command('@rerank', 'Merge and rerank');
    await expect(at.field('Name of the node')).toHaveValue('Merge and rerank');
    await at.command('dark theme', /dark/i);
    await expect(at.page.locator('html')).toHaveAttribute('data-theme', 'dark');

    await at.page.keyboard.press('?');
    await expect(at.page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true })).toBeFocused();
    await at.page.getByRole('button', { name: /^Overview map/ }).click();
    await expect(at.page.getByText('Press keys …')).toBeVisible();
    await at.page.keyboard.press('Alt+m');
    await at.page.getByRole('button', { name: /^Snap to grid/ }).click();
    await expect(at.page.getByText('Press keys …')).toBeVisible();
    await at.page.keyboard.press('Alt+m');
    await expect(at.page.getByText('Alt+M belongs to “Overview map”.')).toBeVisible();
    await at.page.keyboard.press('Escape');
    const map = at.canvas.getByRole('img', { name: 'Overview' });
    await expect(map).toBeVisible();
    await at.page.keyboard.press('Alt+m');
    await expect(map).toBeHidden();
    await at.page.reload();
    await at.ready();
    await expect(map).toBeHidden();
    await at.page.keyboard.press('Alt+m');
    await expect(map).toBeVisible();
  });
});
