import { basename, join } from 'node:path';
import { app, BrowserWindow, dialog, Menu, protocol, safeStorage, screen, session } from 'electron';
import * as z from 'zod';
import { readFileBounded } from '../../adapters/files/read-file-bounded.ts';
import { AppError, isAppError } from '../../core/errors/app-error.ts';
import { limits } from '../../core/graph/workflow.ts';
import { studioFolder } from '../studio-folder.ts';
import { packageVersion, updateChannel } from '../version.ts';
import { createStaticFiles } from '../web/static-files.ts';
import { serveBundle } from './bundle.ts';
import { EngineProcess } from './engine-process.ts';
import { installationKind, installUpdate } from './install-update.ts';
import { vaultKey } from './keychain.ts';
import { lockDownContents, lockDownSession, schemePrivileges, webPreferences } from './lock-down.ts';
import { menuTemplate } from './menu.ts';
import { openOutside } from './open-outside.ts';
import { type OpenRequest, openRequest, openRequestOf } from './open-request.ts';
import { PAGE, SCHEME } from './origin.ts';
import { PageCrashes } from './page-crashes.ts';
import { answer } from './requests.ts';
import { SettingsFile } from './settings.ts';
import { Updater } from './updater.ts';
import { SMALLEST, windowPlace } from './window-state.ts';

/**
 * The desktop app: a window on the studio, and the engine in a process beside it. It holds no logic of its own; what
 * the studio can do, it does through the contract, as in a browser.
 */
const LINKS = 'pipewright';

app.enableSandbox();
protocol.registerSchemesAsPrivileged(schemePrivileges);

let window: BrowserWindow | undefined;
let engine: EngineProcess | undefined;
/** What somebody asked to look at before the page could show it. */
let asked: OpenRequest | undefined;
let pageListens = false;

if (app.requestSingleInstanceLock()) {
  asked = openRequestOf(process.argv.slice(1));
  app.on('second-instance', (_event, args) => {
    show(openRequestOf(args.slice(1)));
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    show(openRequest(path));
  });
  app.on('open-url', (event, url) => {
    event.preventDefault();
    show(openRequest(url));
  });
  lockDownContents(app, (url) => void openOutside(window, url));
  app.setAsDefaultProtocolClient(LINKS);
  void app.whenReady().then(start);
} else {
  app.quit();
}

