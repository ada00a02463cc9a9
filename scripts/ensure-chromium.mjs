// Installs Debian's Chromium when it is absent and this user may: the journeys through the studio run in it. Where it
// cannot be had they are skipped, and the list of skipped tests says so.
//   node scripts/ensure-chromium.mjs

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const places = [
  process.env['PIPEWRIGHT_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

if (!places.some((path) => path && existsSync(path))) {
  const isAllowed = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (isAllowed) {
    console.log('Installing chromium for the journeys through the studio …');
    const install = () => spawnSync('apt-get', ['install', '-y', '-qq', 'chromium'], { stdio: 'ignore' }).status === 0;
    if (!install()) {
      spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
      install();
    }
  }
  if (!places.some((path) => path && existsSync(path)))
    console.log('There is no Chromium: the journeys through the studio are skipped. PIPEWRIGHT_CHROMIUM may name one.');
}
