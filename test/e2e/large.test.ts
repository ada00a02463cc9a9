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
    await expect(at.inspector.getByLabel('Name of the node')).toHaveValue('Transform');
    await at.page.keyboard.press('.');
    await expect(picture).toHaveCount(0);
    await expect(at.node(`n${Math.floor((SIDE * SIDE) / 2)}`)).toBeVisible();
  });
});
