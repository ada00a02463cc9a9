import { useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { type Place, resizePlace, sizesOf } from '../state/view-store.ts';
import { useStudio } from './studio-context.ts';

/** How large a place is in this window, between which bounds, and how it is set: what a resize handle needs. */
export function usePlaceSize(at: Place): {
  size: number;
  least: number;
  most: number;
  onResize: (size: number) => void;
} {
  const { view } = useStudio();
  const kept = useStore(view, (state) => state[at].size);
  const { least, usual, most } = sizesOf(at, useSyncExternalStore(onWindowResize, windowHeight));
  const size = Math.max(least, Math.min(most, kept ?? usual));
  return { size, least, most, onResize: (next) => resizePlace(view, at, next) };
}

const windowHeight = () => window.innerHeight;

function onWindowResize(tell: () => void): () => void {
  window.addEventListener('resize', tell);
  return () => window.removeEventListener('resize', tell);
}
