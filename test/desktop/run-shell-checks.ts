import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { UpdateState } from '../../app/core/contracts/desktop-bridge.ts';
import { startUpdateChannel } from '../kit/update-channel.ts';
import { checkInstall, checkRefusals, installProgram } from './update-checks.ts';

/**
 * `node test/desktop/run-shell-checks.ts ROOT [--until-wrong]`: drives the shell's main process of the tree ROOT through
 * a stand-in for Electron and prints one JSON line, `{ "<check>": null | "<what is wrong>" }`. In a process of its own,
 * so that the same checks can be put to a tree with a fault in it; `--until-wrong` then ends at the first check that
 * notices it. ROOT is a copy: it is given an update channel.
 */
const [root = process.cwd(), untilWrong] = process.argv.slice(2);
const fakeUrl = new URL('../kit/electron/fake-electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: fakeUrl, shortCircuit: true } : next(specifier, context),
});

const { app, world, BrowserWindow } = await import('../kit/electron/fake-electron.ts');
const results: { [check: string]: string | null } = {};
const turns = async () => {
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
};
/** As long as reading a small file takes many times over, however busy the machine is: for what must not happen. */
const aWhile = async () => {
  for (let i = 0; i < 50; i += 1) await readFile(join(scratch, 'flow.json'));
  await turns();
};
/** Far longer than any check takes: a shell with a fault may wait for ever. */
const CHECK_MS = 20_000;
async function check(name: string, work: () => unknown): Promise<void> {
  const overdue = Promise.withResolvers<never>();
  const timer = setTimeout(() => overdue.reject(new Error('did not end')), CHECK_MS);
  try {
    await Promise.race([work(), overdue.promise]);
    results[name] = null;
  } catch (error) {
    results[name] = error instanceof Error ? error.message : String(error);
    if (untilWrong) finish();
  } finally {
    clearTimeout(timer);
  }
}
function finish(): never {
  process.stdout.write(`${JSON.stringify(results)}\n`);
  process.exit(0);
}
function same(actual: unknown, expected: unknown, about = ''): void {
  if (!isDeepStrictEqual(actual, expected))
    throw new Error(`${about} ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`.trim());
}

