import { type ReactNode, Suspense } from 'react';
import { useStore } from 'zustand';
import { overlays } from '../overlays/registry.ts';
import { closeOverlay } from '../state/studio.ts';
import { useStudio } from './studio-context.ts';

/** The layer over the page that is open. */
export function OverlayLayer(): ReactNode {
  const studio = useStudio();
  const { open, with: given } = useStore(studio.overlay);
  const overlay = overlays.find(({ id }) => id === open);
  if (!overlay) return null;
  const Body = overlay.component;
  return (
    <Suspense>
      <Body given={given} onClose={() => closeOverlay(studio)} />
    </Suspense>
  );
}
