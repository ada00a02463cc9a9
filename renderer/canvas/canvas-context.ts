import { createContext, useContext } from 'react';
import type { OpenDocument } from '../state/open-documents.ts';

export const CanvasContext = createContext<OpenDocument | undefined>(undefined);

/** The document of the canvas around. */
export function useCanvasDocument(): OpenDocument {
  const open = useContext(CanvasContext);
  if (!open) throw new Error('this is drawn on a canvas only');
  return open;
}
