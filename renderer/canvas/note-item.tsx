import { type NodeProps, NodeResizer } from '@xyflow/react';
import { memo, type ReactNode, useState } from 'react';
import { editNote } from '../commands/edit-note.ts';
import { t } from '../strings/text.ts';
import { knownColor } from '../theme/colors.ts';
import { useCanvasDocument } from './canvas-context.ts';
import type { NoteItem as Item } from './flow-graph.ts';
import styles from './note-item.module.css';

export const NoteItem = memo(function NoteItem({ data, selected }: NodeProps<Item>): ReactNode {
  const { record } = data;
  const { document } = useCanvasDocument();
  const [editing, setEditing] = useState(false);
  return (
    <>
      <NodeResizer isVisible={selected} minWidth={120} minHeight={60} color="var(--accent)" />
      <div
        role="note"
        className={styles['note']}
        data-selected={selected}
        data-color={knownColor(record.color)}
        onDoubleClick={() => setEditing(true)}
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
          record.text
        )}
      </div>
    </>
  );
});
