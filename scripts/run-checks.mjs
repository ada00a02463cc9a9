// Runs npm scripts, two at the same time, and shows what each says once it has ended; fails when one fails.
//   node scripts/run-checks.mjs SCRIPT...   (within an npm script)
// The longest first: each leaves a core idle now and then, and the others fill that.

import { spawn } from 'node:child_process';

const npm = process.env['npm_execpath'];
if (npm === undefined) {
  console.error('scripts/run-checks.mjs was not started by npm. Run `npm run check:quick`.');
  process.exit(1);
}

/** @type {string[]} */
const failed = [];
const waiting = process.argv.slice(2);

/**
 * @param {string} npm
 * @param {string} name
 * @returns {Promise<boolean>}
 */
function succeeds(npm, name) {
  const child = spawn(process.execPath, [npm, 'run', '-s', name], { stdio: ['ignore', 'pipe', 'pipe'] });
  /** @type {Buffer[]} */
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (/** @type {Buffer} */ part) => said.push(part));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      process.stdout.write(Buffer.concat(said));
      resolve(code === 0);
    });
  });
}

/** @param {string} npm */
async function work(npm) {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (!(await succeeds(npm, name))) failed.push(name);
  }
}

await Promise.all([work(npm), work(npm)]);
if (failed.length > 0) {
  console.error(`failed: ${failed.map((name) => `npm run ${name}`).join(', ')}`);
  process.exitCode = 1;
}
