import { useStore as useFlowStore, ViewportPortal } from '@xyflow/react';
import type { ReactNode } from 'react';
import { shallow } from 'zustand/shallow';
import styles from './grid.module.css';

/** Places on the canvas between two sheets: a multiple of the gap between dots. */
const SHEET = 400;

/**
 * The dots that the drawing lies on, as a sheet that moves with it and is laid anew only when its edge comes into sight.
 * The library's own is a pattern that the whole canvas is filled with again whenever the view moves.
 */
export function Grid(): ReactNode {
  const [left, top, right, bottom] = useFlowStore(({ transform: [x, y, zoom], width, height }) => {
    const before = (place: number) => (Math.floor(place / zoom / SHEET) - 1) * SHEET;
    const after = (place: number) => (Math.ceil(place / zoom / SHEET) + 1) * SHEET;
    return [before(-x), before(-y), after(width - x), after(height - y)] as const;
  }, shallow);
  return (
    <ViewportPortal>
      <div
        className={styles['grid']}
        style={{ left, top, width: right - left, height: bottom - top }}
        data-dots
        aria-hidden
      />
    </ViewportPortal>
  );
}
