// A registry mirror does not always carry every platform's build of an optional native package. npm then writes a
// lock that names such a package as a dependency but holds no entry for it, and `npm ci` refuses that lock
// ("Missing: ... from lock file"). This script writes the missing entries; `--check` only says what is wrong.
//
//   node scripts/complete-lock.mjs [--check] [package-lock.json]

import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/**
 * @typedef {{ version?: string, resolved?: string, link?: boolean, optional?: boolean, os?: string[], cpu?: string[],
 *   libc?: string[], optionalDependencies?: Record<string, string> }} LockEntry
 * @typedef {{ packages: Record<string, LockEntry> }} Lock
 * @typedef {{ name: string, version: string, wantedBy: string }} MissingPackage
 */

const SYSTEMS = new Set('aix android darwin freebsd linux netbsd openbsd openharmony sunos win32'.split(' '));
const PROCESSORS = new Set('arm arm64 ia32 loong64 mips64el ppc64 riscv64 s390x wasm32 x64'.split(' '));

/**
 * Whether `name`, looked up as Node does from the package at `path`, has an entry in the lock.
 * @param {Lock} lock
 * @param {string} path
 * @param {string} name
 */
function isLocked(lock, path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true;
    if (!folder) return false;
  }
}

/**
 * The optional packages that the lock's own entries ask for and that have no entry.
 * @param {Lock} lock
 * @returns {MissingPackage[]}
 */
export function missingOptionalPackages(lock) {
  const missing = new Map();
  for (const [path, entry] of Object.entries(lock.packages)) {
    const owner = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!isLocked(lock, path, name)) missing.set(name, { name, version, wantedBy: owner || 'package.json' });
    }
  }
  return [...missing.values()];
}

/**
 * The entry for a platform package, whose name says what it runs on (`@scope/thing-linux-arm64-musl`).
 * @param {MissingPackage} wanted
 * @returns {LockEntry}
 */
export function platformEntry({ name, version }) {
  const words = name.split(/[/-]/);
  const system = words.find((word) => SYSTEMS.has(word));
  const processor = words.find((word) => PROCESSORS.has(word));
  const libc = words.includes('musl') ? 'musl' : words.includes('gnu') ? 'glibc' : undefined;
  return {
    version,
    ...(processor && { cpu: [processor] }),
    ...(system === 'linux' && libc && { libc: [libc] }),
    optional: true,
    ...(system && { os: [system] }),
  };
}

/**
 * Packages whose entry names the place they came from. The lock must work against any registry, so none may.
 * @param {Lock} lock
 */
export function packagesWithAddress(lock) {
  return Object.entries(lock.packages)
    .filter(([, entry]) => entry.resolved !== undefined && !entry.link)
    .map(([path]) => path);
}

/**
 * The completed lock, entries in npm's order, and the wanted packages that it cannot pin (a range, not a version).
 * @param {Lock} lock
 */
export function completeLock(lock) {
  const missing = missingOptionalPackages(lock);
  const [pinned, unpinned] = [missing.filter(isPinned), missing.filter((wanted) => !isPinned(wanted))];
  const entries = [
    ...Object.entries(lock.packages),
    ...pinned.map((wanted) => /** @type {const} */ ([`node_modules/${wanted.name}`, platformEntry(wanted)])),
  ];
  entries.sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { lock: { ...lock, packages: Object.fromEntries(entries) }, added: pinned, unpinned };
}

/** @param {MissingPackage} wanted */
function isPinned({ version }) {
  return /^\d+\.\d+\.\d+/.test(version) && !/\s/.test(version);
}

/** @param {string[]} args */
function main(args) {
  const check = args.includes('--check');
  const file = args.find((arg) => !arg.startsWith('--')) ?? 'package-lock.json';
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const { lock: completed, added, unpinned } = completeLock(lock);

  const faults = [
    ...unpinned.map(
      ({ name, version, wantedBy }) => `${name}@${version}, wanted by ${wantedBy}: a range, cannot be pinned`,
    ),
    ...packagesWithAddress(lock).map(
      (path) => `${path}: names the address it came from; set omit-lockfile-registry-resolved`,
    ),
    ...(check ? added.map(({ name, version, wantedBy }) => `${name}@${version}, wanted by ${wantedBy}: no entry`) : []),
  ];
  if (faults.length > 0) {
    console.error(`${file} is not complete. Run \`npm run lock\`.\n  ${faults.join('\n  ')}`);
    process.exitCode = 1;
    return;
  }
  if (!check) writeFileSync(file, `${JSON.stringify(completed, null, 2)}\n`);
  const count = Object.keys(completed.packages).length;
  console.log(
    check
      ? `${file}: ${count} packages, complete, no addresses`
      : `${file}: ${added.length} entries added, ${count} in all`,
  );
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2));
