import { LockKeyhole } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { setLock } from '../commands/set-lock.ts';
import { ALL } from '../state/document.ts';
import type { DocumentStore } from '../state/document-store.ts';
import { isLocked } from '../state/locks.ts';
import { t } from '../strings/text.ts';
import { Button } from '../ui/button.tsx';
import styles from './inspector.module.css';

export interface LockedPartProps {
  document: DocumentStore;
  /** The node whose settings are inside; left out for those of the workflow. */
  node?: string;
  children: ReactNode;
}

/** Controls that can be read and not changed while what they belong to is locked, with the way to unlock it. */
export function LockedPart({ document, node, children }: LockedPartProps): ReactNode {
  const isAll = useStore(document.store, ({ doc }) => doc.locks.has(ALL));
  const locked = useStore(document.store, ({ doc }) => (node === undefined ? isAll : isLocked(doc, node)));
  return (
    <>
      {locked && (
        <p className={styles['locked']} role="status">
          <LockKeyhole aria-hidden />
          <span>{t(isAll ? 'lock.isAll' : 'lock.isNode')}</span>
          <Button
            onClick={() => document.run(setLock, { nodes: isAll || node === undefined ? 'all' : [node], on: false })}
          >
            {t('lock.unlock')}
          </Button>
        </p>
      )}
      {/* Made anew when it is locked: editors of code look at their making whether they may be written in. */}
      <fieldset key={String(locked)} className={styles['lockable']} disabled={locked}>
        {children}
      </fieldset>
    </>
  );
}
