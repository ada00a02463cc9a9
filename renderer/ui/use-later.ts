import { useEffect, useState } from 'react';

/** Milliseconds: what is always busy has time now and then. */
const LATEST_MS = 1000;

/** Does something once the page has nothing more urgent to draw. Gives what calls it off. */
export function later(work: () => void): () => void {
  const id = requestIdleCallback(work, { timeout: LATEST_MS });
  return () => cancelIdleCallback(id);
}

/**
 * False until the page has nothing more urgent to draw: for what may come a moment after what people look for first,
 * where `isFirst` says that this is there.
 */
export function useLater(isFirst = true): boolean {
  const [isLater, setLater] = useState(false);
  useEffect(() => (isFirst ? later(() => setLater(true)) : undefined), [isFirst]);
  return isLater;
}