function start(): void {
  const settings = new SettingsFile(app.getPath('userData'));
  const keychain = vaultKey({ keychain: safeStorage, folder: app.getPath('userData'), platform: process.platform });
  protocol.handle(SCHEME, serveBundle(createStaticFiles(studioFolder())));
  lockDownSession(session.defaultSession);
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate(
        { platform: process.platform, packaged: app.isPackaged },
        {
          action: (id) => window?.webContents.send('action', id),
          openWorkspace: () => void chooseWorkspace(),
          openSample: () => void openWorkspace(undefined),
        },
      ),
    ),
  );
  answer('engine:connect', z.undefined(), async (_none, { sender }) => {
    const port = await engine?.connect();
    if (port && !sender.isDestroyed()) sender.postMessage('engine:port', null, [port]);
  });
  answer('outside:open', z.string(), (url) => openOutside(window, url));
  answer('workspace:choose', z.undefined(), () => chooseWorkspace());
  const updater = new Updater({
    channel: updateChannel(),
    installation: {
      version: packageVersion(),
      platform: process.platform,
      arch: process.arch,
      kind: installationKind(process.platform, process.env['APPIMAGE']),
    },
    folder: join(app.getPath('userData'), 'updates'),
    keepCopies: async () => {
      if (engine) return engine.keepCopies();
      throw new AppError('update.not_installed', {
        message: 'No workspace is open that copies could be made of. Nothing was installed.',
        remedy: 'Open a workspace, then try again.',
      });
    },
    install: (file) => installUpdate(file, process.env['APPIMAGE']),
    changed: (state) => window?.webContents.send('update', state),
  });
  answer('update:state', z.undefined(), () => updater.state());
  answer('update:check', z.undefined(), () => updater.check());
  answer('update:download', z.undefined(), () => updater.download());
  answer('update:install', z.undefined(), () => updater.install());
  answer('page:ready', z.undefined(), () => {
    pageListens = true;
    const request = asked;
    asked = undefined;
    if (request) void preview(request);
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('activate', () => {
    if (!window) openWindow();
  });
  app.on('before-quit', (event) => {
    const last = engine;
    if (!last) return;
    // Runs under way are parked first; then this comes again, without an engine.
    event.preventDefault();
    engine = undefined;
    void last.stop().then(() => app.quit());
  });

  startEngine(settings.get().workspace);
  openWindow();

  function startEngine(folder: string | undefined): void {
    const events = {
      ready: (workspace: { folder: string }) => {
        void settings.set({ workspace: workspace.folder });
      },
      refused: ({ message, remedy }: { message: string; remedy?: string | undefined }) =>
        void refused(folder, message, remedy),
      lost: () => undefined,
    };
    engine = new EngineProcess(folder, events, keychain);
  }

  async function refused(folder: string | undefined, message: string, remedy: string | undefined): Promise<void> {
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message: 'This workspace cannot be opened.',
      detail: [folder, message, remedy].filter((line) => line !== undefined).join('\n'),
      buttons: ['Choose another …', 'Open the sample workspace', 'Quit'],
      defaultId: 0,
      cancelId: 2,
      noLink: true,
    });
    if (response === 2 || (response === 0 && !(await chooseWorkspace()))) app.quit();
    if (response === 1) await openWorkspace(undefined);
  }

  async function chooseWorkspace(): Promise<boolean> {
    const { canceled, filePaths } = await dialog.showOpenDialog({
      title: 'Open a workspace',
      message: 'A folder with a pipewright.json',
      properties: ['openDirectory', 'createDirectory'],
    });
    const [folder] = filePaths;
    if (canceled || folder === undefined) return false;
    await openWorkspace(folder);
    return true;
  }

  async function openWorkspace(folder: string | undefined): Promise<void> {
    const before = engine;
    engine = undefined;
    await before?.stop();
    startEngine(folder);
    pageListens = false;
    window?.webContents.reload();
  }

  function openWindow(): void {
    const { maximized, ...place } = windowPlace(settings.get().window, workAreas());
    const opened = new BrowserWindow({
      ...place,
      minWidth: SMALLEST.width,
      minHeight: SMALLEST.height,
      show: false,
      title: 'Pipewright',
      webPreferences: {
        ...webPreferences,
        preload: join(import.meta.dirname, 'electron-preload.cjs'),
        devTools: !app.isPackaged,
      },
    });
    window = opened;
    if (maximized) opened.maximize();
    opened.once('ready-to-show', () => opened.show());
    opened.on('close', () => {
      void settings.set({ window: { bounds: opened.getNormalBounds(), maximized: opened.isMaximized() } });
    });
    opened.on('closed', () => {
      window = undefined;
      pageListens = false;
    });
    const crashes = new PageCrashes(opened, () => {
      pageListens = false;
    });
    opened.webContents.on('render-process-gone', (_event, { reason }) => void crashes.gone(reason));
    opened.on('unresponsive', () => void crashes.hangs());
    void opened.loadURL(PAGE);
  }
}

/** The displays' usable areas, the primary one first. */
function workAreas() {
  const primary = screen.getPrimaryDisplay();
  return [primary, ...screen.getAllDisplays().filter(({ id }) => id !== primary.id)].map(({ workArea }) => workArea);
}

/** Brings the window to the front and lets the page show what was asked for. */
function show(request: OpenRequest | undefined): void {
  if (window?.isMinimized()) window.restore();
  window?.focus();
  if (!request) return;
  if (pageListens) void preview(request);
  else asked = request;
}

/** Hands the text of a file to the page, which shows it and nothing more. */
async function preview({ file }: OpenRequest): Promise<void> {
  const name = basename(file);
  try {
    const bytes = await readFileBounded(file, limits.bytes, name);
    window?.webContents.send('preview', { name, text: new TextDecoder().decode(bytes) });
  } catch (thrown) {
    if (!isAppError(thrown) || !window) return;
    await dialog.showMessageBox(window, { type: 'error', message: `${name} cannot be shown.`, detail: thrown.message });
  }
}
