import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey, type Studio } from './studio-test.ts';

const SIDE = 25;

/** A grid of nodes, each row a chain. */
function largeWorkflow(studio: Studio): void {
  const names = Array.from({ length: SIDE * SIDE }, (_, n) => ({
    id: `n${n}`,
    row: Math.floor(n / SIDE),
    column: n % SIDE,
  }));
  const workflow = {
    format: 1,
    id: 'wf_large',
    name: 'Large',
    nodes: names.map(({ id }) => ({ id, type: 'transform', version: 1, config: { expression: 'value' } })),
    edges: names
      .filter(({ column }) => column > 0)
      .map(({ id, row, column }) => ({
        id: `e-${id}`,
        from: { node: `n${row * SIDE + column - 1}`, port: 'value' },
        to: { node: id, port: 'value' },
      })),
    layout: {
      positions: Object.fromEntries(names.map(({ id, row, column }) => [id, { x: column * 280, y: row * 140 }])),
    },
  };
  writeFileSync(join(studio.folder, 'workflows/large.flow.json'), JSON.stringify(workflow));
}

describe('a large workflow', () => {
  journey('is one picture from afar, where a node can be found, and is nodes again from near', async ({ studio }) => {
    largeWorkflow(studio);
    const at = studioPage(await studio.open({ width: 1600, height: 1000 }));
    await at.ready();
    await expect(at.tab('Large')).toBeVisible();
    await expect(at.nodes.first()).toBeVisible();
    // Only what can be seen is there.
    expect(await at.nodes.count()).toBeLessThan(SIDE * SIDE);
    await at.page.keyboard.press('1');
    const picture = at.canvas.locator('[data-overview] canvas');
    await expect(picture).toBeVisible();
    await expect(at.nodes).toHaveCount(0);
    // Something is drawn in it.
    const colors = await picture.evaluate((canvas: HTMLCanvasElement) => {
      const { data = new Uint8ClampedArray() } =
        canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
      return new Set(new Uint32Array(data.buffer)).size;
    });
    expect(colors).toBeGreaterThan(3);

    const box = await at.canvas.boundingBox();
    await at.page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2);
    await expect(at.field('Name of the node')).toHaveValue('Transform');
    await at.page.keyboard.press('.');
    await expect(picture).toHaveCount(0);
    await expect(at.node(`n${Math.floor((SIDE * SIDE) / 2)}`)).toBeVisible();
  });

  journey(
    'is led through by its map: pressed, dragged and zoomed; the dots go as far as is seen',
    async ({ studio }) => {
      largeWorkflow(studio);
      const at = studioPage(await studio.open({ width: 1600, height: 1000 }));
      await at.ready();
      const map = at.canvas.getByRole('img', { name: 'Overview' });
      await expect(map).toBeVisible();
      const row = Math.floor(SIDE / 2);
      const [first, last] = [at.node(`n${SIDE * row}`), at.node(`n${SIDE * row + SIDE - 1}`)];
      await expect(first).toBeVisible();
      // Wires keep the ends that were worked out for them when the ports are measured.
      const way = await at.wires.first().locator('.react-flow__edge-path').getAttribute('d');
      expect(way).toMatch(/^M/);
      expect(way).not.toMatch(/\.\d{3}/);
      const box = (await map.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      const [left, right] = [box.x + 8, box.x + box.width - 8];
      const middle = box.y + box.height / 2;

      await at.page.mouse.move(right, middle);
      await at.page.mouse.down();
      await expect(last).toBeVisible();
      await expect(first).toHaveCount(0);
      // What is seen follows the pointer until it is let go.
      await at.page.mouse.move(left, middle, { steps: 4 });
      await at.page.mouse.up();
      await expect(first).toBeVisible();
      await at.page.mouse.move(right, middle);
      await expect(last).toHaveCount(0);

      const zoom = at.canvas.getByText(/^\d+ %$/);
      await expect(zoom).toHaveText('60 %');
      await at.page.mouse.wheel(0, -250);
      await expect(zoom).toHaveText('85 %');

      // Moved by the wheel it is one picture, painted again where it rests; the sheet of dots is laid anew on the way.
      const [view, dots] = [await at.canvas.boundingBox(), at.canvas.locator('[data-dots]')];
      if (!view) throw new Error('the canvas is not on the page');
      await at.page.mouse.move(view.x + view.width / 2, view.y + view.height / 2);
      const drawing = at.canvas.locator('.react-flow__viewport');
      const layer = () => drawing.evaluate((one) => getComputedStyle(one).willChange);
      await expect.poll(layer).toBe('auto');
      const during = await drawing.evaluate((one) => {
        const wheel = new WheelEvent('wheel', { deltaX: 10, bubbles: true, cancelable: true });
        globalThis.document.querySelector('.react-flow__pane')?.dispatchEvent(wheel);
        return getComputedStyle(one).willChange;
      });
      expect(during).toBe('transform');
      for (let n = 0; n < 20; n += 1) await at.page.mouse.wheel(200, 200);
      await expect.poll(layer).toBe('auto');
      const sheet = await dots.boundingBox();
      if (!sheet) throw new Error('there are no dots');
      expect(sheet.x).toBeLessThanOrEqual(view.x);
      expect(sheet.y).toBeLessThanOrEqual(view.y);
      expect(sheet.x + sheet.width).toBeGreaterThanOrEqual(view.x + view.width);
      expect(sheet.y + sheet.height).toBeGreaterThanOrEqual(view.y + view.height);
    },
  );
});
