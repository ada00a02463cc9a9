import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import type { Place } from '../state/view-store.ts';
import type { StringKey } from '../strings/text.ts';

/** Something that stands beside the canvas: on the left, on the right, or in the dock below. */
export interface Panel {
  /** Views of people name it: never changed. */
  id: string;
  title: StringKey;
  icon: LucideIcon;
  place: Place;
  /** Panels of a place stand in this order. */
  order: number;
  /** Loaded when it is shown first: give it `lazy(…)`. */
  component: ComponentType;
  /** Keys that show it. */
  keys?: readonly string[];
  /** A count or sign beside its title, drawn also while it is closed. */
  badge?: ComponentType;
}

export function definePanel(panel: Panel): Panel {
  return Object.freeze(panel);
}
