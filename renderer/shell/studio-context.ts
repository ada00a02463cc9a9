import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { FrozenGraph } from '../state/frozen-graph.ts';
import { type OpenDocument, shownGraph } from '../state/open-documents.ts';
import type { Studio } from '../state/studio.ts';

export const StudioContext = createContext<Studio | undefined>(undefined);

/** Whether the graph that the page begins with has been drawn. */
export const GraphDrawnContext = createContext(false);

export function useStudio(): Studio {
  const studio = useContext(StudioContext);
  if (!studio) throw new Error('this is drawn inside the studio only');
  return studio;
}

/** The workflow that is edited in the tab that is shown. */
export function useActiveDocument(): OpenDocument | undefined {
  return useStore(useStudio().documents.store, ({ tabs, active }) => {
    const tab = tabs.find(({ key }) => key === active);
    return tab?.kind === 'document' ? tab : undefined;
  });
}

/** The graph of the tab that is shown, edited or not. */
export function useShownGraph(): OpenDocument | FrozenGraph | undefined {
  return useStore(useStudio().documents.store, shownGraph);
}
