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
import { AfterGraph } from './after-graph.tsx';
import { RunAnnouncer } from './run-announcer.tsx';
import { RunButtons } from './run-buttons.tsx';
import { SaveStatus } from './save-status.tsx';
import styles from './studio.module.css';
import { useActiveDocument, useStudio } from './studio-context.ts';

const menus = [
  [
    ...(['file.new', 'file.open', 'file.save', 'file.import', 'file.export', 'file.exportWhole'] as const),
    ...(['file.versions', 'file.close', 'tabs.reopen'] as const),
  ],
  ['run.toggle', 'run.to', 'run.from', 'run.breakpoint', 'debug.continue', 'debug.step', 'debug.until', 'debug.pin'],
  [
    'edit.undo',
    'edit.redo',
    'edit.duplicate',
    'edit.group',
    'subflow.extract',
    'subflow.unpack',
    'search.this',
    'search.all',
    'edit.disable',
    'edit.tidy',
    'edit.lockAll',
    'edit.delete',
  ],
  ['go.back', 'go.forward', 'go.in', 'go.out'],
  ['help.commands', 'help.shortcuts', 'help.tour', 'help.settings'],
  ['view.focus', 'view.fit', 'view.snap', 'view.wires', 'view.hideWires', 'view.minimap'],
] as const;

/** The bar over everything: the workspace, what can be done, and whether the work is safe. */
export function TopBar(): ReactNode {
  return (
    <header className={styles['bar']} data-region="bar">
      <AfterGraph>
        <Contents />
      </AfterGraph>
    </header>
  );
}

function Contents(): ReactNode {
  const studio = useStudio();
  const open = useActiveDocument();
  const { data } = useQuery(workspaceInfo(studio.client));
  const theme = useStore(studio.view, (view) => view.theme);
  const looks = actionEntries(
    studio,
    themes.map((one) => `view.theme.${one}`),
  ).map((one) => ({ ...one, checked: one.id === `view.theme.${theme}` }));
  return (
    <>
      <Menu
        trigger={<IconButton label={t('bar.menu')} icon={MenuIcon} />}
        groups={() => [...menus.map((ids) => actionEntries(studio, ids)), looks]}
      />
      <img className={styles['mark']} src="./icon.svg" alt="" />
      <h1 className={styles['workspace']}>{data?.name ?? t('app.name')}</h1>
      {open && <SaveStatus open={open} />}
      <span className={styles['grow']} />
      <ActionButton action="help.commands" data-tour="commands" />
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
    </>
  );
}
