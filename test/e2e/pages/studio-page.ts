import type { Locator, Page } from 'playwright';
import { expect } from '../patient-expect.ts';

/** Where a port is named: `node` by its id, `side` as the canvas has it. */
export interface PortName {
  node: string;
  side: 'in' | 'out' | 'source' | 'sink';
  port: string;
}

/** The studio as a person sees it: every locator of the journeys stands here. */
export function studioPage(page: Page) {
  const canvas = page.locator('[data-canvas]');
  const saved = page.locator('[data-state][role="status"]');
  const panel = (name: string) => page.getByRole('complementary', { name, exact: true });
  const node = (id: string): Locator => canvas.locator(`.react-flow__node[data-id="${id}"]`);
  const handle = ({ node: id, side, port }: PortName): Locator =>
    canvas.locator(`[data-nodeid="${id}"][data-handleid="${side}:${port}"]`);
  const middle = async (locator: Locator) => {
    const box = await locator.boundingBox();
    if (!box) throw new Error('it is not on the page');
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  return {
    page,
    canvas,
    saved,
    panel,
    node,
    handle,
    middle,
    palette: panel('Nodes'),
    inspector: panel('Inspector'),
    /** A field of the inspector by its label; the buttons beside it are named after it. */
    field: (label: string | RegExp) =>
      panel('Inspector').getByLabel(label).and(page.locator('input, select, textarea, [role="textbox"]')),
    nodes: canvas.locator('.react-flow__node-node'),
    wires: canvas.locator('.react-flow__edge'),
    wire: (id: string) => canvas.locator(`.react-flow__edge[data-id="edge:${id}"]`),
    addMenu: page.getByRole('dialog', { name: 'Add a node' }),
    tab: (name: string) => page.getByRole('navigation', { name: 'Open workflows' }).getByText(name),
    notice: (text: string | RegExp) => page.getByRole('region', { name: 'Notices' }).getByText(text),
    run: {
      /** The panel of the run. */
      inputs: page.getByRole('region', { name: 'Inputs' }),
      steps: page.getByRole('region', { name: 'Steps' }),
      result: page.getByRole('region', { name: 'Result' }),
      status: page.locator('[data-run-status]'),
      start: page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }),
      stop: page.getByRole('banner').getByRole('button', { name: 'Stop', exact: true }),
    },
    dock: (name: string) => page.getByRole('region', { name: 'Dock' }).getByRole('tab', { name, exact: true }),
    /** A point of the window on a wire, at a share of its length. */
    pointOn: (wire: Locator, share: number) =>
      wire.locator('.react-flow__edge-path').evaluate((path, part) => {
        const way = path as SVGPathElement;
        const { x, y } = way
          .getPointAtLength(way.getTotalLength() * part)
          .matrixTransform(way.getScreenCTM() ?? undefined);
        return { x, y };
      }, share),
    action: (name: string) => page.getByRole('button', { name, exact: true }),
    /** Until the workspace is shown. */
    async ready(): Promise<void> {
      await expect(page.locator('[data-state="ready"]')).toBeVisible();
    },
    /** Makes an empty workflow and shows it. */
    async newWorkflow(name: string, from = 'Empty canvas'): Promise<void> {
      await page.keyboard.press('Alt+n');
      const dialog = page.getByRole('dialog', { name: 'New workflow' });
      await dialog.getByLabel('Name').fill(name);
      await dialog.getByRole('radio', { name: new RegExp(`^${from}`) }).check({ force: true });
      await dialog.getByRole('button', { name: 'Create' }).click();
      await expect(page.getByRole('navigation', { name: 'Open workflows' }).getByText(name)).toBeVisible();
      await expect(canvas).toBeVisible();
    },
    /** Types into the list that is open and takes the first that fits. */
    async pick(search: string): Promise<void> {
      const list = page.getByRole('dialog', { name: 'Add a node' });
      await list.getByRole('combobox').fill(search);
      await page.keyboard.press('Enter');
      await expect(list).toBeHidden();
    },
    /** Opens the palette of commands, types and takes what it finds first, once that is `found`. */
    async command(search: string, found: string | RegExp = search): Promise<void> {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: /Search actions/ }).fill(search);
      const first = page.getByRole('option', { name: found }).first();
      await expect(first).toHaveAttribute('aria-selected', 'true');
      await page.keyboard.press('Enter');
    },
    /** Drags a wire from one port to another. */
    async connect(from: PortName, to: PortName): Promise<void> {
      const [start, end] = [await middle(handle(from)), await middle(handle(to))];
      await page.mouse.move(start.x, start.y);
      await page.mouse.down();
      await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 4 });
      await page.mouse.move(end.x, end.y, { steps: 4 });
      await page.mouse.up();
    },
    async undo(): Promise<void> {
      await page.keyboard.press('Control+z');
    },
    async redo(): Promise<void> {
      await page.keyboard.press('Control+Shift+z');
    },
    async save(): Promise<void> {
      await page.keyboard.press('Control+s');
      await expect(saved).toHaveText('Saved');
    },
  };
}

export type StudioPage = ReturnType<typeof studioPage>;
