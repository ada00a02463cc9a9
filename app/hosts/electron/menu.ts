import type { MenuItemConstructorOptions } from 'electron';

export interface MenuCommands {
  /** Starts an action of the studio by its id. */
  action(id: string): void;
  openWorkspace(): void;
  openSample(): void;
}

export interface MenuFacts {
  platform: NodeJS.Platform;
  /** Whether this is a release: then no tools for developers are offered. */
  packaged: boolean;
}

const SEPARATOR: MenuItemConstructorOptions = { type: 'separator' };

/**
 * The menu of the app. What the studio can do is done by its own actions, which have the same keys in every host: the
 * keys are shown here and heard by the page (`registerAccelerator: false`), so that none acts twice.
 */
export function menuTemplate(facts: MenuFacts, commands: MenuCommands): MenuItemConstructorOptions[] {
  const mac = facts.platform === 'darwin';
  const action = (label: string, id: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => commands.action(id),
    ...(accelerator !== undefined && { accelerator, registerAccelerator: false }),
  });
  const role = (name: NonNullable<MenuItemConstructorOptions['role']>): MenuItemConstructorOptions => ({ role: name });
  const app: MenuItemConstructorOptions = {
    label: 'Pipewright',
    submenu: [
      role('about'),
      SEPARATOR,
      role('services'),
      SEPARATOR,
      role('hide'),
      role('hideOthers'),
      role('unhide'),
      SEPARATOR,
      role('quit'),
    ],
  };
  const file: MenuItemConstructorOptions = {
    label: 'File',
    submenu: [
      action('New workflow', 'file.new'),
      action('Open workflow …', 'file.open', 'CmdOrCtrl+O'),
      SEPARATOR,
      action('Save', 'file.save', 'CmdOrCtrl+S'),
      action('Versions', 'file.versions'),
      SEPARATOR,
      { label: 'Open workspace …', click: () => commands.openWorkspace() },
      { label: 'Open the sample workspace', click: () => commands.openSample() },
      SEPARATOR,
      action('Settings …', 'help.settings', 'CmdOrCtrl+,'),
      ...(mac ? [] : [SEPARATOR, role('quit')]),
    ],
  };
  const edit: MenuItemConstructorOptions = {
    label: 'Edit',
    submenu: [
      action('Undo', 'edit.undo', 'CmdOrCtrl+Z'),
      action('Redo', 'edit.redo', 'CmdOrCtrl+Shift+Z'),
      SEPARATOR,
      role('cut'),
      role('copy'),
      role('paste'),
      action('Duplicate', 'edit.duplicate', 'CmdOrCtrl+D'),
      action('Select all', 'edit.selectAll', 'CmdOrCtrl+A'),
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: 'View',
    submenu: [
      action('Fit', 'view.fit'),
      action('Zoom in', 'view.zoomIn'),
      action('Zoom out', 'view.zoomOut'),
      SEPARATOR,
      role('togglefullscreen'),
      ...(facts.packaged ? [] : [SEPARATOR, role('reload'), role('toggleDevTools')]),
    ],
  };
  const window: MenuItemConstructorOptions = {
    label: 'Window',
    submenu: [role('minimize'), ...(mac ? [role('zoom'), SEPARATOR, role('front')] : [role('close')])],
  };
  return [...(mac ? [app] : []), file, edit, view, window];
}
