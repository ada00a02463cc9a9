import type { ReactNode } from 'react';
import type { LayoutGroup, LayoutNote } from '../../app/core/graph/workflow.ts';
import { editGroup } from '../commands/edit-group.ts';
import { editNote } from '../commands/edit-note.ts';
import type { DocumentStore } from '../state/document-store.ts';
import { t } from '../strings/text.ts';
import { knownColor } from '../theme/colors.ts';
import { ColorSwatches } from '../ui/color-swatches.tsx';
import { Field } from '../ui/field.tsx';
import styles from './inspector.module.css';
import { NameField } from './name-field.tsx';

/** A note of the canvas: its text, in Markdown, and its colour. */
export function NoteInspector({ document, note }: { document: DocumentStore; note: LayoutNote }): ReactNode {
  return (
    <Mark kind={t('inspector.note')}>
      <Field label={t('note.text')} help={t('note.help')}>
        {(control) => (
          <textarea
            {...control}
            rows={10}
            value={note.text}
            onChange={({ target }) => document.run(editNote, { note: note.id, text: target.value })}
            onBlur={() => document.seal()}
          />
        )}
      </Field>
      <ColorSwatches
        label={t('node.color')}
        value={knownColor(note.color)}
        onChange={(color) => document.run(editNote, { note: note.id, color })}
      />
    </Mark>
  );
}

/** A group of the canvas: its title and its colour. */
export function GroupInspector({ document, group }: { document: DocumentStore; group: LayoutGroup }): ReactNode {
  return (
    <Mark kind={t('inspector.group')}>
      <NameField
        label={t('group.title')}
        value={group.title}
        onCommit={(title) => document.run(editGroup, { group: group.id, title })}
      />
      <ColorSwatches
        label={t('node.color')}
        value={knownColor(group.color)}
        onChange={(color) => document.run(editGroup, { group: group.id, color })}
      />
    </Mark>
  );
}

function Mark({ kind, children }: { kind: string; children: ReactNode }): ReactNode {
  return (
    <div className={styles['inspector']}>
      <div className={styles['head']}>
        <span className={styles['kind']}>{kind}</span>
        {children}
      </div>
    </div>
  );
}
