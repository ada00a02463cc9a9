import { useQuery } from '@tanstack/react-query';
import { Menu as MenuIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { workspaceInfo } from '../rpc/queries.ts';
import { t } from '../strings/text.ts';
import { themes } from '../theme/theme.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu } from '../ui/menu.tsx';
import { ActionButton } from './action-button.tsx';
import { actionEntries } from './action-entries.ts';
import { RunAnnouncer } from './run-announcer.tsx';
import { RunButtons } from './run-buttons.tsx';
import { SaveStatus } from './save-status.tsx';
import styles from './studio.module.css';
import { useActiveDocument, useStudio } from './studio-context.ts';

const menus = [
  ['file.new', 'file.open', 'file.save', 'file.export', 'file.versions', 'file.close'],
  ['run.toggle', 'run.to', 'run.from'],
  ['edit.undo', 'edit.redo', 'edit.duplicate', 'edit.group', 'edit.disable', 'edit.tidy', 'edit.delete'],
  ['help.commands', 'help.shortcuts'],
  ['view.focus', 'view.fit', 'view.snap', 'view.wires', 'view.minimap'],
] as const;

/** The bar over everything: the workspace, what can be done, and whether the work is safe. */
export function TopBar(): ReactNode {
  const studio = useStudio();
  const open = useActiveDocument();
  const { data } = useQuery(workspaceInfo(studio.client));
  const theme = useStore(studio.view, (view) => view.theme);
  const looks = actionEntries(
    studio,
    themes.map((one) => `view.theme.${one}`),
  ).map((one) => ({ ...one, checked: one.id === `view.theme.${theme}` }));
  return (
    <header className={styles['bar']}>
      <Menu
        trigger={<IconButton label={t('bar.menu')} icon={MenuIcon} />}
        groups={() => [...menus.map((ids) => actionEntries(studio, ids)), looks]}
      />
      <img className={styles['mark']} src="./icon.svg" alt="" />
      <h1 className={styles['workspace']}>{data?.name ?? t('app.name')}</h1>
      {open && <SaveStatus open={open} />}
      <span className={styles['grow']} />
      <ActionButton action="help.commands" />
      <ActionButton action="edit.undo" />
      <ActionButton action="edit.redo" />
      <span className={styles['divider']} />
      <ActionButton action="view.left" />
      <ActionButton action="view.dock" />
      <ActionButton action="view.right" />
      {open && (
        <>
          <span className={styles['divider']} />
          <RunButtons open={open} />
          <RunAnnouncer open={open} />
        </>
      )}
    </header>
  );
}
