import { useStore } from '@xyflow/react';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Family } from '../../app/core/nodekit/define-node.ts';
import type { CanvasItem, WireItem } from './flow-graph.ts';
import { type ItemBox, itemBoxes } from './item-boxes.ts';
import styles from './overview.module.css';

const families: readonly Family[] = ['ingest', 'retrieve', 'model', 'logic', 'check', 'io'];
/** How far the drawing reaches beyond what is seen, in parts of it: so far it is moved without being drawn anew. */
const MARGIN = 0.5;
/** While the zoom changes the drawing is stretched; when it rests it is drawn anew. */
const RESTS_MS = 120;

export interface OverviewProps {
  nodes: readonly CanvasItem[];
  edges: readonly WireItem[];
}

interface View {
  x: number;
  y: number;
  zoom: number;
}

interface Drawn extends View {
  nodes: OverviewProps['nodes'];
  edges: OverviewProps['edges'];
  marginX: number;
  marginY: number;
  width: number;
}

/**
 * A large graph seen from afar, as one picture in place of thousands of elements that nobody could read. Moving it moves
 * the picture; it is drawn anew only when its edge comes into sight or something in it changes.
 */
export function Overview({ nodes, edges }: OverviewProps): ReactNode {
  const [x, y, zoom] = useStore((state) => state.transform);
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const root = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn>(undefined);
  const [rested, setRested] = useState(zoom);

  useEffect(() => {
    const timer = setTimeout(() => setRested(zoom), RESTS_MS);
    return () => clearTimeout(timer);
  }, [zoom]);

  useLayoutEffect(() => {
    const canvas = root.current?.querySelector('canvas');
    if (!root.current || !canvas || width === 0) return;
    const last = drawn.current;
    const isSame = last?.nodes === nodes && last.edges === edges && last.width === width;
    const isNear =
      last && (last.zoom !== zoom || (Math.abs(x - last.x) <= last.marginX && Math.abs(y - last.y) <= last.marginY));
    if (!isSame || !isNear || (last.zoom !== zoom && rested === zoom)) {
      const margins = { marginX: width * MARGIN, marginY: height * MARGIN };
      draw(canvas, root.current, { view: { x, y, zoom }, nodes, edges, width, height, ...margins });
      drawn.current = { x, y, zoom, nodes, edges, width, ...margins };
    }
    const now = drawn.current;
    if (!now) return;
    const stretch = zoom / now.zoom;
    const left = x - stretch * (now.x + now.marginX);
    const top = y - stretch * (now.y + now.marginY);
    canvas.style.transform = `translate(${left}px, ${top}px) scale(${stretch})`;
  }, [x, y, zoom, rested, width, height, nodes, edges]);

  return (
    <div ref={root} className={styles['overview']} data-overview aria-hidden>
      <canvas />
      {families.map((family) => (
        <span key={family} data-family={family} />
      ))}
    </div>
  );
}

interface Scene {
  view: View;
  nodes: readonly CanvasItem[];
  edges: readonly WireItem[];
  width: number;
  height: number;
  marginX: number;
  marginY: number;
}

function draw(canvas: HTMLCanvasElement, root: HTMLElement, scene: Scene): void {
  const { view, marginX, marginY } = scene;
  const [width, height] = [scene.width + 2 * marginX, scene.height + 2 * marginY];
  const ratio = window.devicePixelRatio;
  canvas.width = Math.ceil(width * ratio);
  canvas.height = Math.ceil(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext('2d');
  if (!pen) return;
  const { tints, line, fill, accent } = colorsOf(root);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  const boxes = itemBoxes(scene.nodes);
  const at = ({ x, y, width: w, height: h }: ItemBox) =>
    [x * view.zoom + view.x + marginX, y * view.zoom + view.y + marginY, w * view.zoom, h * view.zoom] as const;

  pen.beginPath();
  for (const { source, target } of scene.edges) {
    const [from, to] = [boxes.get(source), boxes.get(target)];
    if (!from || !to) continue;
    const [fromX, fromY, fromW, fromH] = at(from);
    const [toX, toY, , toH] = at(to);
    pen.moveTo(fromX + fromW, fromY + fromH / 2);
    pen.lineTo(toX, toY + toH / 2);
  }
  pen.strokeStyle = line;
  pen.lineWidth = 1;
  pen.stroke();

  for (const box of boxes.values()) {
    const [left, top, w, h] = at(box);
    if (left > width || top > height || left + w < 0 || top + h < 0) continue;
    const { item } = box;
    const tint = item.type === 'node' ? (tints.get(item.data.resolved.manifest?.family ?? 'io') ?? line) : line;
    if (item.type === 'node') {
      pen.fillStyle = fill;
      pen.fillRect(left, top, w, h);
      // Its head in the colour of what it is for: that is what tells nodes apart at this distance.
      pen.fillStyle = tint;
      pen.fillRect(left, top, w, Math.max(2, h * 0.3));
    }
    pen.strokeStyle = item.selected ? accent : line;
    pen.lineWidth = item.selected ? 2 : 1;
    pen.strokeRect(left, top, w, h);
  }
}

function colorsOf(root: HTMLElement) {
  const tints = new Map<string, string>();
  let [line, fill, accent] = ['grey', 'white', 'blue'];
  for (const probe of root.querySelectorAll('span')) {
    const { color, borderTopColor, backgroundColor, outlineColor } = getComputedStyle(probe);
    tints.set(probe.dataset['family'] ?? '', color);
    [line, fill, accent] = [borderTopColor, backgroundColor, outlineColor];
  }
  return { tints, line, fill, accent };
}
