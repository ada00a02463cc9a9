import { useStore as useFlowStore, useReactFlow } from '@xyflow/react';
import { type PointerEvent, type ReactNode, useEffect, useMemo, useRef } from 'react';
import type { Point } from '../state/graph-queries.ts';
import { t } from '../strings/text.ts';
import { boxAround, type ItemBox } from './item-boxes.ts';
import styles from './minimap.module.css';
import { minimapSize } from './minimap-size.ts';

/** Round what is drawn, in pixels. */
const EDGE = 5;
/** Powers of two a pixel of the wheel. */
const WHEEL = 0.002;

/**
 * The whole graph in small, and in it what is seen: pressed or dragged it leads there, the wheel zooms. All nodes are one
 * shape that is made anew when they change and never when the view moves; the library's own map asks every node at every
 * move.
 */
export function Minimap({ boxes }: { boxes: ReadonlyMap<string, ItemBox> }): ReactNode {
  const flow = useReactFlow();
  const root = useRef<HTMLDivElement>(null);
  /** How far from the middle of what is seen it was taken hold of. */
  const grip = useRef<Point>({ x: 0, y: 0 });
  const [x, y, zoom] = useFlowStore(({ transform }) => transform);
  const width = useFlowStore((state) => state.width);
  const height = useFlowStore((state) => state.height);
  const graph = useMemo(() => boxAround(boxes.values()), [boxes]);
  const shape = useMemo(() => shapeOf(boxes.values()), [boxes]);

  useEffect(() => {
    const map = root.current;
    const turn = (event: WheelEvent) => {
      // With Ctrl, which a pinch is, the page would be zoomed.
      event.preventDefault();
      void flow.zoomTo(flow.getZoom() * 2 ** (-event.deltaY * WHEEL));
    };
    map?.addEventListener('wheel', turn, { passive: false });
    return () => map?.removeEventListener('wheel', turn);
  }, [flow]);

  const size = minimapSize(height);
  const seen = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
  const all = boxAround(graph ? [graph, seen] : [seen]) ?? seen;
  const scale = Math.max(all.width / (size.width - EDGE * 2), all.height / (size.height - EDGE * 2));
  const left = all.x - (size.width * scale - all.width) / 2;
  const top = all.y - (size.height * scale - all.height) / 2;

  const placeAt = ({ clientX, clientY, currentTarget }: PointerEvent): Point => {
    const box = currentTarget.getBoundingClientRect();
    return { x: left + (clientX - box.left) * scale, y: top + (clientY - box.top) * scale };
  };
  const lead = (event: PointerEvent) => {
    const at = placeAt(event);
    void flow.setCenter(at.x - grip.current.x, at.y - grip.current.y, { zoom });
  };

  return (
    <div
      ref={root}
      className={styles['minimap']}
      style={size}
      role="img"
      aria-label={t('canvas.minimap')}
      title={t('canvas.minimap')}
      data-minimap
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const at = placeAt(event);
        const off = { x: at.x - seen.x - seen.width / 2, y: at.y - seen.y - seen.height / 2 };
        const isOnIt = Math.abs(off.x) <= seen.width / 2 && Math.abs(off.y) <= seen.height / 2;
        grip.current = isOnIt ? off : { x: 0, y: 0 };
        lead(event);
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && lead(event)}
    >
      <svg viewBox={`${left} ${top} ${size.width * scale} ${size.height * scale}`} aria-hidden>
        <path d={shape} />
      </svg>
      <div
        className={styles['seen']}
        style={{
          width: seen.width / scale,
          height: seen.height / scale,
          transform: `translate(${(seen.x - left) / scale}px, ${(seen.y - top) / scale}px)`,
        }}
      />
    </div>
  );
}

function shapeOf(boxes: Iterable<ItemBox>): string {
  const parts: string[] = [];
  for (const { x, y, width, height } of boxes) parts.push(`M${x},${y}h${width}v${height}h${-width}z`);
  return parts.join('');
}
