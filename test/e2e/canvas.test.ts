import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey, type Studio } from './studio-test.ts';

const SAMPLE = 'workflows/support-assistant.flow.json';

interface File {
  name: string;
  nodes: { id: string; type: string }[];
  edges: { from: { node: string; port: string }; to: { node: string; port: string } }[];
  layout?: { positions: { [id: string]: { x: number; y: number } } };
}
const fileOf = (studio: Studio, path: string): File => JSON.parse(readFileSync(join(studio.folder, path), 'utf8'));

describe('the canvas', () => {
  journey('shows the sample: its nodes, wires, groups, and what a node is set to', async ({ studio }) => {
    const at = studioPage(await studio.open({ width: 1600, height: 900 }));
    await at.ready();
    const { nodes, edges } = fileOf(studio, SAMPLE);
    await expect(at.nodes).toHaveCount(nodes.length);
    await expect(at.wires).toHaveCount(edges.length);
    await expect(at.canvas.getByText('Find', { exact: true })).toBeVisible();
    await at.node('docs').click();
    await expect(at.field('Name of the node')).toHaveValue('Search the documentation');
    await expect(at.saved).toHaveText('Saved');
    await at.page.keyboard.press('f');
    await expect(at.inspector).toBeHidden();
    await at.page.keyboard.press('f');
    await expect(at.inspector).toBeVisible();
  });

  journey(
    'draws a workflow by mouse, undoes and redoes it, saves it, and has it after a reload',
    async ({ studio }) => {
      const at = studioPage(await studio.open());
      await at.ready();
      await at.newWorkflow('Echo');
      await expect(at.canvas.getByText('An empty canvas')).toBeVisible();

      // By a double click, by dragging from the palette, and by the wire's end.
      await at.canvas.dblclick({ position: { x: 120, y: 120 } });
      await at.pick('Input');
      await expect(at.node('input')).toBeVisible();
      await at.palette.getByRole('combobox').fill('transform');
      const entry = at.palette.getByRole('option', { name: 'Transform' });
      await entry.dragTo(at.canvas, { targetPosition: { x: 420, y: 320 } });
      await expect(at.node('transform')).toBeVisible();
      await at.connect({ node: 'input', side: 'out', port: 'value' }, { node: 'transform', side: 'in', port: 'value' });
      await expect(at.wires).toHaveCount(1);

      await at.undo();
      await expect(at.wires).toHaveCount(0);
      await at.undo();
      await expect(at.node('transform')).toBeHidden();
      await at.redo();
      await at.redo();
      await expect(at.wires).toHaveCount(1);

      await expect(at.saved).toHaveText('Unsaved changes');
      await at.save();
      const file = fileOf(studio, 'workflows/echo.flow.json');
      expect(file.nodes.map(({ type }) => type)).toEqual(['input', 'transform']);
      expect(file.edges).toHaveLength(1);

      await at.page.reload();
      await expect(at.tab('Echo')).toBeVisible();
      await expect(at.wires).toHaveCount(1);
      await expect(at.saved).toHaveText('Saved');
    },
  );

  journey('moves, nudges, duplicates, groups and deletes; the wires of what is gone go too', async ({ studio }) => {
    const at = studioPage(await studio.open());
    await at.ready();
    await at.newWorkflow('Echo');
    await at.canvas.dblclick({ position: { x: 120, y: 120 } });
    await at.pick('Input');
    await at.canvas.dblclick({ position: { x: 420, y: 320 } });
    await at.pick('Output');
    await at.connect({ node: 'input', side: 'out', port: 'value' }, { node: 'output', side: 'in', port: 'value' });
    await expect(at.wires).toHaveCount(1);

    const before = await at.middle(at.node('output'));
    await at.page.mouse.move(before.x, before.y - 10);
    await at.page.mouse.down();
    await at.page.mouse.move(before.x + 30, before.y + 30, { steps: 5 });
    await at.page.mouse.up();
    const moved = await at.middle(at.node('output'));
    expect(moved.x).toBeGreaterThan(before.x + 15);
    await at.page.keyboard.press('ArrowRight');
    await at.page.keyboard.press('Shift+ArrowRight');
    await expect.poll(async () => (await at.middle(at.node('output'))).x).toBeGreaterThan(moved.x + 25);
    // Both presses are one step; the drag is another.
    await at.undo();
    await expect.poll(async () => Math.round((await at.middle(at.node('output'))).x)).toBe(Math.round(moved.x));

    await at.page.keyboard.press('Control+d');
    await expect(at.nodes).toHaveCount(3);
    await at.page.keyboard.press('Control+a');
    await at.page.keyboard.press('Control+g');
    await expect(at.canvas.getByText('Group', { exact: true })).toBeVisible();
    await at.node('input').click();
    await at.page.keyboard.press('Delete');
    await expect(at.nodes).toHaveCount(2);
    await expect(at.wires).toHaveCount(0);
  });

  journey('refuses a wire that cannot be, and says why', async ({ studio }) => {
    const at = studioPage(await studio.open({ width: 1600 }));
    await at.ready();
    await at.newWorkflow('Wrong');
    await at.canvas.dblclick({ position: { x: 150, y: 120 } });
    await at.pick('Retriever');
    await at.canvas.dblclick({ position: { x: 550, y: 320 } });
    await at.pick('Model');
    const [from, to] = [
      at.handle({ node: 'retriever', side: 'out', port: 'chunks' }),
      at.handle({ node: 'model', side: 'in', port: 'messages' }),
    ];
    const [start, end] = [await at.middle(from), await at.middle(to)];
    await at.page.mouse.move(start.x, start.y);
    await at.page.mouse.down();
    await at.page.mouse.move(end.x - 20, end.y, { steps: 5 });
    await at.page.mouse.move(end.x, end.y);
    await expect(at.canvas.getByText('chunks does not fit into messages.')).toBeVisible();
    // Where it may not lead steps back, as long as it is drawn.
    const row = to.locator('..');
    await expect(row).toHaveAttribute('data-fits', 'false');
    await at.page.mouse.up();
    await expect(row).toHaveAttribute('data-fits', 'true');
    await expect(at.wires).toHaveCount(0);
  });

  journey('offers what fits where a wire ends in the open, and puts a node into a wire', async ({ studio }) => {
    const at = studioPage(await studio.open({ width: 1600 }));
    await at.ready();
    await at.newWorkflow('Find');
    await at.canvas.dblclick({ position: { x: 150, y: 120 } });
    await at.pick('Retriever');
    const start = await at.middle(at.handle({ node: 'retriever', side: 'out', port: 'chunks' }));
    await at.page.mouse.move(start.x, start.y);
    await at.page.mouse.down();
    await at.page.mouse.move(start.x + 320, start.y + 60, { steps: 6 });
    await at.page.mouse.up();
    await expect(at.addMenu.getByRole('option', { name: 'Context' })).toBeVisible();
    await expect(at.addMenu.getByRole('option', { name: 'Load documents' })).toHaveCount(0);
    await at.pick('Context');
    await expect(at.wires).toHaveCount(1);

    const wire = await at.middle(at.wires.first());
    const box = await at.canvas.boundingBox();
    await at.palette
      .getByRole('option', { name: 'Reranker' })
      .dragTo(at.canvas, { targetPosition: { x: wire.x - (box?.x ?? 0), y: wire.y - (box?.y ?? 0) } });
    await expect(at.node('reranker')).toBeVisible();
    await expect(at.wires).toHaveCount(2);
  });
});

