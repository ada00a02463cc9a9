import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { renameNode } from '../commands/rename-node.ts';
import { useStudio } from '../shell/studio-context.ts';
import { t } from '../strings/text.ts';
import { useCanvasDocument } from './canvas-context.ts';
import styles from './flow-node.module.css';

/** The name of a node; written over in its place by F2 or a double click. */
export function NodeTitle({ node, title }: { node: string; title: string }): ReactNode {
  const { canvas } = useStudio();
  const { document, kind } = useCanvasDocument();
  const isRenaming = useStore(canvas, ({ renaming }) => renaming === node);
  const end = () => canvas.setState({ renaming: undefined });
  if (!isRenaming)
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: the action “Rename” does the same by key
      <span
        className={styles['title']}
        title={title}
        onDoubleClick={(event) => {
          event.stopPropagation();
          if (kind === 'document') canvas.setState({ renaming: node });
        }}
      >
        {title}
      </span>
    );
  return (
    <input
      className={`${styles['rename']} nodrag`}
      aria-label={t('inspector.nodeName')}
      defaultValue={title}
      maxLength={200}
      // biome-ignore lint/a11y/noAutofocus: it takes the place of the title that is being changed
      autoFocus
      onFocus={({ target }) => target.select()}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key !== 'Escape') return;
        event.currentTarget.value = title;
        event.currentTarget.blur();
      }}
      onBlur={({ target }) => {
        if (target.value !== title) document.run(renameNode, { node, name: target.value });
        end();
      }}
    />
  );
}
