import type { PointerEvent } from 'react';
import type { Point } from '../state/graph-queries.ts';

export interface Following {
  /** Where the pointer is now, in the window; only once it has really moved. */
  move: (at: Point) => void;
  /** Where it was let go; undefined when it never moved, or Escape was pressed. */
  end: (at: Point | undefined) => void;
}

/** Nearer than this a press is a click. */
const MOVED = 4;

/** Follows the pointer from a press until it is let go or Escape is pressed. */
export function followPointer(event: Pick<PointerEvent, 'clientX' | 'clientY'>, { move, end }: Following): void {
  const start = { x: event.clientX, y: event.clientY };
  let at: Point | undefined;
  const listening = new AbortController();
  const { signal } = listening;
  const stop = (last: Point | undefined) => {
    listening.abort();
    end(last);
  };
  window.addEventListener(
    'pointermove',
    ({ clientX: x, clientY: y }) => {
      if (!at && Math.hypot(x - start.x, y - start.y) < MOVED) return;
      at = { x, y };
      move(at);
    },
    { signal },
  );
  window.addEventListener('pointerup', () => stop(at), { signal });
  window.addEventListener('pointercancel', () => stop(undefined), { signal });
  window.addEventListener(
    'keydown',
    (press) => {
      if (press.key !== 'Escape') return;
      press.preventDefault();
      stop(undefined);
    },
    { signal, capture: true },
  );
}
