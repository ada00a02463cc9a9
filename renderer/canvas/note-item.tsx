import { type NodeProps, NodeResizer } from '@xyflow/react';
import { lazy, memo, type ReactNode, Suspense, useState } from 'react';
import { editNote } from '../commands/edit-note.ts';
import { t } from '../strings/text.ts';
import { knownColor } from '../theme/colors.ts';
import { useCanvasDocument } from './canvas-context.ts';
import type { NoteItem as Item } from './flow-graph.ts';
import styles from './note-item.module.css';

/** The reader of Markdown is large, and most canvases have no note. */
const MarkdownView = lazy(async () => ({ default: (await import('../values/markdown-view.tsx')).MarkdownView }));

export const NoteItem = memo(function NoteItem({ data, selected }: NodeProps<Item>): ReactNode {
  const { record } = data;
  const { document, kind } = useCanvasDocument();
  const isFrozen = kind === 'frozen';
  const [editing, setEditing] = useState(false);
  return (
    <>
      <NodeResizer isVisible={selected && !isFrozen} minWidth={120} minHeight={60} color="var(--accent)" />
      <div
        role="note"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long note is scrolled by keys
        tabIndex={0}
        className={styles['note']}
        data-selected={selected}
        data-color={knownColor(record.color)}
        onDoubleClick={() => setEditing(!isFrozen)}
      >
        {editing ? (
          <textarea
            className={`${styles['text']} nodrag nowheel`}
            aria-label={t('note.text')}
            // biome-ignore lint/a11y/noAutofocus: it takes the place of the text that was double-clicked
            autoFocus
            value={record.text}
            onChange={(event) => document.run(editNote, { note: record.id, text: event.target.value })}
            onBlur={() => {
              document.seal();
              setEditing(false);
            }}
            onKeyDown={(event) => event.key === 'Escape' && setEditing(false)}
          />
        ) : record.text === '' ? (
          <span className={styles['empty']}>{t('note.empty')}</span>
        ) : (
          <Suspense fallback={record.text}>
            <MarkdownView text={record.text} />
          </Suspense>
        )}
      </div>
    </>
  );
});
