import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { type PortName, type StudioPage, studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey, type Studio } from './studio-test.ts';

const FILE = 'workflows/gestures.flow.json';
const WIDE = { width: 1600, height: 1000 };

const node = (id: string, type: string, config: object, name?: string) => ({
  id,
  type,
  version: 1,
  config,
  ...(name !== undefined && { name }),
});
const edge = (from: string, to: string) => {
  const end = (text: string) => ({ node: text.split('.')[0], port: text.split('.')[1] });
  return { id: `${to.replace('.', '-')}-from-${from.split('.')[0]}`, from: end(from), to: end(to) };
};

/** Question → Shout → Answer, with two more that take the question, well apart on the canvas. */
const workflow = {
  format: 1,
  id: 'wf_gestures',
  name: 'Gestures',
  inputs: { question: { type: 'text' } },
  outputs: { answer: { type: 'any' } },
  budget: { run: 0.25 },
  nodes: [
    node('ask', 'input', { name: 'question' }),
    node('shout', 'transform', { expression: 'value + "!"' }, 'Shout'),
    node('out', 'output', { name: 'answer' }),
    node('second', 'transform', { expression: 'value' }, 'Second'),
    node('third', 'transform', { expression: 'value' }, 'Third'),
    node('find', 'retriever', { collection: 'docs' }, 'Find'),
  ],
  edges: [
    edge('ask.value', 'shout.value'),
    edge('shout.value', 'out.value'),
    edge('ask.value', 'second.value'),
    edge('ask.value', 'third.value'),
    edge('ask.value', 'find.query'),
  ],
  layout: {
    positions: {
      ask: { x: 0, y: 0 },
      shout: { x: 320, y: 0 },
      out: { x: 640, y: 0 },
      second: { x: 320, y: 160 },
      third: { x: 320, y: 300 },
      find: { x: 320, y: 440 },
    },
  },
};

async function opened(studio: Studio): Promise<StudioPage> {
  writeFileSync(join(studio.folder, FILE), JSON.stringify(workflow));
  const at = studioPage(await studio.open(WIDE));
  await at.ready();
  await expect(at.tab('Gestures')).toBeVisible();
  await expect(at.wires).toHaveCount(5);
  return at;
}

const saved = (studio: Studio) => JSON.parse(readFileSync(join(studio.folder, FILE), 'utf8'));

/** A point on the canvas where nothing is, beside the middle of a node. */
async function beside(at: StudioPage, id: string, by: { x: number; y: number }) {
  const { x, y } = await at.middle(at.node(id));
  return { x: x + by.x, y: y + by.y };
}

async function drag(at: StudioPage, from: { x: number; y: number }, to: { x: number; y: number }, key?: string) {
  const { keyboard, mouse } = at.page;
  if (key !== undefined) await keyboard.down(key);
  await mouse.move(from.x, from.y);
  await mouse.down();
  await mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await mouse.move(to.x, to.y, { steps: 4 });
  await mouse.up();
  if (key !== undefined) await keyboard.up(key);
}

