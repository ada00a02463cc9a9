import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import type { Point } from '../state/graph-queries.ts';
import { t } from '../strings/text.ts';
import styles from './wire.module.css';

export interface WireBendsProps {
  edge: string;
  bends: readonly Point[];
  onEnter: () => void;
  onLeave: () => void;
  onDrag: (event: PointerEvent, place: number) => void;
  /** `nudge`: by a key, of which several make one step. */
  onChange: (bends: readonly Point[], nudge?: boolean) => void;
}

const NUDGE = { near: 5, far: 25 };
const ways: { readonly [key: string]: Point } = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** The places that a wire is led through: dragged, moved by arrow keys, taken away by Delete or a double click. */
export function WireBends({ edge, bends, onEnter, onLeave, onDrag, onChange }: WireBendsProps): ReactNode {
  function press(event: KeyboardEvent, place: number): void {
    const way = ways[event.key];
    const at = bends[place];
    if (!at || (!way && event.key !== 'Delete' && event.key !== 'Backspace')) return;
    // The same keys move and remove what is selected.
    event.preventDefault();
    const step = event.shiftKey ? NUDGE.far : NUDGE.near;
    if (way) onChange(bends.with(place, { x: at.x + way.x * step, y: at.y + way.y * step }), true);
    else onChange(bends.toSpliced(place, 1));
  }
  return bends.map(({ x, y }, place) => (
    <button
      // biome-ignore lint/suspicious/noArrayIndexKey: a bend has no name but its place
      key={place}
      type="button"
      className={`${styles['bend']} nodrag nopan`}
      style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
      aria-label={t('wire.bendAt', { number: place + 1 })}
      title={t('wire.bendHelp')}
      data-bend={`${edge}:${place}`}
      onPointerEnter={onEnter}
      onPointerLeave={onLeave}
      onFocus={onEnter}
      onPointerDown={(event) => event.button === 0 && onDrag(event, place)}
      onDoubleClick={(event) => {
        event.stopPropagation();
        onChange(bends.toSpliced(place, 1));
      }}
      onKeyDown={(event) => press(event, place)}
    />
  ));
}
