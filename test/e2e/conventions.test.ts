import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { describe } from 'vitest';
import { dialects } from '../kit/providers/dialects.ts';
import { type ProviderServer, startProviderServer } from '../kit/providers/provider-server.ts';
import { chromiumPath } from './chromium.ts';
import { emptyWorkflow } from './empty-workflow.ts';
import { type StudioPage, studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { writeSlow } from './slow-workflow.ts';
import { journey, type Prepare, test } from './studio-test.ts';

const WIDE = { width: 1600, height: 1000 };

/** Where the canvas stands: what it is moved by, in pixels, and how large it is drawn. */
async function viewOf(at: StudioPage): Promise<{ x: number; y: number; zoom: number }> {
  const matrix = await at.canvas
    .locator('.react-flow__viewport')
    .evaluate((element) => getComputedStyle(element).transform);
  const [zoom = 1, , , , x = 0, y = 0] = (/\((.*)\)/.exec(matrix)?.[1] ?? '').split(',').map(Number);
  return { x: Math.round(x), y: Math.round(y), zoom: Number(zoom.toFixed(3)) };
}

async function drag(
  page: Page,
  from: { x: number; y: number },
  by: { x: number; y: number },
  button: 'left' | 'middle',
) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down({ button });
  await page.mouse.move(from.x + by.x, from.y + by.y, { steps: 4 });
  await page.mouse.up({ button });
}

/** Somewhere on the canvas where nothing lies. */
async function emptySpot(at: StudioPage): Promise<{ x: number; y: number }> {
  const box = await at.canvas.boundingBox();
  return { x: (box?.x ?? 0) + 30, y: (box?.y ?? 0) + (box?.height ?? 0) - 120 };
}

const openai = dialects.find(({ provider }) => provider === 'openai-compatible') as (typeof dialects)[number];
const SAID = 'Once upon a time a pipeline was killed, and it went on where it had been. ';

/** A workspace whose model writes slowly, and a workflow that asks it. */
const withWriter = test
  .extend<{ provider: ProviderServer }>({
    // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs
    provider: async ({}, use) => {
      const provider = await startProviderServer();
      await use(provider);
      await provider.close();
    },
  })
  .extend<{ prepare: Prepare }>({
    prepare: async ({ provider }, use) => {
      await use(async (folder) => {
        const file = join(folder, 'pipewright.json');
        const config = JSON.parse(readFileSync(file, 'utf8'));
        config.profiles.writer = {
          ...{ use: 'chat', provider: 'openai-compatible', model: 'writer-1' },
          ...{ baseUrl: `${provider.url}${openai.basePath}`, prices: { input: 1, output: 2 } },
        };
        writeFileSync(file, JSON.stringify(config));
        const workflow = {
          format: 1,
          id: 'wf_story',
          name: 'Story',
          inputs: { text: { type: 'text' } },
          outputs: { out: { type: 'any' } },
          resources: { profiles: { writer: { name: 'writer' } } },
          nodes: [
            { id: 'in', type: 'input', version: 1, config: { name: 'text' } },
            {
              id: 'ask',
              type: 'prompt',
              version: 1,
              config: { messages: [{ role: 'user', template: '{{ text }}' }], variables: ['text'] },
            },
            { id: 'write', type: 'model', version: 1, config: { profile: 'writer' } },
            { id: 'out', type: 'output', version: 1, config: { name: 'out' } },
          ],
          edges: [
            { id: 'a', from: { node: 'in', port: 'value' }, to: { node: 'ask', port: 'text' } },
            { id: 'b', from: { node: 'ask', port: 'messages' }, to: { node: 'write', port: 'messages' } },
            { id: 'c', from: { node: 'write', port: 'answer' }, to: { node: 'out', port: 'value' } },
          ],
        };
        writeFileSync(join(folder, 'workflows/story.flow.json'), JSON.stringify(workflow));
        return {};
      });
    },
  });
