// Builds what is not there or older than its sources, and opens the studio on the sample workspace.
//   npm start [-- OPTIONS]      options are those of `pipewright studio`

import './require-node.mjs';
import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBuilt, studioSources } from './is-built.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

if (!isBuilt(['dist/pipewright.js', 'dist/studio/index.html'], ['app', ...studioSources])) {
  console.error('Building (once, and after changes) …');
  const shell = process.platform === 'win32';
  const { status } = spawnSync('npm', ['run', '-s', 'build'], { cwd: root, stdio: 'inherit', shell });
  if (status !== 0) process.exit(status ?? 1);
}

console.error('The desktop app is not part of this build: the same studio is served to your browser.');
const command = [join(root, 'dist/pipewright.js'), 'studio', '--sample', ...process.argv.slice(2)];
const studio = spawn(process.execPath, command, { stdio: 'inherit' });
// The studio hears Ctrl-C as well and ends in order; this waits for it.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => studio.kill(signal));
studio.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
