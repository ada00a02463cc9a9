import type { Place } from '../state/view-store.ts';
import type { Panel } from './panel.ts';

/** Every panel: each folder here with a `panel.ts` that exports `panel`, and nothing else says that it exists. */
const modules = import.meta.glob<{ panel: Panel }>('./*/panel.ts', { eager: true });

export const panels: readonly Panel[] = Object.values(modules)
  .map(({ panel }) => panel)
  .sort((a, b) => a.order - b.order);

export function panelsAt(place: Place): readonly Panel[] {
  return panels.filter((panel) => panel.place === place);
}
