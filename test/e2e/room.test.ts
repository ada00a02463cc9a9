import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { studioPage } from './pages/studio-page.ts';
import { expect } from './patient-expect.ts';
import { journey, type Studio } from './studio-test.ts';

/** Nodes at the corners of a field: the last one would lie under the overview map. */
function cornersWorkflow(studio: Studio): void {
  const positions = { left: { x: 0, y: 0 }, right: { x: 1000, y: 0 }, low: { x: 1000, y: 760 } };
  const nodes = Object.keys(positions).map((id) => ({
    ...{ id, type: 'transform', version: 1, config: { expression: 'value' } },
  }));
  const workflow = { format: 1, id: 'wf_corners', name: 'Corners', nodes, edges: [], layout: { positions } };
  writeFileSync(join(studio.folder, 'workflows/corners.flow.json'), JSON.stringify(workflow));
}

describe('room', () => {
  journey('is made for the dock by the height of the window, until a person sets another', async ({ studio }) => {
    cornersWorkflow(studio);
    const at = studioPage(await studio.open({ width: 1600, height: 1000 }));
    const { page } = at;
    await at.ready();
    const dock = page.getByRole('region', { name: 'Dock' });
    const height = async () => (await dock.boundingBox())?.height;
    const middle = async () => {
      const [canvas, node] = [await at.canvas.boundingBox(), await at.node('left').boundingBox()];
      return canvas && node && Math.round(node.y - canvas.y - canvas.height / 2);
    };
    await expect(at.node('left')).toBeVisible();
    const before = await middle();
    await at.dock('Run').click();
    await expect.poll(height).toBe(420);
    // What was in the middle of the canvas is there still.
    await expect.poll(middle).toBe(before);
    await page.setViewportSize({ width: 1600, height: 800 });
    await expect.poll(height).toBe(336);

    await dock.getByRole('separator').press('ArrowUp');
    await expect.poll(height).toBe(352);
    await page.setViewportSize({ width: 1600, height: 1000 });
    await expect.poll(async () => (await at.canvas.boundingBox())?.height).toBeGreaterThan(500);
    expect(await height()).toBe(352);
    await page.reload();
    await at.ready();
    await expect.poll(height).toBe(352);
    // A low window keeps some canvas.
    await page.setViewportSize({ width: 1600, height: 500 });
    await expect.poll(height).toBe(220);
  });

  journey('is left for the map, and the tools of a node stay in sight', async ({ studio }) => {
    cornersWorkflow(studio);
    const at = studioPage(await studio.open({ width: 1600, height: 1000 }));
    const { page } = at;
    await at.ready();
    const map = at.canvas.getByRole('img', { name: 'Overview' });
    const bar = page.getByRole('toolbar', { name: 'For this node' });
    const boxOf = async (one: typeof map) => (await one.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const isUnder = async () => {
      const [node, over] = [await boxOf(at.node('low')), await boxOf(map)];
      return node.x + node.width > over.x && node.y + node.height > over.y;
    };
    await expect(map).toBeVisible();
    await expect(at.node('low')).toBeVisible();
    expect(await isUnder()).toBe(false);
    // Shown all once more, after it was moved there.
    await at.canvas.focus();
    await page.keyboard.press('0');
    await page.keyboard.press('1');
    await expect(at.node('low')).toBeInViewport({ ratio: 0.99 });
    await expect.poll(isUnder).toBe(false);

    // Moved until little of the node is seen at the edge, its tools are seen whole.
    await at.node('right').click();
    await expect(bar).toBeVisible();
    for (const [dx, dy] of [
      [1, 0],
      [0, -1],
    ] as const) {
      const [canvas, node] = [await boxOf(at.canvas), await boxOf(at.node('right'))];
      await page.mouse.move(canvas.x + canvas.width / 2, canvas.y + canvas.height / 2);
      const toEdge = dx === 1 ? canvas.x + canvas.width - node.x - 30 : node.y + node.height - canvas.y - 20;
      await page.mouse.wheel(-dx * toEdge, -dy * toEdge);
      await expect
        .poll(async () => {
          const [frame, tools] = [await boxOf(at.canvas), await boxOf(bar)];
          return (
            tools.width > 0 &&
            tools.x >= frame.x &&
            tools.y >= frame.y &&
            tools.x + tools.width <= frame.x + frame.width &&
            tools.y + tools.height <= frame.y + frame.height
          );
        })
        .toBe(true);
      const [frame, moved] = [await boxOf(at.canvas), await boxOf(at.node('right'))];
      // It is the edge: the node itself is cut.
      expect(moved.x + moved.width > frame.x + frame.width || moved.y < frame.y).toBe(true);
    }
    await bar.getByRole('button', { name: 'Duplicate' }).click();
    await expect(at.nodes).toHaveCount(4);
  });

  // As at 200 % zoom in a window of 1440 × 900.
  journey('is left for the canvas in a narrow window, where one side is open at a time', async ({ studio }) => {
    cornersWorkflow(studio);
    const at = studioPage(await studio.open({ isFirst: true, width: 720, height: 450 }));
    const { page } = at;
    await at.ready();
    const nodes = page.getByRole('complementary', { name: 'Nodes' });
    const width = async () => (await at.canvas.boundingBox())?.width ?? 0;
    await expect(nodes).toBeVisible();
    await expect(at.inspector).toBeHidden();
    await expect.poll(width).toBeGreaterThan(400);
    // The tour opens what it tells of: it has begun before another side is opened.
    const card = page.getByRole('dialog', { name: 'Tour of the studio' });
    await expect(card).toBeVisible();
    await page.keyboard.press(']');
    await expect(at.inspector).toBeVisible();
    await expect(nodes).toBeHidden();
    await expect.poll(width).toBeGreaterThan(300);

    for (let step = 1; step <= 6; step += 1) {
      await expect(card.getByText(`${step} of 6`)).toBeInViewport({ ratio: 1 });
      await expect(card).toBeInViewport({ ratio: 1 });
      await card.getByRole('button', { name: /Next|Done/ }).click();
    }
    await expect(card).toBeHidden();
  });
});
