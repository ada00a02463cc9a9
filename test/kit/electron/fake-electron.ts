import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';

/**
 * A stand-in for the module `electron`, for the shell's main process: it keeps to what Electron documents where the
 * shell depends on it (what must come before or after `ready`, one handler a channel, who may be null) and records what
 * is asked of it. `world` is what a test looks at and acts with.
 */
interface Opened {
  options: { [name: string]: unknown };
  window: BrowserWindow;
}

export const world = {
  ready: false,
  quits: 0,
  primary: true,
  packaged: true,
  userData: '',
  schemes: [] as { scheme: string; privileges: { [name: string]: boolean } }[],
  sandboxed: false,
  protocolClients: [] as string[],
  protocols: new Map<string, (request: Request) => Promise<Response>>(),
  handlers: new Map<string, (event: unknown, ...args: unknown[]) => unknown>(),
  windows: [] as Opened[],
  loaded: [] as string[],
  reloads: 0,
  sent: [] as { channel: string; args: unknown[] }[],
  posted: [] as { channel: string; ports: unknown[] }[],
  openedOutside: [] as string[],
  /** Files that the system was asked to open. */
  openedPaths: [] as string[],
  /** With what the app asked to be started again when it has quit. */
  relaunched: [] as object[],
  dialogs: [] as { kind: 'message' | 'open'; options: { [name: string]: unknown } }[],
  /** Answers of the person, in order; then the dialog's cancel. */
  answers: [] as { response?: number; filePaths?: string[] }[],
  forks: [] as { file: string; args: string[]; options: { [name: string]: unknown }; child: FakeUtilityProcess }[],
  menu: undefined as unknown,
  permissions: {} as {
    request?: (contents: unknown, permission: string, decide: (ok: boolean) => void, details: object) => void;
    check?: (contents: unknown, permission: string, origin: string, details: object) => boolean;
    device?: (details: object) => boolean;
    display?: (request: object, decide: (streams: object) => void) => void;
    request_filter?: (details: { url: string }, decide: (answer: { cancel?: boolean }) => void) => void;
  },
  displays: [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
  /** What the desktop session has for a keychain, and what is wrong with it. */
  keychain: { backend: 'gnome_libsecret', available: true, fails: false, rotated: false },
  /** The module that `utilityProcess.fork` really starts in a thread; without one, children are only recorded. */
  engineModule: undefined as URL | undefined,
  becomeReady: () => {
    world.ready = true;
    whenReady.resolve();
    app.emit('ready');
  },
};

const whenReady = Promise.withResolvers<void>();

function afterReady(what: string): void {
  if (!world.ready) throw new Error(`${what} cannot be used before the app is ready`);
}
function beforeReady(what: string): void {
  if (world.ready) throw new Error(`${what} must be called before the app is ready`);
}

class FakeApp extends EventEmitter {
  get isPackaged() {
    return world.packaged;
  }
  requestSingleInstanceLock(): boolean {
    return world.primary;
  }
  enableSandbox(): void {
    beforeReady('app.enableSandbox()');
    world.sandboxed = true;
  }
  setAsDefaultProtocolClient(name: string): boolean {
    world.protocolClients.push(name);
    return true;
  }
  whenReady(): Promise<void> {
    return whenReady.promise;
  }
  getPath(name: string): string {
    if (name !== 'userData') throw new Error(`Failed to get '${name}' path`);
    return world.userData;
  }
  relaunch(options: object): void {
    world.relaunched.push(options);
  }
  quit(): void {
    let stopped = false;
    this.emit('before-quit', {
      preventDefault: () => {
        stopped = true;
      },
    });
    if (!stopped) world.quits += 1;
  }
}
export const app = new FakeApp();

export class WebContents extends EventEmitter {
  windowOpenHandler: ((details: { url: string }) => { action: string }) | undefined;
  destroyed = false;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpenHandler = handler;
  }
  send(channel: string, ...args: unknown[]): void {
    world.sent.push({ channel, args: structuredClone(args) });
  }
  postMessage(channel: string, _message: unknown, ports: unknown[] = []): void {
    world.posted.push({ channel, ports });
  }
  reload(): void {
    world.reloads += 1;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
}

export class BrowserWindow extends EventEmitter {
  readonly webContents = new WebContents();
  minimized = false;
  maximized = false;
  shown = false;
  focused = 0;
  bounds: { x: number; y: number; width: number; height: number };
  constructor(options: { [name: string]: unknown } = {}) {
    super();
    afterReady('BrowserWindow');
    const { x = 0, y = 0, width = 800, height = 600 } = options as { [name: string]: number };
    this.bounds = { x, y, width, height };
    world.windows.push({ options, window: this });
    app.emit('web-contents-created', {}, this.webContents);
  }
  loadURL(url: string): Promise<void> {
    world.loaded.push(url);
    return Promise.resolve();
  }
  show(): void {
    this.shown = true;
  }
  focus(): void {
    this.focused += 1;
  }
  restore(): void {
    this.minimized = false;
  }
  maximize(): void {
    this.maximized = true;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  getNormalBounds() {
    return { ...this.bounds };
  }
  isDestroyed(): boolean {
    return this.webContents.destroyed;
  }
  close(): void {
    this.emit('close', {});
    this.webContents.destroyed = true;
    this.emit('closed');
  }
}

export const ipcMain = {
  handle(channel: string, handler: (event: unknown, ...args: unknown[]) => unknown): void {
    if (world.handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    world.handlers.set(channel, handler);
  },
};

export const protocol = {
  registerSchemesAsPrivileged(schemes: typeof world.schemes): void {
    beforeReady('protocol.registerSchemesAsPrivileged()');
    world.schemes.push(...schemes);
  },
  handle(scheme: string, handler: (request: Request) => Promise<Response>): void {
    afterReady('protocol.handle()');
    world.protocols.set(scheme, handler);
  },
};

export const session = {
  get defaultSession() {
    afterReady('session.defaultSession');
    return {
      setPermissionRequestHandler: (handler: NonNullable<typeof world.permissions.request>) => {
        world.permissions.request = handler;
      },
      setPermissionCheckHandler: (handler: NonNullable<typeof world.permissions.check>) => {
        world.permissions.check = handler;
      },
      setDevicePermissionHandler: (handler: NonNullable<typeof world.permissions.device>) => {
        world.permissions.device = handler;
      },
      setDisplayMediaRequestHandler: (handler: NonNullable<typeof world.permissions.display>) => {
        world.permissions.display = handler;
      },
      webRequest: {
        onBeforeRequest: (handler: NonNullable<typeof world.permissions.request_filter>) => {
          world.permissions.request_filter = handler;
        },
      },
    };
  },
};

export const shell = {
  openPath(path: string): Promise<string> {
    world.openedPaths.push(path);
    return Promise.resolve('');
  },
  openExternal(url: string): Promise<void> {
    world.openedOutside.push(url);
    return Promise.resolve();
  },
};

export const dialog = {
  showMessageBox(...given: [unknown, { [name: string]: unknown }] | [{ [name: string]: unknown }]) {
    const options = (given.length === 2 ? given[1] : given[0]) as { [name: string]: unknown };
    world.dialogs.push({ kind: 'message', options });
    const { response = (options['cancelId'] as number | undefined) ?? 0 } = world.answers.shift() ?? {};
    return Promise.resolve({ response, checkboxChecked: false });
  },
  showOpenDialog(options: { [name: string]: unknown }) {
    world.dialogs.push({ kind: 'open', options });
    const { filePaths = [] } = world.answers.shift() ?? {};
    return Promise.resolve({ canceled: filePaths.length === 0, filePaths });
  },
};

export const Menu = {
  buildFromTemplate: (template: unknown) => template,
  setApplicationMenu: (menu: unknown) => {
    world.menu = menu;
  },
};

export const screen = {
  getPrimaryDisplay() {
    afterReady('screen');
    return world.displays[0];
  },
  getAllDisplays() {
    afterReady('screen');
    return world.displays;
  },
};

/** A port as Electron's main process has it: messages come as `{ data, ports }`, and only after `start()`. */
export class MessagePortMain extends EventEmitter {
  readonly port: MessagePort;
  constructor(port: MessagePort) {
    super();
    this.port = port;
    port.on('close', () => this.emit('close'));
  }
  postMessage(message: unknown): void {
    this.port.postMessage(message);
  }
  start(): void {
    this.port.on('message', (data: unknown) => this.emit('message', { data, ports: [] }));
  }
  close(): void {
    this.port.close();
  }
}

export class MessageChannelMain {
  readonly port1: MessagePortMain;
  readonly port2: MessagePortMain;
  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new MessagePortMain(port1);
    this.port2 = new MessagePortMain(port2);
  }
}

/** A child: a thread that runs the real engine when the world has one, else only what was said to it. */
export class FakeUtilityProcess extends EventEmitter {
  readonly said: { message: unknown; ports: unknown[] }[] = [];
  killed = false;
  private readonly worker: Worker | undefined;
  constructor(args: string[], options: { [name: string]: unknown }) {
    super();
    if (!world.engineModule) return;
    this.worker = new Worker(new URL('./utility-thread.ts', import.meta.url), {
      workerData: { module: world.engineModule.href },
      argv: args,
      env: options['env'] as NodeJS.ProcessEnv,
    });
    this.worker.on('message', (message) => this.emit('message', message));
    this.worker.on('exit', (code) => this.emit('exit', code));
  }
  postMessage(message: unknown, ports: MessagePortMain[] = []): void {
    this.said.push({ message, ports });
    const raw = ports.map(({ port }) => port);
    this.worker?.postMessage({ data: message, ports: raw }, raw);
  }
  kill(): boolean {
    this.killed = true;
    void this.worker?.terminate();
    return true;
  }
}

/** Seals by turning bytes round with the keychain's name before them: enough to see who sealed what. */
export const safeStorage = {
  getSelectedStorageBackend: () => (world.ready ? world.keychain.backend : 'unknown'),
  isAsyncEncryptionAvailable: async () => {
    afterReady('safeStorage');
    return world.keychain.available;
  },
  encryptStringAsync: async (text: string) =>
    Buffer.from(`${world.keychain.backend}:${text}`).map((byte) => byte ^ 0xff) as Buffer,
  decryptStringAsync: async (sealed: Buffer) => {
    const [backend, result = ''] = Buffer.from(sealed.map((byte) => byte ^ 0xff))
      .toString()
      .split(':');
    if (world.keychain.fails || backend !== world.keychain.backend) throw new Error('cannot be decrypted');
    return { result, shouldReEncrypt: world.keychain.rotated };
  },
};

export const utilityProcess = {
  fork(file: string, args: string[] = [], options: { [name: string]: unknown } = {}) {
    afterReady('utilityProcess.fork()');
    const child = new FakeUtilityProcess(args, options);
    world.forks.push({ file, args, options, child });
    return child;
  },
};
