import { CircleFadingArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { OpenDocument } from '../state/open-documents.ts';
import { outdatedNode } from '../state/outdated-nodes.ts';
import { t } from '../strings/text.ts';
import { Button } from '../ui/button.tsx';
import styles from './outdated-notice.module.css';

/** Nodes that the file has in older versions, or the one that is asked about, and the way to bring the file up to date. */
export function OutdatedNotice({ open, node }: { open: OpenDocument; node?: string }): ReactNode {
  const all = useStore(
    open.document.store,
    useShallow((state) => [...state.doc.nodes.keys()].filter((id) => outdatedNode(state, id) !== undefined)),
  );
  const state = useStore(open.document.store);
  if (node === undefined ? all.length === 0 : !all.includes(node)) return null;
  const one = node === undefined ? undefined : outdatedNode(state, node);
  return (
    <section className={styles['notice']} aria-label={t('outdated.title')}>
      <CircleFadingArrowUp aria-hidden />
      <div className={styles['words']}>
        <p>{one ? t('outdated.one', { from: one.from, to: one.to }) : t('outdated.several', { n: all.length })}</p>
        {one && one.fields.length > 0 && (
          <p className={styles['faint']}>{t('outdated.fields', { fields: one.fields.join(', ') })}</p>
        )}
        <p className={styles['faint']}>{t('outdated.safe')}</p>
      </div>
      <Button onClick={() => void open.saving.save()}>{t('outdated.update')}</Button>
    </section>
  );
}
