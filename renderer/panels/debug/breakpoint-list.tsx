import { SlidersHorizontal, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { placeName, termsWords } from '../../nodes/stop-names.ts';
import { ActionButton } from '../../shell/action-button.tsx';
import { useStudio } from '../../shell/studio-context.ts';
import { isThere, type Mark } from '../../state/debugging.ts';
import { type ItemRef, itemOf } from '../../state/items.ts';
import type { OpenDocument } from '../../state/open-documents.ts';
import { openOverlay } from '../../state/studio.ts';
import { t } from '../../strings/text.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import words from '../../ui/text.module.css';
import styles from './debug.module.css';

/** Where runs of this workflow stop. */
export function BreakpointList({ open }: { open: OpenDocument }): ReactNode {
  const doc = useStore(open.document.store, (state) => state.doc);
  const marks = useStore(open.debug.store, (state) => state.marks);
  const there = [...marks].filter(([ref]) => isThere(doc, ref));
  return (
    <section className={styles['section']} aria-label={t('debug.breakpoints')}>
      <div className={styles['head']}>
        <h3>{t('debug.breakpoints')}</h3>
        {there.length > 1 && <ActionButton action="debug.clear" icon={Trash2} />}
      </div>
      {there.length === 0 && <p className={words['note']}>{t('debug.noBreakpoints')}</p>}
      <ul className={styles['list']}>
        {there.map(([ref, mark]) => (
          <BreakpointRow key={ref} open={open} at={ref} mark={mark} name={placeName(doc, ref)} />
        ))}
      </ul>
    </section>
  );
}

interface BreakpointRowProps {
  open: OpenDocument;
  at: ItemRef;
  mark: Mark;
  name: string;
}

function BreakpointRow({ open, at, mark, name }: BreakpointRowProps): ReactNode {
  const studio = useStudio();
  const { document, debug } = open;
  const { kind, id } = itemOf(at);
  const terms = termsWords(mark);
  const jump = () => {
    document.select([at]);
    const node = kind === 'edge' ? document.store.getState().doc.edges.get(id)?.to.node : id;
    if (node !== undefined) studio.canvas.getState().handle?.reveal(node);
  };
  return (
    <li className={styles['row']}>
      <input
        type="checkbox"
        aria-label={t('debug.enable', { name })}
        checked={mark.enabled}
        onChange={({ target }) => debug.setMark(at, { ...mark, enabled: target.checked })}
      />
      <button type="button" className={styles['name']} title={t('debug.reveal')} onClick={jump}>
        <span>{name}</span>
        {terms !== '' && <span className={styles['terms']}>{terms}</span>}
      </button>
      <IconButton
        label={t('debug.edit', { name })}
        icon={SlidersHorizontal}
        onClick={() => openOverlay(studio, 'breakpoint', at)}
      />
      <IconButton label={t('debug.remove', { name })} icon={Trash2} onClick={() => debug.setMark(at, undefined)} />
    </li>
  );
}
