import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { OpenDocument } from '../state/open-documents.ts';
import type { RunState } from '../state/run-session.ts';
import { t } from '../strings/text.ts';
import styles from './studio.module.css';

/** How the run is doing, for those who hear the page: told also while no panel shows it. */
export function RunAnnouncer({ open }: { open: OpenDocument }): ReactNode {
  const words = useStore(open.run.store, wordsOf);
  return (
    <div className={styles['unseen']} role="log" aria-live="polite" aria-label={t('panel.run')}>
      {words}
    </div>
  );
}

function wordsOf({ status, fault }: RunState): string {
  if (status === 'none' || status === 'starting') return '';
  return t(`run.announce.${status}`, { message: fault?.message ?? '' });
}
