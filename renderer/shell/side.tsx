import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { panelsAt } from '../panels/registry.ts';
import { t } from '../strings/text.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { PartGuard } from '../ui/part-guard.tsx';
import { ResizeHandle } from '../ui/resize-handle.tsx';
import { AfterGraph } from './after-graph.tsx';
import styles from './studio.module.css';
import { useStudio } from './studio-context.ts';
import { usePlaceSize } from './use-place-size.ts';

/** The panel at the left or right of the canvas. */
export function Side({ place }: { place: 'left' | 'right' }): ReactNode {
  const { view } = useStudio();
  const { open, panel: id } = useStore(view, (state) => state[place]);
  const sizes = usePlaceSize(place);
  const all = panelsAt(place);
  const panel = all.find((one) => one.id === id) ?? all[0];
  if (!open || !panel) return null;
  const Body = panel.component;
  return (
    <aside
      className={styles['side']}
      data-place={place}
      data-region={place}
      style={{ width: sizes.size }}
      aria-label={t(panel.title)}
    >
      <div className={styles['sideHead']}>
        <h2>{t(panel.title)}</h2>
        <AfterGraph>
          <IconButton
            label={t('panel.close')}
            icon={X}
            onClick={() => view.setState((state) => ({ [place]: { ...state[place], open: false } }))}
          />
        </AfterGraph>
      </div>
      <div className={styles['sideBody']}>
        <AfterGraph>
          <PartGuard key={panel.id}>
            <Body />
          </PartGuard>
        </AfterGraph>
      </div>
      <AfterGraph>
        <ResizeHandle place={place} label={t('panel.resize')} {...sizes} />
      </AfterGraph>
    </aside>
  );
}
