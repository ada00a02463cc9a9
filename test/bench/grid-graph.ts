import type { Page } from 'playwright';

/** Nodes in rows, each row a chain. */
export interface GridGraph {
  nodes: { id: string; x: number; y: number }[];
  edges: { id: string; from: string; to: string }[];
}

/** Rows of chains, 50 nodes each. */
export function gridOf(size: number): GridGraph {
  const columns = 50;
  const nodes = Array.from({ length: size }, (_, n) => ({
    id: `n${n}`,
    x: (n % columns) * 280,
    y: Math.floor(n / columns) * 140,
  }));
  const edges = nodes
    .map((_, n) => n)
    .filter((n) => n % columns > 0)
    .map((n) => ({ id: `e${n}`, from: `n${n - 1}`, to: `n${n}` }));
  return { nodes, edges };
}

/** The same as a workflow that can run. */
export const workflowOf = ({ nodes, edges }: GridGraph) => ({
  format: 1,
  id: 'wf_bench',
  name: 'Bench',
  nodes: nodes.map(({ id }) => ({ id, type: 'transform', version: 1, config: { expression: 'value' } })),
  edges: edges.map(({ id, from, to }) => ({
    id,
    from: { node: from, port: 'value' },
    to: { node: to, port: 'value' },
  })),
  layout: { positions: Object.fromEntries(nodes.map(({ id, x, y }) => [id, { x, y }])) },
});

/** Runs in the page: moves the view at every frame and gives the milliseconds between frames. */
const panning = (frames: number) => `(async () => {
  const pane = document.querySelector('.react-flow__pane') ?? document.body;
  const { left, top, width, height } = pane.getBoundingClientRect();
  const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, cancelable: true };
  const times = [];
  let last = await new Promise(requestAnimationFrame);
  for (let n = 0; n < ${frames}; n += 1) {
    const sign = n % 60 < 30 ? 1 : -1;
    pane.dispatchEvent(new WheelEvent('wheel', { ...at, deltaX: sign * 24, deltaY: sign * 12 }));
    const now = await new Promise(requestAnimationFrame);
    times.push(now - last);
    last = now;
  }
  return times;
})()`;
/** Moves the view by a wheel event at every frame. @returns milliseconds between frames */
export const pan = (page: Page, frames: number): Promise<number[]> => page.evaluate(panning(frames));