const scratch = mkdtempSync(join(tmpdir(), 'pipewright-shell-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
world.userData = scratch;
writeFileSync(join(scratch, 'flow.json'), '{"format":1}');
const secretFile = join(scratch, 'secret.txt');
writeFileSync(secretFile, 'the secret');
writeFileSync(
  join(scratch, 'shell.json'),
  JSON.stringify({
    workspace: '/home/me/space',
    window: { bounds: { x: 2500, y: 50, width: 1200, height: 700 }, maximized: false },
  }),
);
const channel = await startUpdateChannel();
const packed = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
writeFileSync(
  join(root, 'package.json'),
  JSON.stringify({ ...packed, updateChannel: { url: channel.url, key: channel.publicKey } }),
);
process.env['APPIMAGE'] = installProgram(scratch);
process.env['SHELL_CHECK_KEY'] = 'sk-live';
process.env['HOME'] ??= scratch;
world.displays = [
  { id: 1, workArea: { x: 0, y: 0, width: 1280, height: 720 } },
  { id: 2, workArea: { x: 1280, y: 0, width: 1920, height: 1040 } },
];

await check('loads before the app is ready', async () => {
  await import(pathToFileURL(join(root, 'app/hosts/electron/main.ts')).href);
  same(world.sandboxed, true, 'sandbox for every page');
  same(world.schemes, [
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
});
world.becomeReady();
await turns();

const [opened] = world.windows;
const own = { url: 'app://bundle/', parent: null };
const sender = opened?.window.webContents;
const call = (channel: string, frame: unknown, ...args: unknown[]) =>
  Promise.resolve().then(() => world.handlers.get(channel)?.({ senderFrame: frame, sender }, ...args));
const refused = async (work: Promise<unknown>, about: string) => {
  const outcome = work.then(
    () => 'answered',
    (error: unknown) => (error as Error).message,
  );
  // Whoever refuses does so at once; a shell that does not may ask somebody and wait.
  same(await Promise.race([outcome, turns().then(() => 'taken up')]), 'refused', about);
};

await check('one window, on the studio and nothing else', () => {
  same(world.windows.length, 1);
  same(world.loaded, ['app://bundle/']);
  same(opened?.options['show'], false);
});
await check('the page may do nothing that a page in a browser may not', () => {
  const preferences = opened?.options['webPreferences'] as { [name: string]: unknown };
  const { preload, ...flags } = preferences;
  same(flags, {
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: false,
  });
  same(String(preload).endsWith('electron-preload.cjs'), true);
});
await check('a window that lay half outside its display comes back whole', () => {
  const { x, y, width, height } = (opened?.options ?? {}) as { [name: string]: number };
  same({ x, y, width, height }, { x: 2000, y: 50, width: 1200, height: 700 });
});

const get = async (url: string, method = 'GET') => {
  const answer = await world.protocols.get('app')?.({ url, method } as Request);
  return { status: answer?.status, headers: answer?.headers, text: (await answer?.text()) ?? '' };
};
await check('the page comes with the policy that the browser gets', async () => {
  const { CONTENT_SECURITY_POLICY } = await import(pathToFileURL(join(root, 'app/hosts/web/content-security.ts')).href);
  const { status, headers, text } = await get('app://bundle/');
  same(status, 200);
  same(text.includes('<div id="root">'), true, 'the page itself');
  same(headers?.get('content-security-policy'), CONTENT_SECURITY_POLICY);
  same(headers?.get('x-content-type-options'), 'nosniff');
  same(headers?.get('content-type'), 'text/html; charset=utf-8');
});
await check('no path leads out of the studio', async () => {
  const paths = [
    '../../secret.txt',
    '%2e%2e/secret.txt',
    '..%2fsecret.txt',
    '%2e%2e%2f%2e%2e%2fsecret.txt',
    '..%5csecret.txt',
  ];
  const more = [
    '/etc/passwd',
    '%2fetc%2fpasswd',
    'a%00b',
    'index.html%00.js',
    'C:/x',
    '//host/share',
    encodeURIComponent(secretFile),
    secretFile,
  ];
  for (const path of [...paths, ...more]) {
    const { status, text } = await get(`app://bundle/${path}`);
    same([status === 200, text], [false, ''], path);
  }
});
await check('no other origin of the scheme is served', async () => {
  for (const url of ['app://evil/', 'app://bundle.evil/', 'app://user@bundle/', 'app://bundle:80/', 'http://bundle/'])
    same((await get(url)).status, 403, url);
  same((await get('app://bundle/', 'POST')).status, 405);
});

await check('every permission is denied but writing to the clipboard', () => {
  const wanted = [
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'hid',
    'serial',
    'usb',
    'openExternal',
    'fileSystem',
    'midi',
    'pointerLock',
  ];
  const ask = (permission: string, url: string, isMainFrame = true) => {
    let given: boolean | undefined;
    world.permissions.request?.(null, permission, (ok) => (given = ok), { requestingUrl: url, isMainFrame });
    return [given, world.permissions.check?.(null, permission, new URL(url).origin === 'null' ? url : url, {})];
  };
  for (const permission of wanted) same(ask(permission, 'app://bundle/'), [false, false], permission);
  same(ask('clipboard-sanitized-write', 'app://bundle/'), [true, true]);
  same(ask('clipboard-sanitized-write', 'app://bundle.evil/'), [false, false]);
  same(ask('clipboard-sanitized-write', 'https://evil/'), [false, false]);
  same(ask('clipboard-sanitized-write', 'app://bundle/', false)[0], false, 'a frame inside');
  same(world.permissions.device?.({}), false);
  let streams: unknown;
  world.permissions.display?.({}, (given) => (streams = given));
  same(streams, {});
});
await check('the page has no network', () => {
  const cases: [string, boolean][] = [
    ['https://evil/x.png', true],
    ['http://127.0.0.1:11434/', true],
    ['ws://localhost:1/', true],
    ['file:///etc/passwd', true],
    ['app://evil/a.js', true],
    ['data:text/html,x', true],
    ['blob:https://evil/1', true],
    ['app://bundle/a.js', false],
    ['blob:app://bundle/1', false],
    ['data:image/png;base64,AA', false],
  ];
  for (const [url, cancel] of cases) {
    let answer: unknown;
    world.permissions.request_filter?.({ url }, (given) => (answer = given));
    same(answer, { cancel }, url);
  }
});
await check('no page goes elsewhere or attaches another', () => {
  for (const contents of [opened?.window.webContents, new BrowserWindow().webContents]) {
    for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate', 'will-attach-webview']) {
      let stayed = false;
      contents?.emit(name, { preventDefault: () => (stayed = true), url: 'https://evil/' }, 'https://evil/');
      same(stayed, true, name);
    }
  }
  world.windows.pop();
});
await check('links outside are asked about, and only https ones', async () => {
  const urls = [
    'http://x/',
    'file:///etc/passwd',
    'smb://h/s',
    'ms-msdt:/x',
    'javascript:alert(1)',
    'calculator://',
    '\\\\host\\share',
    'https://user:pw@x/',
    `https://x/${'a'.repeat(3000)}`,
    'not a url',
  ];
  for (const url of urls) same(sender?.windowOpenHandler?.({ url }).action, 'deny', url);
  await turns();
  same([world.dialogs, world.openedOutside], [[], []], 'nothing is asked');
  world.answers.push({ response: 0 });
  same(sender?.windowOpenHandler?.({ url: 'HTTPS://Docs.example/a?b' }).action, 'deny');
  await turns();
  same(world.openedOutside, ['https://docs.example/a?b']);
  same(String(world.dialogs[0]?.options['message']).includes('docs.example'), true, 'the host is shown');
  sender?.windowOpenHandler?.({ url: 'https://other.example/' });
  await turns();
  same(world.openedOutside.length, 1, 'cancelled is not opened');
  same(world.dialogs[1]?.options['defaultId'], 1, 'cancel is the default');
  same(await call('outside:open', own, 'https://third.example/'), false);
  world.dialogs.length = 0;
});
await check('only the studio itself is answered', async () => {
  const frames = [
    null,
    undefined,
    { url: 'https://evil/', parent: null },
    { url: 'app://bundle.evil/', parent: null },
    { url: 'app://bundle/', parent: {} },
    { url: 'about:blank', parent: null },
    { url: '', parent: null },
    { url: 'file:///app://bundle/', parent: null },
  ];
  same([...world.handlers.keys()].sort(), [
    'engine:connect',
    'outside:open',
    'page:ready',
    'update:check',
    'update:download',
    'update:install',
    'update:state',
    'workspace:choose',
  ]);
  for (const channel of world.handlers.keys())
    for (const frame of frames) await refused(call(channel, frame), `${channel} from ${JSON.stringify(frame)}`);
});
await check('arguments of the wrong shape are refused', async () => {
  for (const value of [undefined, null, 1, {}, ['https://x/'], { toString: 1 }])
    await refused(call('outside:open', own, value), String(typeof value));
  await refused(call('page:ready', own, 'x'), 'page:ready');
});

const [engine] = world.forks;
await check('the engine has its own process, with named variables only', () => {
  same(world.forks.length, 1);
  same(engine?.file.endsWith('electron-engine.js'), true);
  same(engine?.args, ['/home/me/space'], 'the workspace of the last time');
  const env = engine?.options['env'] as { [name: string]: string };
  same(env['HOME'], process.env['HOME']);
  const allowed = new Set([
    'APPDATA',
    'HOME',
    'LANG',
    'LC_ALL',
    'LOCALAPPDATA',
    'LOGNAME',
    'PATH',
    'PIPEWRIGHT_HOME',
    'SystemRoot',
    'TEMP',
    'TMP',
    'TMPDIR',
    'TZ',
    'USER',
    'USERPROFILE',
    'XDG_CACHE_HOME',
    'XDG_CONFIG_HOME',
  ]);
  same(
    Object.keys(env).filter((name) => !allowed.has(name)),
    [],
  );
});
await check('the key of the vault goes to the engine by message alone, sealed on the disk', async () => {
  const { message } = engine?.child.said[0] ?? {};
  const { kind, keychain } = message as { kind: string; keychain: { key: string } };
  same([kind, Buffer.from(keychain.key, 'base64').length], ['open', 32]);
  same(JSON.stringify([engine?.args, engine?.options]).includes(keychain.key), false, 'in arguments or environment');
  for (const name of readdirSync(scratch, { recursive: true, withFileTypes: true }))
    if (name.isFile())
      same(readFileSync(join(name.parentPath, name.name), 'utf8').includes(keychain.key), false, name.name);
  same(JSON.stringify(world.sent).includes(keychain.key), false, 'sent to the page');
  same(statSync(join(scratch, 'vault-key.json')).mode & 0o777, 0o600);
});
await check('a port goes to the engine and to the page, once the engine is ready', async () => {
  const asked = call('engine:connect', own);
  await turns();
  same(world.posted.length, 0);
  engine?.child.emit('message', { kind: 'ready', workspace: { folder: '/home/me/space', name: 'Space' } });
  await asked;
  same([world.posted[0]?.channel, world.posted[0]?.ports.length], ['engine:port', 1]);
  same([engine?.child.said[1]?.message, engine?.child.said[1]?.ports.length], [{ kind: 'connect' }, 1]);
  same(world.posted[0]?.ports[0] === engine?.child.said[1]?.ports[0], false, 'two ends');
});

await check('files and links only ask for a preview', async () => {
  const flow = join(scratch, 'flow.json');
  app.emit('open-url', { preventDefault: () => undefined }, `pipewright://open?file=${encodeURIComponent(flow)}`);
  await aWhile();
  same(world.sent, [], 'the page does not listen yet');
  await call('page:ready', own);
  for (let i = 0; i < 50 && world.sent.length === 0; i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  same(world.sent, [{ channel: 'preview', args: [{ name: 'flow.json', text: '{"format":1}' }] }]);
  world.sent.length = 0;
  const hostile = [
    '--no-sandbox',
    '--remote-debugging-port=1',
    'pipewright://run?file=/x.json',
    'pipewright://open?file=../x.json',
    'pipewright://open?file=/a/../x.json',
    'pipewright://open?file=/x.json&run=1',
    'pipewright://open?file=/x.json&file=/y.json',
    'pipewright://open?file=//host/x.json',
    `pipewright://open?file=${encodeURIComponent(secretFile)}`,
    'file:///x.json',
    'https://evil/x.json',
    'x.json',
    `/${'a'.repeat(5000)}.json`,
    '/a\n.json',
    'javascript:alert(1)',
  ];
  for (const argument of hostile) {
    app.emit('second-instance', {}, ['pipewright', argument]);
    app.emit('open-url', { preventDefault: () => undefined }, argument);
    app.emit('open-file', { preventDefault: () => undefined }, argument);
  }
  await aWhile();
  same([world.sent, world.dialogs, world.openedOutside.length, world.forks.length], [[], [], 1, 1]);
  same((opened?.window.focused ?? 0) >= hostile.length, true, 'the window comes to the front');
});
await check('the menu starts actions of the studio', () => {
  interface Item {
    label?: string;
    role?: string;
    submenu?: Item[];
    click?: () => void;
    registerAccelerator?: boolean;
    accelerator?: string;
  }
  const items = (list: Item[]): Item[] => list.flatMap((item) => [item, ...items(item.submenu ?? [])]);
  const all = items(world.menu as Item[]);
  all.find(({ label }) => label === 'Save')?.click?.();
  same(world.sent, [{ channel: 'action', args: ['file.save'] }]);
  world.sent.length = 0;
  same(
    all.filter(({ role }) => role === 'toggleDevTools' || role === 'reload'),
    [],
    'no developer tools in a release',
  );
  same(
    all.filter(({ accelerator, registerAccelerator }) => accelerator !== undefined && registerAccelerator !== false),
    [],
  );
});

await check('a page that ends is loaded once, then a person is asked', async () => {
  const gone = (reason: string) => sender?.emit('render-process-gone', {}, { reason });
  gone('clean-exit');
  await turns();
  same(world.reloads, 0);
  gone('crashed');
  await turns();
  same([world.reloads, world.dialogs.length], [1, 0]);
  world.answers.push({ response: 0 });
  gone('oom');
  await turns();
  same([world.reloads, world.dialogs.length], [2, 1]);
  opened?.window.emit('unresponsive');
  await turns();
  same([world.reloads, world.dialogs.length], [2, 2], 'waiting is the default');
  world.dialogs.length = 0;
});
await check('an engine that ends is started again, later each time', async () => {
  const waits: number[] = [];
  const real = globalThis.setTimeout;
  globalThis.setTimeout = ((work: () => void, ms?: number) => {
    if (ms !== undefined && ms >= 1000) {
      waits.push(ms);
      return real(work, 0);
    }
    return real(work, ms);
  }) as typeof setTimeout;
  for (let i = 0; i < 7; i += 1) {
    world.forks.at(-1)?.child.emit('exit', 1);
    await new Promise((resolve) => real(resolve, 5));
  }
  globalThis.setTimeout = real;
  same(waits, [1000, 2000, 4000, 8000, 15_000, 30_000, 30_000]);
  same(world.forks.length, 8);
  const asked = call('engine:connect', own);
  world.forks.at(-1)?.child.emit('message', { kind: 'ready', workspace: { folder: '/home/me/space', name: 'Space' } });
  await asked;
  same(world.forks.at(-1)?.child.said.length, 2, 'the new one is opened and connected to');
});
await check('a workspace that cannot be opened is said, and another one may be chosen', async () => {
  world.answers.push({ response: 0 }, { filePaths: ['/other/space'] });
  const before = world.forks.at(-1);
  before?.child.emit('message', { kind: 'refused', error: { message: 'No pipewright.json.', remedy: 'Make one.' } });
  await turns();
  before?.child.emit('exit', 0);
  await turns();
  same(String(world.dialogs[0]?.options['detail']).includes('No pipewright.json.\nMake one.'), true);
  same(world.forks.at(-1)?.args, ['/other/space']);
});
/** A shell with a fault may wait for ever. */
const patiently = (answer: Promise<unknown>) =>
  Promise.race([answer, new Promise((_, reject) => setTimeout(() => reject(new Error('no answer')), 5000))]);
const ask = (name: string) => patiently(call(name, own));
const updates = { check, same, ask, world, channel, folder: scratch };
await checkRefusals(updates);
await check('the page is told how far an update is', () => {
  const steps = world.sent.filter((one) => one.channel === 'update').map(({ args }) => (args[0] as UpdateState).step);
  for (const step of ['checking', 'offered', 'downloading', 'ready', 'installing'] as const)
    same(steps.includes(step), true, step);
  world.sent.length = 0;
});
await check('quitting lets the engine park its runs first', async () => {
  const last = world.forks.at(-1);
  app.quit();
  await turns();
  same([world.quits, last?.child.said.at(-1)?.message], [0, { kind: 'close' }]);
  last?.child.emit('exit', 0);
  await turns();
  same([world.quits, last?.child.killed, world.forks.at(-1) === last], [1, false, true]);
});
await check('what the window was is remembered', async () => {
  opened?.window.close();
  for (let i = 0; i < 500; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const kept = JSON.parse(readFileSync(join(scratch, 'shell.json'), 'utf8'));
    if (kept.window?.bounds.width === 1200 && kept.window.bounds.x === 2000)
      return same(kept.workspace, '/home/me/space');
  }
  throw new Error('shell.json was not written');
});
// Another engine, as after another workspace was chosen.
const items = (world.menu as { submenu?: { label?: string; click?: () => void }[] }[]).flatMap(
  (one) => one.submenu ?? [],
);
items.find(({ label }) => label === 'Open the sample workspace')?.click?.();
await turns();
await checkInstall(updates);
await channel.close();
finish();