const writing = withWriter.skipIf(chromiumPath === undefined);

describe('conventions', () => {
  journey('pans by space, middle button and wheel; zooms by wheel and keys between bounds', async ({ studio }) => {
    const at = studioPage(await studio.open(WIDE));
    await at.ready();
    const spot = await emptySpot(at);
    const before = await viewOf(at);
    await drag(at.page, spot, { x: 60, y: -40 }, 'middle');
    await expect.poll(() => viewOf(at)).toEqual({ ...before, x: before.x + 60, y: before.y - 40 });
    await at.page.keyboard.down('Space');
    await expect(at.canvas.locator('.react-flow__pane')).toHaveClass(/draggable/);
    await drag(at.page, spot, { x: -60, y: 40 }, 'left');
    await at.page.keyboard.up('Space');
    await expect.poll(() => viewOf(at)).toEqual(before);
    await at.page.mouse.move(spot.x, spot.y);
    await at.page.mouse.wheel(0, 90);
    await expect.poll(async () => (await viewOf(at)).y).toBeLessThan(before.y);
    expect((await viewOf(at)).zoom).toBe(before.zoom);
    await at.page.keyboard.down('Control');
    await at.page.mouse.wheel(0, -120);
    await at.page.keyboard.up('Control');
    await expect.poll(async () => (await viewOf(at)).zoom).toBeGreaterThan(before.zoom);

    // Each picture says what it does, one at a time, and its key: where the pointer rests and where the focus is.
    const explained = (label: string, keys: string) => at.page.getByText(`${label}${keys}`, { exact: true });
    await at.action('Zoom in').hover();
    await expect(explained('Zoom in', '+')).toBeVisible();
    await at.action('Undo').focus();
    await expect(explained('Undo', 'Ctrl+Z')).toBeVisible();
    await expect(explained('Zoom in', '+')).toBeHidden();
    await at.page.mouse.move(spot.x, spot.y);
    await at.canvas.focus();
    await expect(explained('Undo', 'Ctrl+Z')).toBeHidden();

    await at.page.keyboard.press('0');
    await expect.poll(async () => (await viewOf(at)).zoom).toBe(1);
    for (let press = 0; press < 6; press += 1) await at.page.keyboard.press('+');
    await expect.poll(async () => (await viewOf(at)).zoom).toBe(2);
    for (let press = 0; press < 24; press += 1) await at.page.keyboard.press('-');
    await expect.poll(async () => (await viewOf(at)).zoom).toBe(0.05);
    // However far away: what can be pressed is as large as ever.
    for (const button of await at.canvas.getByRole('button').all()) {
      const box = await button.boundingBox();
      if (!box || !(await button.isVisible())) continue;
      expect(Math.min(box.width, box.height), (await button.getAttribute('aria-label')) ?? '').toBeGreaterThanOrEqual(
        24,
      );
    }
    await at.page.keyboard.press('1');
    await expect.poll(async () => (await viewOf(at)).zoom).toBeGreaterThan(0.1);
    for (const node of await at.nodes.all()) await expect(node).toBeInViewport();
  });

  journey(
    'selects by box and with keys held, adds at the pointer, and follows a wire to the edge',
    async ({ studio }) => {
      const at = await emptyWorkflow(studio, 'Select');
      const box = (await at.canvas.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      await at.canvas.click({ button: 'right', position: { x: 160, y: 160 } });
      await at.pick('Input');
      const placed = await at.middle(at.node('input'));
      expect(Math.hypot(placed.x - box.x - 160, placed.y - box.y - 160)).toBeLessThan(260);
      await at.canvas.dblclick({ position: { x: 560, y: 200 } });
      await at.pick('Transform');
      await at.canvas.dblclick({ position: { x: 560, y: 560 } });
      await at.pick('Output');

      // A box that only touches them takes them.
      const second = await at.middle(at.node('transform'));
      await drag(at.page, { x: box.x + 20, y: box.y + 20 }, { x: second.x - box.x - 10, y: second.y - box.y }, 'left');
      await expect(at.inspector.getByText('2 items selected')).toBeVisible();
      await at.node('output').click({ modifiers: ['Control'] });
      await expect(at.inspector.getByText('3 items selected')).toBeVisible();
      // Either key adds one, and takes it out again.
      for (const key of ['Control', 'Shift'] as const) {
        await at.node('transform').click();
        await expect(at.field('Name of the node')).toBeVisible();
        await at.node('output').click({ modifiers: [key] });
        await expect(at.inspector.getByText('2 items selected')).toBeVisible();
        await at.node('input').click({ modifiers: [key] });
        await expect(at.inspector.getByText('3 items selected')).toBeVisible();
        await at.node('output').click({ modifiers: [key] });
        await expect(at.inspector.getByText('2 items selected')).toBeVisible();
        await expect(at.node('output')).not.toHaveClass(/selected/);
      }
      // A hand that is not quite still clicks all the same; a drag with Shift draws a box, on a node too.
      const third = await at.middle(at.node('output'));
      await at.page.keyboard.down('Shift');
      await drag(at.page, third, { x: 1, y: 0 }, 'left');
      await expect(at.inspector.getByText('3 items selected')).toBeVisible();
      await drag(at.page, third, { x: 2, y: second.y - third.y }, 'left');
      await at.page.keyboard.up('Shift');
      await expect(at.inspector.getByText('2 items selected')).toBeVisible();
      await expect(at.node('input')).not.toHaveClass(/selected/);
      expect(await at.middle(at.node('output'))).toEqual(third);

      // What goes in is on the left, what comes out on the right.
      const [into, out] = [
        await at.middle(at.handle({ node: 'transform', side: 'in', port: 'value' })),
        await at.middle(at.handle({ node: 'transform', side: 'out', port: 'value' })),
      ];
      expect(into.x).toBeLessThan(second.x);
      expect(out.x).toBeGreaterThan(second.x);

      const before = await viewOf(at);
      await at.page.mouse.move(out.x, out.y);
      await at.page.mouse.down();
      await at.page.mouse.move(box.x + box.width - 6, out.y, { steps: 4 });
      await expect.poll(async () => (await viewOf(at)).x).toBeLessThan(before.x - 20);
      await at.page.keyboard.press('Escape');
      await at.page.mouse.up();
      await at.page.keyboard.press('Escape');
      await expect(at.wires).toHaveCount(0);
    },
  );

  journey(
    'says what colours stand for, refuses circles, and takes a wire off and to another port',
    async ({ studio }) => {
      const at = await emptyWorkflow(studio, 'Wires');
      await at.action('Colours of ports and wires').click();
      const legend = at.page.getByRole('dialog', { name: 'Colours of ports and wires' });
      await expect(legend.getByText('passages of documents, with where they stand')).toBeVisible();
      await at.page.keyboard.press('Escape');
      await expect(legend).toBeHidden();

      for (const [type, x, y] of [
        ['Input', 140, 160],
        ['Transform', 480, 160],
        ['Output', 820, 160],
        ['Log', 820, 480],
      ] as const) {
        await at.canvas.dblclick({ position: { x, y } });
        await at.pick(type);
      }
      await at.connect({ node: 'input', side: 'out', port: 'value' }, { node: 'transform', side: 'in', port: 'value' });
      await at.connect(
        { node: 'transform', side: 'out', port: 'value' },
        { node: 'output', side: 'in', port: 'value' },
      );
      await expect(at.wires).toHaveCount(2);
      // Back to where it comes from: a circle.
      await at.connect(
        { node: 'transform', side: 'out', port: 'value' },
        { node: 'transform', side: 'in', port: 'value' },
      );
      await expect(at.wires).toHaveCount(2);

      // Its end is taken from one port to another.
      const [from, to] = [
        await at.middle(at.handle({ node: 'output', side: 'in', port: 'value' })),
        await at.middle(at.handle({ node: 'log', side: 'in', port: 'value' })),
      ];
      await at.page.mouse.move(from.x - 4, from.y);
      await at.page.mouse.down();
      await at.page.mouse.move((from.x + to.x) / 2 - 80, (from.y + to.y) / 2, { steps: 4 });
      await at.page.mouse.move(to.x, to.y, { steps: 4 });
      await at.page.mouse.up();
      await at.save();
      const wires = at.wires;
      await expect(wires).toHaveCount(2);
      await at.undo();
      await expect(at.saved).toHaveText('Unsaved changes');
      await at.redo();
      await at.save();

      // Near a wire, what can be done with it appears; its hit area is wider than its line.
      const wire = await at.middle(wires.first());
      await at.page.mouse.move(wire.x, wire.y + 6);
      const wireTool = (name: RegExp) => at.page.getByRole('button', { name }).locator('visible=true').first();
      await expect(wireTool(/^Put a node into this wire/)).toBeVisible();
      await wireTool(/^(Remove|Delete) .*wire/).click();
      await expect(wires).toHaveCount(1);
    },
  );

  journey('opens the list of nodes by Tab where the canvas was pressed, and is no trap', async ({ studio }) => {
    const at = await emptyWorkflow(studio, 'By Tab');
    const { page } = at;
    const press = async () => {
      const { x, y } = await emptySpot(at);
      await page.mouse.click(x, y);
      await expect(at.canvas).toBeFocused();
    };
    await press();
    for (const [type, count] of [
      ['transform', 1],
      ['log', 2],
    ] as const) {
      await page.keyboard.press('Tab');
      await expect(at.addMenu.getByRole('combobox')).toBeFocused();
      await at.pick(type);
      await expect(at.nodes).toHaveCount(count);
      await expect(at.canvas).toBeFocused();
    }
    // Escape closes the list, and Tab walks on: to what can have the focus on the canvas, and at last out of it.
    await page.keyboard.press('Tab');
    await expect(at.addMenu).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(at.addMenu).toBeHidden();
    await page.keyboard.press('Tab');
    await expect(at.addMenu).toBeHidden();
    await expect(at.nodes.first()).toBeFocused();
    const isInside = () => at.canvas.evaluate((canvas) => canvas.contains(document.activeElement));
    for (let presses = 0; presses < 40 && (await isInside()); presses += 1) await page.keyboard.press('Tab');
    expect(await isInside()).toBe(false);
    // Who came by keys has Tab for walking, and N for the list.
    await page.keyboard.press('Shift+Tab');
    expect(await isInside()).toBe(true);
    await expect(at.addMenu).toBeHidden();
    // Backwards it leads on from a pressed canvas, too.
    await press();
    await page.keyboard.press('Shift+Tab');
    await expect(at.addMenu).toBeHidden();
    await expect(at.canvas).not.toBeFocused();
  });

  journey('runs, pauses, goes on and stops by the same keys, and says so to who listens', async ({ studio }) => {
    writeSlow(studio.folder);
    const at = studioPage(await studio.open(WIDE));
    await at.page.emulateMedia({ reducedMotion: 'reduce' });
    await at.ready();
    const heard = at.page.getByRole('log', { name: 'Run' });
    await at.action('Workflows').click();
    await at.panel('Workflows').getByRole('button', { name: /^Slow/ }).click();
    await expect(at.node('wait').locator('[data-port-type="error"]')).toBeVisible();
    await at.page.keyboard.press('Control+Enter');
    const text = at.run.inputs.getByRole('textbox', { name: 'text' });
    await text.fill('hello');
    await at.page.keyboard.press('Control+Enter');
    await expect(at.node('wait').getByRole('img', { name: 'Waiting' })).toBeVisible();
    await expect(heard).toHaveText(/waits|started/);
    // Nothing moves for who asked for that.
    const moving = await at.page.evaluate(
      () => document.getAnimations().filter((one) => Number(one.effect?.getComputedTiming().duration) > 50).length,
    );
    expect(moving).toBe(0);
    await at.run.stop.click();
    await expect(at.run.status).toHaveText('Stopped');
    await expect(heard).toHaveText('The run was stopped.');
    await expect(at.run.start).toBeVisible();
    // What was given stays, and stands in the list of earlier inputs.
    await expect(text).toHaveValue('hello');
  });

  journey('finds nodes by what was used last, explains them, and keeps notes in Markdown', async ({ studio }) => {
    const at = await emptyWorkflow(studio, 'Explained');
    await at.canvas.getByRole('button', { name: /^Add / }).click();
    await at.pick('retr');
    await expect(at.node('retriever')).toBeVisible();
    await at.inspector.getByRole('button', { name: 'Read the documentation' }).click();
    const docs = at.page.getByRole('dialog');
    await expect(docs.getByRole('heading', { name: /retriever/i }).first()).toBeVisible();
    await at.page.keyboard.press('Escape');
    await at.canvas.focus();
    await at.page.keyboard.press('n');
    await expect(at.addMenu.getByText('Used last')).toBeVisible();
    await expect(at.addMenu.getByRole('option').first()).toHaveAccessibleName(/Retriever/);
    await at.page.keyboard.press('Escape');

    await at.canvas.focus();
    await at.page.keyboard.press('Shift+N');
    const note = at.canvas.getByRole('note');
    await note.dblclick();
    await note.getByRole('textbox').fill('# Why\n\nIt is **slow** to:\n\n- search\n- rank');
    await at.page.keyboard.press('Escape');
    await expect(note.getByRole('heading', { name: 'Why' })).toBeVisible();
    await expect(note.locator('strong')).toHaveText('slow');
    await expect(note.getByRole('listitem')).toHaveCount(2);
    await note.click();
    await at.inspector.getByRole('radio', { name: 'Green' }).check({ force: true });
    await expect(note).toHaveAttribute('data-color', 'green');
  });

  writing(
    'shows what a model writes on its node, pauses it, goes on, and tells what it took',
    async ({ studio, provider }) => {
      const pieces = Array.from({ length: 60 }, (_, at) => `${at}. ${SAID}`);
      const reply = openai.answer({ pieces, usage: { input: 12, output: 900 } });
      // Slow enough to be seen on a busy machine; quick enough to end within the patience for the pause below.
      provider.script({ ...reply, pieceBytes: 300, gapMs: 200 });
      const at = studioPage(await studio.open(WIDE));
      await at.ready();
      await at.action('Workflows').click();
      await at
        .panel('Workflows')
        .getByRole('button', { name: /^Story/ })
        .click();
      await at.page.keyboard.press('Control+Enter');
      await at.run.inputs.getByRole('textbox', { name: 'text' }).fill('Tell me a story.');
      await at.page.keyboard.press('Control+Enter');
      await expect(at.node('write').getByText(/went on where it had been/)).toBeVisible();
      await expect(at.run.stop).toBeVisible();
      await at.page.getByRole('banner').getByRole('button', { name: 'Pause', exact: true }).click();
      await expect(at.run.status).toHaveText('Paused');
      provider.script({ ...reply, pieceBytes: 4096 });
      await at.page.getByRole('banner').getByRole('button', { name: 'Go on', exact: true }).click();
      await expect(at.run.status).toHaveText('Succeeded');
      await expect(at.node('write').getByText(/tokens/)).toBeVisible();
      await expect(at.node('write').getByText(/\$0\.00/)).toBeVisible();

      // The same keys stop what they started.
      provider.script({ ...reply, pieceBytes: 300, gapMs: 500 });
      await at.page.keyboard.press('Control+Enter');
      await expect(at.node('write').getByText(/went on where it had been/)).toBeVisible();
      await at.page.keyboard.press('Control+Enter');
      await expect(at.run.status).toHaveText('Stopped');
    },
  );
});
