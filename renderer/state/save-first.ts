import type { OpenDocument } from './open-documents.ts';
import { openOverlay, type Studio } from './studio.ts';

/** Writes what is not on the disk yet: a run is of what lies there. False when it could not be; the person is told why. */
export async function saveFirst(studio: Studio, { key, document, saving }: OpenDocument): Promise<boolean> {
  if (!document.isDirty() || (await saving.save())) return true;
  if (saving.store.getState().status === 'conflict') openOverlay(studio, 'conflict', key);
  return false;
}
