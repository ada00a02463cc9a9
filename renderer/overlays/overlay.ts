import type { ComponentType } from 'react';

export interface OverlayProps {
  /** What it was opened with (`openOverlay(studio, id, given)`). */
  given: unknown;
  onClose: () => void;
}

/** A layer over the page, opened by its id from anywhere. One is open at a time. */
export interface Overlay {
  id: string;
  /** Loaded when it is opened first: give it `lazy(…)`. */
  component: ComponentType<OverlayProps>;
  /**
   * Fetches its code, when the page has time: where one types at once, what is typed must not go behind it. Comes with
   * the component from `preloadable(…)`.
   */
  preload?: () => Promise<void>;
}

export function defineOverlay(overlay: Overlay): Overlay {
  return Object.freeze(overlay);
}