describe('gestures and keys of the canvas', () => {
  journey('bypasses a node, locks it, and runs past it', async ({ studio }) => {
    const at = await opened(studio);
    const { page } = at;
    const shout = at.node('shout');
    await shout.click();
    await page.keyboard.press('Control+b');
    await expect(shout.getByRole('img', { name: /^Bypassed/ })).toBeVisible();
    // A search gives passages, and a question is none.
    await at.node('find').click();
    await page.keyboard.press('Control+b');
    await expect(at.notice(/“Find” cannot be bypassed/)).toBeVisible();
    await expect(at.node('find').getByRole('img', { name: /^Bypassed/ })).toHaveCount(0);

    await page.keyboard.press('d');
    await page.keyboard.press('Control+Enter');
    await at.run.inputs.getByRole('textbox').fill('quiet');
    await page.keyboard.press('Control+Enter');
    await expect(at.run.status).toHaveText('Succeeded');
    await expect(at.run.result.getByText('quiet', { exact: true })).toBeVisible();
    expect(saved(studio).nodes.find(({ id }: { id: string }) => id === 'shout')).toMatchObject({ bypassed: true });
    expect(saved(studio).budget).toEqual({ run: 0.25 });

    // Locked by its menu, by hand and by key it stays; the key that undoes unlocks it too.
    await shout.click({ button: 'right' });
    await page
      .getByRole('menuitem', { name: /^Lock or unlock/ })
      .first()
      .click();
    await expect(shout.getByRole('img', { name: 'Locked' })).toBeVisible();
    const before = await at.middle(shout);
    await drag(at, { x: before.x, y: before.y - 20 }, { x: before.x + 90, y: before.y + 90 });
    expect(await at.middle(shout)).toEqual(before);
    await shout.click();
    await page.keyboard.press('ArrowRight');
    await expect(at.notice(/“Shout” is locked/)).toBeVisible();
    await page.keyboard.press('Delete');
    await expect(at.nodes).toHaveCount(6);
    await expect(at.inspector.getByRole('button', { name: 'Unlock' })).toBeVisible();
    await at.inspector.getByRole('button', { name: 'Unlock' }).click();
    await at.canvas.focus();
    await page.keyboard.press('Control+Shift+l');
    await page.keyboard.press('Shift+n');
    await expect(at.notice(/The workflow is locked/)).toBeVisible();
    await at.save();
    expect(saved(studio).layout.locked).toEqual({ all: true });
    await at.undo();
    await page.keyboard.press('Shift+n');
    await expect(page.getByRole('note')).toBeVisible();
  });

  journey('bends, cuts, moves and hides wires, by pointer and by keys', async ({ studio }) => {
    const at = await opened(studio);
    const { page } = at;
    const wire = at.wire('second-value-from-ask');
    const path = wire.locator('.react-flow__edge-path');
    const straight = await path.getAttribute('d');
    // By dragging the wire itself.
    const end = await at.middle(at.handle(into('second')));
    const hold = await at.pointOn(wire, 0.85);
    await drag(at, hold, { x: hold.x - 10, y: hold.y + 120 });
    await expect(path).not.toHaveAttribute('d', straight ?? '');
    const bend = page.getByRole('button', { name: 'Bend 1' });
    await expect(bend).toBeVisible();
    await at.save();
    const [first] = saved(studio).layout.bends['second-value-from-ask'];
    await bend.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await at.save();
    expect(saved(studio).layout.bends['second-value-from-ask']).toEqual([{ x: first.x + 30, y: first.y }]);
    await bend.focus();
    await page.keyboard.press('Delete');
    await expect(path).toHaveAttribute('d', straight ?? '');
    // By key alone, and back in one step.
    await at.wire('third-value-from-ask').focus();
    await page.keyboard.press('b');
    await expect(bend).toBeFocused();
    await at.undo();
    await expect(bend).toHaveCount(0);

    // Shapes, hiding, and what stands out while Shift is held.
    await at.canvas.focus();
    await page.keyboard.press('w');
    await expect(path).not.toHaveAttribute('d', straight ?? '');
    await page.keyboard.press('w');
    await page.keyboard.press('Escape');
    await at.canvas.click({ position: { x: 60, y: 700 } });
    await page.keyboard.press('Shift+W');
    await expect(path).toBeHidden();
    await at.node('second').hover();
    await page.keyboard.down('Shift');
    await expect(path).toBeVisible();
    await expect(at.wire('third-value-from-ask').locator('.react-flow__edge-path')).toBeHidden();
    await page.keyboard.up('Shift');
    await page.keyboard.press('Shift+W');
    await expect(path).toBeVisible();

    // A ring says that an input need not have a wire; a dot that it must.
    await expect(at.handle({ node: 'find', side: 'in', port: 'query' })).toHaveAttribute('data-optional', 'false');
    await expect(at.handle({ node: 'shout', side: 'in', port: 'value' })).toHaveAttribute('data-optional', 'false');

    // Escape gives a wire up over a port where it could end; a wheel pans while it is drawn.
    await page.mouse.move(end.x, end.y);
    const from = await at.middle(at.handle(out('shout')));
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + 60, from.y + 60, { steps: 3 });
    await page.mouse.wheel(0, 40);
    await expect.poll(async () => (await at.middle(at.handle(out('shout')))).y).toBeLessThan(from.y - 10);
    const third = await at.middle(at.handle(into('third')));
    await page.mouse.move(third.x, third.y, { steps: 4 });
    await expect(page.locator('.react-flow__connection')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.locator('.react-flow__connection')).toHaveCount(0);
    await page.mouse.up();
    await expect(at.wires).toHaveCount(5);

    // All wires of the question begin at another output.
    const [here, there] = [await at.middle(at.handle(out('ask'))), await at.middle(at.handle(out('second')))];
    await drag(at, here, there, 'Shift');
    await expect(at.notice(/wait for each other|cannot wait for itself/)).toBeVisible();
    await drag(at, await at.middle(at.handle(out('shout'))), await at.middle(at.handle(out('third'))), 'Shift');
    await at.save();
    const answer = () => saved(studio).edges.find(({ to }: { to: { node: string } }) => to.node === 'out').from.node;
    expect(answer()).toBe('third');
    await at.undo();

    // A line through the wires of three cuts them in one step.
    const above = await beside(at, 'second', { x: -130, y: -50 });
    const below = await beside(at, 'find', { x: -130, y: 60 });
    await drag(at, above, below, 'Alt');
    await expect(at.wires).toHaveCount(2);
    await at.undo();
    await expect(at.wires).toHaveCount(5);
  });

  journey('copies by dragging, pans, selects along wires, and folds groups', async ({ studio }) => {
    const at = await opened(studio);
    const { page } = at;
    const third = await at.middle(at.node('third'));
    await drag(at, { x: third.x, y: third.y - 20 }, { x: third.x + 320, y: third.y + 20 }, 'Alt');
    await expect(at.nodes).toHaveCount(7);
    expect(await at.middle(at.node('third'))).toEqual(third);
    await expect(at.node('third-2')).toHaveAccessibleName(/^Third/);
    expect((await at.middle(at.node('third-2'))).x).toBeGreaterThan(third.x + 250);
    await at.undo();
    await expect(at.nodes).toHaveCount(6);

    // Nothing selected: arrows move the canvas, ten times as far with Shift.
    await page.keyboard.press('Control+a');
    await expect(at.inspector.getByText('6 items selected')).toBeVisible();
    await page.keyboard.press('Control+a');
    await expect(at.field('Name of the workflow')).toBeVisible();
    const moved = async (keys: string) => {
      const before = await at.middle(at.node('ask'));
      await page.keyboard.press(keys);
      await expect.poll(async () => (await at.middle(at.node('ask'))).x).not.toBe(before.x);
      return Math.round(before.x - (await at.middle(at.node('ask'))).x);
    };
    await at.canvas.focus();
    const near = await moved('ArrowRight');
    expect(await moved('Shift+ArrowLeft')).toBe(-10 * near);
    await moved('Shift+ArrowRight');

    // The hand moves the canvas where the pointer selects.
    await page.keyboard.press('h');
    const place = await at.middle(at.node('ask'));
    await drag(at, { x: place.x, y: place.y + 300 }, { x: place.x + 80, y: place.y + 300 });
    expect(Math.round((await at.middle(at.node('ask'))).x - place.x)).toBe(80);
    await page.keyboard.press('v');
    const pane = await at.middle(at.node('ask'));
    await drag(at, { x: pane.x - 130, y: pane.y - 60 }, { x: pane.x + 20, y: pane.y + 20 });
    await expect(at.field('Name of the node')).toHaveValue('Input');
    await page.keyboard.press('Shift+D');
    await expect(at.inspector.getByText('6 items selected')).toBeVisible();
    await at.node('second').click();
    await page.keyboard.press('Shift+C');
    await expect(at.inspector.getByText('6 items selected')).toBeVisible();
    await at.node('out').click();
    await page.keyboard.press('.');
    const centre = await at.middle(at.canvas);
    await expect.poll(async () => Math.abs((await at.middle(at.node('out'))).x - centre.x)).toBeLessThan(2);
    await page.keyboard.press('1');

    // Free or on the grid.
    await page.keyboard.press('Shift+S');
    await expect.poll(() => view(page)).toMatchObject({ snap: false });
    await page.keyboard.press('Shift+S');

    // Control and a click adds a node there; taken out again, its wires are joined.
    const empty = await beside(at, 'second', { x: 330, y: 0 });
    await page.mouse.move(empty.x, empty.y);
    await page.keyboard.down('Control');
    await page.mouse.down();
    await page.mouse.up();
    await page.keyboard.up('Control');
    await at.pick('Log');
    await expect(at.nodes).toHaveCount(7);
    await page.keyboard.press('Delete');
    await at.node('shout').click();
    await page.keyboard.press('Control+Delete');
    await at.save();
    expect(saved(studio).edges.find(({ to }: { to: { node: string } }) => to.node === 'out').from.node).toBe('ask');
    await at.undo();

    // A group folds into one box, and its wires end there.
    await at.node('second').click();
    await at.node('third').click({ modifiers: ['Control'] });
    await page.keyboard.press('Control+g');
    await page.keyboard.press('Alt+c');
    await expect(at.nodes).toHaveCount(4);
    await expect(at.wires).toHaveCount(5);
    await expect(at.canvas.getByText('2 nodes')).toBeVisible();
    await at.canvas.getByRole('button', { name: 'Expand Group' }).click();
    await expect(at.nodes).toHaveCount(6);
    await at.undo();
    await expect(at.nodes).toHaveCount(4);
    await at.save();
    expect(saved(studio).layout.groups[0]).toMatchObject({ collapsed: true });
  });
});

const out = (id: string): PortName => ({ node: id, side: 'out', port: 'value' });
const into = (id: string): PortName => ({ node: id, side: 'in', port: 'value' });

const view = (page: StudioPage['page']) =>
  page.evaluate(() => JSON.parse(window.localStorage.getItem('pipewright.view') ?? '{}'));
