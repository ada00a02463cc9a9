import type { ReactNode, RefObject } from 'react';
import type { Point } from '../state/graph-queries.ts';
import styles from './gesture-lines.module.css';
import type { WireBundle } from './use-wire-bundle.ts';

export interface GestureLinesProps {
  /** A line that cuts wires. */
  cut: readonly Point[];
  bundle: WireBundle | undefined;
  canvas: RefObject<HTMLElement | null>;
}

/** What is drawn over the canvas while wires are cut or moved together. */
export function GestureLines({ cut, bundle, canvas }: GestureLinesProps): ReactNode {
  if (cut.length === 0 && !bundle) return null;
  // Asked for only now: the browser lays the whole page out for the answer.
  const { left = 0, top = 0 } = canvas.current?.getBoundingClientRect() ?? {};
  const text = ({ x, y }: Point) => `${x - left} ${y - top}`;
  return (
    <svg className={styles['lines']} aria-hidden>
      {cut.length > 0 && <path className={styles['cut']} d={`M${cut.map(text).join(' L')}`} />}
      {bundle?.ends.map((end) => (
        <path key={`${end.x} ${end.y}`} className={styles['wire']} d={`M${text(end)} L${text(bundle.at)}`} />
      ))}
    </svg>
  );
}
