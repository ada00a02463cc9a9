import type { ReactNode } from 'react';
import { t } from '../../strings/text.ts';
import { ShortcutList } from '../shortcuts/shortcut-list.tsx';
import styles from './settings.module.css';

export function KeysSection(): ReactNode {
  return (
    <>
      <p className={styles['intro']}>{t('shortcuts.text')}</p>
      <ShortcutList />
    </>
  );
}
