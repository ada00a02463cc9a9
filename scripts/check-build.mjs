// What a user gets from `npm run build`: a command that checks its Node before anything else loads, and a typed library.
//   npm run build && node scripts/check-build.mjs

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseSync } from 'vite';

const faults = [];
const command = resolve('dist/pipewright.js');

const { staticImports } = parseSync(command, readFileSync(command, 'utf8')).module;
if (staticImports.length > 0) faults.push('dist/pipewright.js has static imports, which load before its check of Node');

const folder = mkdtempSync(join(tmpdir(), 'pipewright-build-'));
try {
  const disguise = join(folder, 'disguise.cjs');
  writeFileSync(disguise, "Object.defineProperty(process.versions, 'node', { value: '20.19.0' });");
  const old = run(process.execPath, ['--require', disguise, command, '--version']);
  if (old.status !== 1 || !old.stderr.startsWith('Pipewright needs Node'))
    faults.push('the command accepts an old Node');

  const version = run(process.execPath, [command, '--version']);
  const { version: expected } = JSON.parse(readFileSync('package.json', 'utf8'));
  if (version.status !== 0 || version.stdout.trim() !== expected) {
    faults.push(`--version prints ${JSON.stringify(version.stdout + version.stderr)} instead of ${expected}`);
  }

  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(resolve('.'), join(folder, 'node_modules/pipewright'), 'dir');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'consumer.ts'),
    [
      "import { openWorkspace } from 'pipewright';",
      'export type Opened = Awaited<ReturnType<typeof openWorkspace>>;',
      '// @ts-expect-error: typed, so a number is no folder',
      'export const wrong = () => openWorkspace(42);',
      "export const right = () => openWorkspace('folder');",
      "console.log(typeof openWorkspace === 'function');",
    ].join('\n'),
  );
  const options = [
    '--strict',
    '--noEmit',
    '--target',
    'es2024',
    '--module',
    'nodenext',
    '--types',
    '',
    '--skipLibCheck',
  ];
  const typed = run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...options, 'consumer.ts'], folder);
  if (typed.status !== 0) faults.push(`a consumer's types do not check:\n${typed.stdout}`);
  writeFileSync(
    join(folder, 'consumer.mjs'),
    "import { openWorkspace } from 'pipewright';\nconsole.log(typeof openWorkspace);",
  );
  const used = run(process.execPath, ['consumer.mjs'], folder);
  if (used.stdout !== 'function\n') faults.push(`a consumer cannot import the library: ${used.stderr}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

for (const fault of faults) console.error(`build: ${fault}`);
console.log(`build: 5 checks, ${faults.length} failed`);
if (faults.length > 0) process.exitCode = 1;

/**
 * @param {string} file
 * @param {string[]} args
 * @param {string} [cwd]
 */
function run(file, args, cwd) {
  return spawnSync(file, args, { encoding: 'utf8', timeout: 60_000, ...(cwd && { cwd }) });
}
