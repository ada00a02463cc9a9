import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { isChanged } from '../state/document-store.ts';
import { t } from '../strings/text.ts';
import { useCanvasDocument } from './canvas-context.ts';
import styles from './flow-node.module.css';

/** A dot on a node that is not yet on the disk as it is here. */
export function ChangedMark({ node }: { node: string }): ReactNode {
  const changed = useStore(useCanvasDocument().document.store, (state) => isChanged(state, node));
  return changed ? (
    <span className={styles['changed']} role="img" aria-label={t('node.mark.changed')} title={t('node.mark.changed')} />
  ) : null;
}
