import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import styles from './resize-handle.module.css';

export interface ResizeHandleProps {
  /** The place whose inner edge it stands on. */
  place: 'left' | 'right' | 'dock';
  label: string;
  size: number;
  least: number;
  most: number;
  onResize: (size: number) => void;
}

const STEP = 16;

/** The edge of a panel: dragged by pointer, moved by arrow keys. */
export function ResizeHandle({ place, label, size, least, most, onResize }: ResizeHandleProps): ReactNode {
  const start = useRef<{ at: number; size: number } | undefined>(undefined);
  const [dragging, setDragging] = useState(false);
  const isRow = place === 'dock';
  const grows = place === 'left' ? 1 : -1;
  const at = (event: PointerEvent) => (isRow ? event.clientY : event.clientX);
  const resize = (next: number) => onResize(Math.max(least, Math.min(most, Math.round(next))));

  function begin(event: PointerEvent<HTMLDivElement>): void {
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { at: at(event), size };
    setDragging(true);
  }

  function move(event: PointerEvent<HTMLDivElement>): void {
    if (start.current) resize(start.current.size + (at(event) - start.current.at) * grows);
  }

  function end(): void {
    start.current = undefined;
    setDragging(false);
  }

  function press(event: KeyboardEvent): void {
    const [less, more] = isRow ? ['ArrowDown', 'ArrowUp'] : ['ArrowLeft', 'ArrowRight'];
    const direction = event.key === more ? 1 : event.key === less ? -1 : 0;
    if (direction === 0) return;
    event.preventDefault();
    event.stopPropagation();
    resize(size + STEP * direction * (isRow ? 1 : grows));
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that can be moved is a widget, which <hr> is not
    <div
      className={`${styles['handle']} ${styles[place]}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={isRow ? 'horizontal' : 'vertical'}
      aria-valuenow={size}
      aria-valuemin={least}
      aria-valuemax={most}
      data-dragging={dragging}
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
      onKeyDown={press}
    />
  );
}
