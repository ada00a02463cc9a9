/** A fault in the desktop shell as an edit of its source: `find` must stand in the file exactly once. */
export interface Mutant {
  name: string;
  file: string;
  find: string;
  replace: string;
}

const shell = (file: string, name: string, find: string, replace: string): Mutant => ({
  name,
  file: `app/hosts/electron/${file}`,
  find,
  replace,
});

const update = (file: string, name: string, find: string, replace: string): Mutant => ({
  name: `an update: ${name}`,
  file: `app/adapters/updates/${file}`,
  find,
  replace,
});

/** Each is a way in which shells of this kind really were broken. */
export const mutants: readonly Mutant[] = [
  shell('lock-down.ts', 'pages without a sandbox', 'sandbox: true', 'sandbox: false'),
  shell('lock-down.ts', 'one world with the preload', 'contextIsolation: true', 'contextIsolation: false'),
  shell('lock-down.ts', 'Node in the page', 'nodeIntegration: false', 'nodeIntegration: true'),
  shell('lock-down.ts', 'webviews', 'webviewTag: false', 'webviewTag: true'),
  shell('lock-down.ts', 'no web security', 'webSecurity: true', 'webSecurity: false'),
  shell('lock-down.ts', 'frames inside may ask', 'frame.parent === null && ', ''),
  shell(
    'lock-down.ts',
    'a frame that is gone may ask',
    'frame !== null && frame !== undefined && ',
    'frame == null || ',
  ),
  shell('lock-down.ts', 'navigation', "contents.on('will-navigate', stay);", ''),
  shell('lock-down.ts', 'redirects', "contents.on('will-redirect', stay);", ''),
  shell('lock-down.ts', 'frames navigate', "contents.on('will-frame-navigate', stay);", ''),
  shell('lock-down.ts', 'webviews attach', "contents.on('will-attach-webview', stay);", ''),
  shell('lock-down.ts', 'new windows', "action: 'deny'", "action: 'allow'"),
  shell('lock-down.ts', 'every permission', 'GRANTED.has(permission) && ', ''),
  shell('lock-down.ts', 'devices', 'setDevicePermissionHandler(() => false)', 'setDevicePermissionHandler(() => true)'),
  shell('lock-down.ts', 'any data address', "url.startsWith('data:image/')", "url.startsWith('data:')"),
  shell('lock-down.ts', 'no request filter', 'cancel: !isLocal(url)', 'cancel: false'),
  shell('origin.ts', 'any host of the scheme', " && host === 'bundle'", ''),
  shell('origin.ts', 'prefix instead of origin', "host === 'bundle'", "host.startsWith('bundle')"),
  shell('origin.ts', 'a user in the address', " && username === '' && password === ''", ''),
  shell('bundle.ts', 'no policy on the page', '...SECURITY_HEADERS, ', ''),
  shell('bundle.ts', 'writing methods', "if (method !== 'GET' && method !== 'HEAD') return refuse(405);", ''),
  shell('requests.ts', 'any sender', "if (!isOwnFrame(event.senderFrame)) throw new Error('refused');", ''),
  shell('requests.ts', 'any argument', "if (!parsed.success) throw new Error('refused');", ''),
  shell('open-outside.ts', 'plain http', "protocol === 'https:'", "protocol.startsWith('http')"),
  shell('open-outside.ts', 'passwords in addresses', " && username === '' && password === ''", ''),
  shell('open-outside.ts', 'opening without asking', 'if (response !== 0) return false;', ''),
  shell('open-outside.ts', 'opening as the default', 'defaultId: 1', 'defaultId: 0'),
  shell('open-request.ts', 'paths that climb', "!path.split(/[\\\\/]/).includes('..') && ", ''),
  shell('open-request.ts', 'more than a file', '&& [...searchParams.keys()].length === 1 ', ''),
  shell('open-request.ts', 'shares of the network', '!isNetwork && ', ''),
  shell('open-request.ts', 'any kind of file', " && path.endsWith('.json')", ''),
  shell('engine-process.ts', 'the whole environment', 'env: engineEnvironment(process.env)', 'env: process.env'),
  shell('engine-process.ts', 'restarts without a pause', 'Math.min(this.restarts, RESTART_WAITS.length - 1)', '0'),
  shell('page-crashes.ts', 'loading a dying page for ever', 'this.now() - this.last < QUIET_MS', 'false'),
  shell(
    'window-state.ts',
    'windows off every display',
    'x: within(bounds.x, area.x, area.x + area.width - width)',
    'x: bounds.x',
  ),
  shell(
    'main.ts',
    'a preview before the page listens',
    'if (pageListens) void preview(request);',
    'if (true) void preview(request);',
  ),
  shell('updater.ts', 'an update without copies of the workspace', 'await keepCopies();', ''),
  shell(
    'updater.ts',
    'an update that nobody looked at again',
    'await updates.verify(offer)',
    'await Promise.resolve()',
  ),
  shell('install-update.ts', 'a new program that cannot be started', 'handle.chmod(0o755)', 'handle.chmod(0o644)'),
  shell('main.ts', 'updates that the page hears nothing of', "window?.webContents.send('update', state)", 'void state'),
  shell(
    'engine-process.ts',
    'an update although copies failed',
    "if (message.kind === 'not-kept') reject(fromWire(message.error));",
    "if (message.kind === 'not-kept') resolve([]);",
  ),
  update('manifest.ts', 'any signature', 'if (!verify(null,', 'if (!verify && (null,'),
  update('manifest.ts', 'any name of a file', '/^[A-Za-z0-9][A-Za-z0-9._-]{0,150}\\.(AppImage|deb|exe|dmg)$/', '/./'),
  update('manifest.ts', 'any product', 'if (product !== PRODUCT)', 'if (product === undefined)'),
  update(
    'manifest.ts',
    'what has expired',
    'if (Date.parse(expires) <= Math.max(about.now, seen))',
    'if (expires === undefined)',
  ),
  update('manifest.ts', 'what was said before', 'if (Date.parse(issued) < seen)', 'if (Date.parse(issued) < 0)'),
  update('manifest.ts', 'an older version', 'if (order < 0)', 'if (order < -99)'),
  update('manifest.ts', 'any platform', 'platform === about.platform && ', ''),
  update('manifest.ts', 'any machine', 'arch === about.arch && ', ''),
  update('updates.ts', 'any content', "if (hash.digest('hex') !== sha512)", "if (hash.digest('hex') === '')"),
  update('updates.ts', 'redirects to anywhere', 'if (target.origin !== base.origin)', "if (target.origin === '')"),
  update('updates.ts', 'whatever answers', 'if (status !== 200)', 'if (status > 999)'),
  update('updates.ts', 'a file that others read', "openSync(partial, 'wx', 0o600)", "openSync(partial, 'wx', 0o644)"),
  update(
    'updates.ts',
    'what lies there later',
    'if (found?.size === size && found.sha512 === sha512) return;',
    'if (found) return;',
  ),
];
