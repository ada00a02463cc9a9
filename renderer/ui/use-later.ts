import { useEffect, useState } from 'react';

/** Milliseconds: what is always busy has time now and then. */
const LATEST_MS = 1000;

/** Does something once the page has nothing more urgent to draw. Gives what calls it off. */
export function later(work: () => void): () => void {
  const id = requestIdleCallback(work, { timeout: LATEST_MS });
  return () => cancelIdleCallback(id);
}

/** False until the page has nothing more urgent to draw: for what may come a moment after what people look for first. */
export function useLater(): boolean {
  const [isLater, setLater] = useState(false);
  useEffect(() => later(() => setLater(true)), []);
  return isLater;
}

/** False until what `isFirst` speaks of has been painted: for what comes right after it, in a frame of its own. */
export function useAfterPaint(isFirst: boolean): boolean {
  const [isPainted, setPainted] = useState(false);
  useEffect(() => {
    if (!isFirst) return;
    let task: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => {
      // The frame is painted before the next task.
      task = setTimeout(() => setPainted(true));
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(task);
    };
  }, [isFirst]);
  return isPainted;
}
