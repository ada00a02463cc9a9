import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { panelsAt } from '../panels/registry.ts';
import { togglePanel } from '../state/view-store.ts';
import { t } from '../strings/text.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { AfterGraph } from './after-graph.tsx';
import styles from './studio.module.css';
import { useStudio } from './studio-context.ts';

/** The panels of the left side, one picture each. */
export function Rail(): ReactNode {
  const { view } = useStudio();
  const left = useStore(view, (state) => state.left);
  return (
    <nav className={styles['rail']} data-region="rail" aria-label={t('rail.title')}>
      <AfterGraph>
        {panelsAt('left').map(({ id, title, icon }) => (
          <IconButton
            key={id}
            label={t(title)}
            icon={icon}
            side="right"
            aria-pressed={left.open && left.panel === id}
            onClick={() => togglePanel(view, 'left', id)}
          />
        ))}
      </AfterGraph>
    </nav>
  );
}