describe('safe work', () => {
  journey('comes back after a reload although it was not saved', async ({ studio }) => {
    const at = studioPage(await studio.open());
    await at.ready();
    await at.newWorkflow('Kept');
    await at.canvas.dblclick({ position: { x: 120, y: 120 } });
    await at.pick('Input');
    await at.page.reload();
    await at.ready();
    await expect(at.node('input')).toBeVisible();
    await expect(at.saved).toHaveText('Unsaved changes');
    expect(fileOf(studio, 'workflows/kept.flow.json').nodes).toEqual([]);
  });

  journey('of a window that is gone is offered to the next one', async ({ studio }) => {
    const first = studioPage(await studio.open());
    await first.ready();
    await first.newWorkflow('Left');
    await first.canvas.dblclick({ position: { x: 120, y: 120 } });
    await first.pick('Input');
    await expect.poll(async () => (await studio.recovery()).length).toBe(1);
    await first.page.close();

    const next = studioPage(await studio.open());
    await next.ready();
    await expect(next.notice(/unsaved work/)).toBeVisible();
    await expect(next.nodes).toHaveCount(0);
    await next.action('Restore it').click();
    await expect(next.node('input')).toBeVisible();
  });

  journey('is never written over what someone else wrote, and their version is not lost either', async ({ studio }) => {
    const at = studioPage(await studio.open());
    await at.ready();
    await at.newWorkflow('Shared');
    await at.canvas.dblclick({ position: { x: 120, y: 120 } });
    await at.pick('Input');
    const path = join(studio.folder, 'workflows/shared.flow.json');
    const theirs = readFileSync(path, 'utf8').replace('"Shared"', '"Theirs"');
    writeFileSync(path, theirs);
    await expect(at.saved).toHaveText('Changed on disk');
    await at.page.keyboard.press('Control+s');
    const dialog = at.page.getByRole('dialog', { name: 'The file was changed outside' });
    await dialog.getByRole('button', { name: 'Keep both' }).click();
    await expect(at.tab('Theirs')).toBeVisible();
    await expect(at.tab('Shared (copy)')).toBeVisible();
    await expect(at.node('input')).toBeVisible();
    expect(readFileSync(path, 'utf8')).toBe(theirs);
  });

  journey('gives way to what someone else wrote where a person takes theirs', async ({ studio }) => {
    const at = studioPage(await studio.open());
    await at.ready();
    await at.newWorkflow('Shared');
    await at.canvas.dblclick({ position: { x: 120, y: 120 } });
    await at.pick('Input');
    const path = join(studio.folder, 'workflows/shared.flow.json');
    const theirs = readFileSync(path, 'utf8').replace('"Shared"', '"Theirs"');
    writeFileSync(path, theirs);
    await expect(at.saved).toHaveText('Changed on disk');
    // By keyboard: the save that finds it out, and the answer.
    await at.page.keyboard.press('Control+s');
    const dialog = at.page.getByRole('dialog', { name: 'The file was changed outside' });
    await dialog.getByRole('button', { name: 'Take theirs' }).focus();
    await at.page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    await expect(at.tab('Theirs')).toBeVisible();
    await expect(at.node('input')).toBeHidden();
    await expect(at.saved).toHaveText('Saved');
    expect(readFileSync(path, 'utf8')).toBe(theirs);
  });

  journey('takes over what was changed outside where nothing was changed here', async ({ studio }) => {
    const at = studioPage(await studio.open());
    await at.ready();
    await at.newWorkflow('Outside');
    const path = join(studio.folder, 'workflows/outside.flow.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"Outside"', '"Renamed outside"'));
    await expect(at.tab('Renamed outside')).toBeVisible();
    await expect(at.saved).toHaveText('Saved');
  });

  journey('is asked for before a tab closes, and an earlier version can be taken over', async ({ studio }) => {
    const at = studioPage(await studio.open());
    await at.ready();
    await at.newWorkflow('Draft');
    await at.canvas.dblclick({ position: { x: 120, y: 120 } });
    await at.pick('Input');
    await at.save();
    await at.page.keyboard.press('Delete');
    await at.page.keyboard.press('Alt+w');
    await at.page
      .getByRole('dialog', { name: /Save “Draft”/ })
      .getByRole('button', { name: 'Cancel' })
      .click();
    await at.save();
    await at.dock('Versions').click();
    await at.page
      .getByRole('button', { name: /^Restore the version/ })
      // The newest is what was just saved.
      .nth(1)
      .click();
    await expect(at.node('input')).toBeVisible();
    await at.undo();
    await expect(at.nodes).toHaveCount(0);
  });
});
