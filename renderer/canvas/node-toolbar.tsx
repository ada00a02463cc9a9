import { NodeToolbar as Base, Position } from '@xyflow/react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { ActionButton } from '../shell/action-button.tsx';
import { t } from '../strings/text.ts';
import { useCanvasDocument } from './canvas-context.ts';
import styles from './node-toolbar.module.css';

const actions = ['run.to', 'edit.disable', 'edit.bypass', 'edit.lock', 'edit.duplicate', 'edit.delete'];

/** The commonest things to do with the one node that is selected, over it. */
export function NodeToolbar({ node }: { node: string }): ReactNode {
  const { document, kind } = useCanvasDocument();
  const isAlone = useStore(document.store, ({ selection }) => selection.size === 1 && selection.has(node));
  if (!isAlone || kind === 'frozen') return null;
  return (
    <Base isVisible position={Position.Top} align="start" offset={16}>
      <div className={`${styles['bar']} nodrag nopan`} role="toolbar" aria-label={t('node.toolbar')}>
        {actions.map((action) => (
          <ActionButton key={action} action={action} side="top" />
        ))}
      </div>
    </Base>
  );
}
