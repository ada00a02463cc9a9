import { Pencil, Snowflake, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { placeName } from '../../nodes/stop-names.ts';
import { useStudio } from '../../shell/studio-context.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { openOverlay } from '../../state/studio.ts';
import { shownDate } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import words from '../../ui/text.module.css';
import styles from './debug.module.css';

/** Nodes that give what is pinned instead of working. */
export function PinList({ open: { document, debug } }: { open: OpenDocument }): ReactNode {
  const studio = useStudio();
  const doc = useStore(document.store, (state) => state.doc);
  const pins = useStore(debug.store, (state) => state.pins);
  const there = [...pins].filter(([node]) => doc.nodes.has(node));
  return (
    <section className={styles['section']} aria-label={t('debug.pins')}>
      <div className={styles['head']}>
        <h3>{t('debug.pins')}</h3>
      </div>
      {there.length === 0 && <p className={words['note']}>{t('debug.noPins')}</p>}
      <ul className={styles['list']}>
        {there.map(([node, { at, values }]) => {
          const name = placeName(doc, node);
          return (
            <li key={node} className={styles['row']}>
              <Snowflake aria-hidden className={styles['flake']} />
              <button
                type="button"
                className={styles['name']}
                title={t('debug.reveal')}
                onClick={() => {
                  document.select([node]);
                  studio.canvas.getState().handle?.reveal(node);
                }}
              >
                <span>{name}</span>
                <span className={styles['terms']}>
                  {t(values ? 'debug.pinEdited' : 'debug.pinFrom', { at: shownDate(at) })}
                </span>
              </button>
              <IconButton
                label={t('debug.editPin', { name })}
                icon={Pencil}
                onClick={() => openOverlay(studio, 'pin', node)}
              />
              <IconButton
                label={t('debug.unpin', { name })}
                icon={Trash2}
                onClick={() => debug.setPin(node, undefined)}
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
