import { type ReactNode, useContext, useEffect } from 'react';
import { useStore } from 'zustand';
import { overlays } from '../overlays/registry.ts';
import { closeOverlay } from '../state/studio.ts';
import { t } from '../strings/text.ts';
import { Dialog } from '../ui/dialog.tsx';
import { PartGuard } from '../ui/part-guard.tsx';
import { later } from '../ui/use-later.ts';
import { GraphDrawnContext, useStudio } from './studio-context.ts';

/** The layer over the page that is open. */
export function OverlayLayer(): ReactNode {
  const studio = useStudio();
  const { open, with: given } = useStore(studio.overlay);
  const overlay = overlays.find(({ id }) => id === open);
  const isDrawn = useContext(GraphDrawnContext);
  useEffect(() => (isDrawn ? later(preload) : undefined), [isDrawn]);
  if (!overlay) return null;
  const close = () => closeOverlay(studio);
  const Body = overlay.component;
  return (
    <PartGuard
      key={open}
      frame={(report) => (
        <Dialog title={t('part.dialog')} onClose={close}>
          {report}
        </Dialog>
      )}
    >
      <Body given={given} onClose={close} />
    </PartGuard>
  );
}

/** One that cannot be fetched now is fetched again when it is opened, and says then what is wrong. */
function preload(): void {
  for (const overlay of overlays) overlay.preload?.().catch(() => undefined);
}
