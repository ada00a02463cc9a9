import { ChevronDown, ChevronUp } from 'lucide-react';
import { type ReactNode, Suspense } from 'react';
import { useStore } from 'zustand';
import { panelsAt } from '../panels/registry.ts';
import { bounds, resizePlace, togglePanel } from '../state/view-store.ts';
import { t } from '../strings/text.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { ResizeHandle } from '../ui/resize-handle.tsx';
import styles from './studio.module.css';
import { useStudio } from './studio-context.ts';

/** The panels below the canvas; closed, their names stay. */
export function Dock(): ReactNode {
  const { view } = useStudio();
  const { open, panel: id, size } = useStore(view, (state) => state.dock);
  const all = panelsAt('dock');
  const shown = all.find((one) => one.id === id) ?? all[0];
  if (!shown) return null;
  const Body = shown.component;
  return (
    <section
      className={styles['dock']}
      data-open={open}
      style={open ? { height: size } : undefined}
      aria-label={t('dock.title')}
    >
      <div className={styles['dockHead']}>
        <div className={styles['dockTabs']}>
          {all.map(({ id: one, title, icon: Icon, badge: Badge }) => (
            <button
              key={one}
              type="button"
              className={styles['dockTab']}
              aria-expanded={open && shown.id === one}
              onClick={() => togglePanel(view, 'dock', one)}
            >
              <Icon aria-hidden />
              {t(title)}
              {Badge && <Badge />}
            </button>
          ))}
        </div>
        <IconButton
          label={t(open ? 'dock.close' : 'dock.open')}
          icon={open ? ChevronDown : ChevronUp}
          side="top"
          onClick={() => view.setState(({ dock }) => ({ dock: { ...dock, open: !dock.open } }))}
        />
      </div>
      {open && (
        <>
          <div className={styles['sideBody']}>
            <Suspense>
              <Body />
            </Suspense>
          </div>
          <ResizeHandle
            place="dock"
            label={t('panel.resize')}
            size={size}
            {...bounds.dock}
            onResize={(next) => resizePlace(view, 'dock', next)}
          />
        </>
      )}
    </section>
  );
}
