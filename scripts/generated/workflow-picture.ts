import type { Workflow, WorkflowNode } from '../../app/core/graph/workflow.ts';
import type { Registry } from '../../app/core/nodekit/define-node.ts';

interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

const NODE = { w: 210, h: 64 };
const MARGIN = 24;
/** Letters of a title that fit a box at its size. */
const TITLE = 25;

const colours: { [family: string]: string } = {
  ingest: '#0d9488',
  retrieve: '#2563eb',
  model: '#9333ea',
  logic: '#d97706',
  check: '#16a34a',
  io: '#64748b',
};

/**
 * Draws a workflow by its layout as SVG: boxes with name and type, coloured by family, containers round their bodies, a
 * curve for each wire. The same workflow gives the same text.
 * @throws Error when a node has no position
 */
export function workflowPicture(workflow: Workflow, registry: Registry): string {
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  const boxes = new Map(workflow.nodes.map((node) => [node.id, boxOf(node, nodes, workflow)]));
  const box = (id: string): Box => boxes.get(id) as Box;
  const all = [...boxes.values()];
  const left = Math.min(...all.map(({ x }) => x)) - MARGIN;
  const top = Math.min(...all.map(({ y }) => y)) - MARGIN;
  const width = Math.max(...all.map(({ x, w }) => x + w)) + MARGIN - left;
  const height = Math.max(...all.map(({ y, h }) => y + h)) + MARGIN - top;
  const isBody = (id: string) => workflow.nodes.some(({ parent }) => parent === id);
  const depth = ({ parent }: WorkflowNode): number => {
    const outer = parent === undefined ? undefined : nodes.get(parent);
    return outer === undefined ? 0 : 1 + depth(outer);
  };
  const drawn = workflow.nodes.toSorted((a, b) => depth(a) - depth(b) || (a.id < b.id ? -1 : 1));
  const frames = drawn.filter(({ id }) => isBody(id)).map((node) => frame(node, box(node.id), registry));
  const cards = drawn.filter(({ id }) => !isBody(id)).map((node) => card(node, box(node.id), registry));
  const wires = workflow.edges
    .map(({ from, to }) => {
      const inner = nodes.get(to.node)?.parent === from.node;
      const outer = nodes.get(from.node)?.parent === to.node;
      const begin = side(box(from.node), inner ? 'left' : 'right');
      return curve(begin, side(box(to.node), outer ? 'right' : 'left'));
    })
    .toSorted();
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}" role="img" aria-label="${escaped(workflow.name)}">
<style>
text { font-family: system-ui, sans-serif; fill: #0f172a; } .type { font-size: 12px; fill: #64748b; } .name { font-size: 14px; font-weight: 600; }
.card { fill: #ffffff; stroke: #cbd5e1; } .frame { fill: #f1f5f9; fill-opacity: .7; stroke: #94a3b8; stroke-dasharray: 5 4; } .wire { fill: none; stroke: #94a3b8; stroke-width: 1.6; }
@media (prefers-color-scheme: dark) { text { fill: #e2e8f0; } .type { fill: #94a3b8; } .card { fill: #1e293b; stroke: #475569; } .frame { fill: #0f172a; stroke: #64748b; } .wire { stroke: #64748b; } }
</style>
${[...frames, ...new Set(wires), ...cards].join('\n')}
</svg>
`;
}

/** On the canvas: a layout places what is in a container relative to it. */
function boxOf(node: WorkflowNode, nodes: ReadonlyMap<string, WorkflowNode>, { layout }: Workflow): Box {
  const place = layout?.positions?.[node.id];
  if (place === undefined) throw new Error(`the node ${node.id} has no position`);
  const outer = node.parent === undefined ? undefined : nodes.get(node.parent);
  const corner = outer === undefined ? { x: 0, y: 0 } : boxOf(outer, nodes, { layout } as Workflow);
  return { x: corner.x + place.x, y: corner.y + place.y, w: place.w ?? NODE.w, h: place.h ?? NODE.h };
}

const side = ({ x, y, w, h }: Box, which: 'left' | 'right') => ({ x: which === 'left' ? x : x + w, y: y + h / 2 });

function curve(from: { x: number; y: number }, to: { x: number; y: number }): string {
  const bend = Math.max(30, Math.abs(to.x - from.x) / 2);
  return `<path class="wire" d="M${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}"/>`;
}

function titleOf(node: WorkflowNode, registry: Registry): string {
  const name = node.name ?? registry.get(node.type)?.manifest.title ?? node.type;
  return escaped(name.length > TITLE ? `${name.slice(0, TITLE - 1)}…` : name);
}

function colourOf(node: WorkflowNode, registry: Registry): string {
  return colours[registry.get(node.type)?.manifest.family ?? 'io'] ?? '#64748b';
}

function card(node: WorkflowNode, { x, y, w, h }: Box, registry: Registry): string {
  return [
    `<rect class="card" x="${x}" y="${y}" width="${w}" height="${h}" rx="10"/>`,
    `<rect x="${x}" y="${y + 12}" width="4" height="${h - 24}" rx="2" fill="${colourOf(node, registry)}"/>`,
    `<text class="name" x="${x + 16}" y="${y + 28}">${titleOf(node, registry)}</text>`,
    `<text class="type" x="${x + 16}" y="${y + 47}">${escaped(node.type)}</text>`,
  ].join('');
}

function frame(node: WorkflowNode, { x, y, w, h }: Box, registry: Registry): string {
  return [
    `<rect class="frame" x="${x}" y="${y}" width="${w}" height="${h}" rx="14"/>`,
    `<circle cx="${x + 18}" cy="${y + 21}" r="5" fill="${colourOf(node, registry)}"/>`,
    `<text class="name" x="${x + 30}" y="${y + 26}">${titleOf(node, registry)}</text>`,
    `<text class="type" x="${x + w - 14}" y="${y + 26}" text-anchor="end">${escaped(node.type)}</text>`,
  ].join('');
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
