import type { ReactNode } from 'react';
import { t } from '../../strings/text.ts';
import { Dialog } from '../../ui/dialog.tsx';
import type { OverlayProps } from '../overlay.ts';
import { ShortcutList } from './shortcut-list.tsx';

/** The sheet of keys. */
export function ShortcutsDialog({ onClose }: OverlayProps): ReactNode {
  return (
    <Dialog title={t('shortcuts.title')} text={t('shortcuts.text')} size="wide" onClose={onClose}>
      <ShortcutList />
    </Dialog>
  );
}
