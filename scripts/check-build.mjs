// What a user gets from `npm run build`: a command that checks its Node before anything else loads, and a typed library.
//   npm run build && node scripts/check-build.mjs

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseSync } from 'vite';

const faults = [];
const command = resolve('dist/pipewright.js');

const { staticImports } = parseSync(command, readFileSync(command, 'utf8')).module;
if (staticImports.length > 0) faults.push('dist/pipewright.js has static imports, which load before its check of Node');

// Bundled, but for its native code: what has it is known by how it finds that.
const SQLITE = 'better-sqlite3';
if (!loadedBy('index.js').has(SQLITE))
  faults.push('the library loads no better-sqlite3: these checks look for it in vain');

// Processes for documents and SQL of strangers, and the window's, load no native code: not even as part of a larger file.
for (const entry of ['loader-child', 'tables-child', 'sandbox-worker', 'electron-main'])
  if (loadedBy(`${entry}.js`).has(SQLITE)) faults.push(`dist/${entry}.js loads better-sqlite3`);

// What says the version, helps or completes a word does nothing yet: neither the database nor the schemas are loaded for them.
const spoken = dynamicImports('pipewright.js').flatMap((file) => [...loadedBy(file)]);
for (const heavy of [SQLITE, 'node:sqlite', 'node:crypto', 'node:child_process'])
  if (spoken.includes(heavy)) faults.push(`the command loads ${heavy} before it knows what it is asked`);
for (const file of spoken)
  if (/^chunk-(run|schemas)-/.test(file)) faults.push(`the command loads ${file} before it knows what it is asked`);

// Letters outside of ASCII make V8 keep a whole file in twice the space; an import of Node's own loads more than is used.
for (const file of readdirSync('dist').filter((name) => /^chunk-(run|command|schemas|base|files)-/.test(name))) {
  const text = readFileSync(resolve('dist', file), 'utf8');
  if (/[^\0-\x7f]/.test(text)) faults.push(`dist/${file} is not ASCII`);
  if (/^import .* from "(node:)?(fs|crypto|util|stream)"/m.test(text))
    faults.push(`dist/${file} imports modules of Node`);
}

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
console.log(`build: 10 checks, ${faults.length} failed`);
if (faults.length > 0) process.exitCode = 1;

/**
 * Names of all that a file in dist/ imports, and the files in dist/ that it imports do; not what they load later.
 *
 * @param {string} file
 * @param {Set<string>} [loaded]
 * @returns {Set<string>}
 */
function loadedBy(file, loaded = new Set()) {
  if (loaded.has(file)) return loaded;
  loaded.add(file);
  const path = resolve('dist', file);
  const text = readFileSync(path, 'utf8');
  if (text.includes(`${SQLITE}/package.json`)) loaded.add(SQLITE);
  for (const [, name] of text.matchAll(/process\.getBuiltinModule\("([^"]+)"\)/g)) if (name) loaded.add(name);
  const { staticImports, staticExports } = parseSync(path, text).module;
  const exported = staticExports.flatMap(({ entries }) => entries.flatMap((entry) => entry.moduleRequest ?? []));
  for (const { value } of [...staticImports.map(({ moduleRequest }) => moduleRequest), ...exported])
    if (value.startsWith('./')) loadedBy(value.slice(2), loaded);
    else loaded.add(value);
  return loaded;
}

/**
 * Files in dist/ that a file there loads when it runs.
 *
 * @param {string} file
 * @returns {string[]}
 */
function dynamicImports(file) {
  const text = readFileSync(resolve('dist', file), 'utf8');
  return [...text.matchAll(/import\("\.\/([^"]+)"\)/g)].flatMap(([, name]) => name ?? []);
}

/**
 * @param {string} file
 * @param {string[]} args
 * @param {string} [cwd]
 */
function run(file, args, cwd) {
  return spawnSync(file, args, { encoding: 'utf8', timeout: 60_000, ...(cwd && { cwd }) });
}
