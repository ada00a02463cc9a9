// Builds what is not there or older than its sources, and opens the desktop app on the sample workspace; where no
// Electron or no screen is to be had, it serves the same studio to the browser.
//   npm start [-- OPTIONS]      options are those of `pipewright studio`

import './require-node.mjs';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBuilt, studioSources } from './is-built.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

if (!isBuilt(['dist/pipewright.js', 'dist/electron-main.js', 'dist/studio/index.html'], ['app', ...studioSources])) {
  console.error('Building (once, and after changes) …');
  const shell = process.platform === 'win32';
  const { status } = spawnSync('npm', ['run', '-s', 'build'], { cwd: root, stdio: 'inherit', shell });
  if (status !== 0) process.exit(status ?? 1);
}

const electron = electronBinary();
const screen = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
const options = process.argv.slice(2);
if (electron !== undefined && screen && options.length === 0) follow(spawn(electron, [root], { stdio: 'inherit' }));
else {
  const reason = electron === undefined ? 'Electron is not installed here' : 'there is no screen here';
  console.error(
    options.length > 0
      ? 'With options, the studio is served to your browser.'
      : `The desktop app cannot open (${reason}): the same studio is served to your browser.`,
  );
  const command = [join(root, 'dist/pipewright.js'), 'studio', '--sample', ...options];
  follow(spawn(process.execPath, command, { stdio: 'inherit' }));
}

/**
 * Electron's program, where its package has fetched it. The package itself is not asked: it would begin to fetch.
 * @returns {string | undefined}
 */
function electronBinary() {
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(root, 'node_modules/electron/dist');
  const path = join(root, 'node_modules/electron/path.txt');
  const name = existsSync(path) ? readFileSync(path, 'utf8').trim() : 'electron';
  const file = join(folder, name);
  return existsSync(file) ? file : undefined;
}

/**
 * Ends when the program does, and hands signals on: it hears Ctrl-C as well and ends in order.
 * @param {import('node:child_process').ChildProcess} child
 */
function follow(child) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
