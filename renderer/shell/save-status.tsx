import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { actionOf, perform } from '../actions/registry.ts';
import { isDirty } from '../state/document-store.ts';
import type { OpenDocument } from '../state/open-documents.ts';
import { openOverlay } from '../state/studio.ts';
import { t } from '../strings/text.ts';
import { Button } from '../ui/button.tsx';
import styles from './studio.module.css';
import { useStudio } from './studio-context.ts';

/** Whether the work lies on the disk, and what to do when it does not. */
export function SaveStatus({ open }: { open: OpenDocument }): ReactNode {
  const studio = useStudio();
  const dirty = useStore(open.document.store, isDirty);
  const state = useStore(open.saving.store);
  const shown = state.status === 'settled' && dirty ? 'unsaved' : state.status;
  return (
    <>
      <span className={styles['saved']} data-state={shown} role="status">
        {shown === 'failed' ? state.status === 'failed' && state.message : t(`saved.${shown}`)}
      </span>
      {shown === 'conflict' && (
        <Button onClick={() => openOverlay(studio, 'conflict', open.key)}>{t('saved.resolve')}</Button>
      )}
      {(shown === 'unsaved' || shown === 'failed') && (
        <Button onClick={() => perform(studio, actionOf('file.save'))}>{t('action.file.save')}</Button>
      )}
    </>
  );
}
