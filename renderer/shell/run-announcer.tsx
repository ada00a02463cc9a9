import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { stepName } from '../nodes/stop-names.ts';
import type { OpenDocument } from '../state/open-documents.ts';
import type { RunState } from '../state/run-session.ts';
import { t } from '../strings/text.ts';
import styles from './studio.module.css';
import { useLookedStop } from './use-stops.ts';

/** How the run is doing, for those who hear the page: told also while no panel shows it. */
export function RunAnnouncer({ open }: { open: OpenDocument }): ReactNode {
  const run = useStore(open.run.store, wordsOf);
  const stop = useLookedStop(open);
  const doc = useStore(open.document.store, (state) => state.doc);
  const words = stop ? t('run.announce.stopped', { step: stepName(doc, stop.step) }) : run;
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
