import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));

interface LockEntry {
  name?: string;
  version?: string;
  hasInstallScript?: boolean;
}
const manifest = read('package.json');
const lock: { packages: Record<string, LockEntry> } = read('package-lock.json');
const installed = Object.entries(lock.packages)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({ ...entry, path, name: entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 13) }));

/** Packages with a record of running code from data, and the first version that is in order, if there is one. */
const refused: Record<string, string | null> = {
  'adm-zip': '0.6.1',
  'expr-eval': null,
  'extract-zip': null,
  jsonpath: null,
  'jsonpath-plus': '10.3.0',
  'safe-eval': null,
  'static-eval': null,
  vm2: null,
  xlsx: null,
};

/** First versions that hold the fixes of published advisories, for packages that parse what others wrote. */
const floors: Record<string, string> = {
  '@langchain/core': '1.1.8', // CVE-2025-68665
  'fast-xml-parser': '5.7.0', // CVE-2026-33036
  fastify: '5.12.8', // GHSA-444r-cwp2-x5xf
  langchain: '1.2.3', // CVE-2025-68665
  mammoth: '1.12.3', // CVE-2026-105219
  'pdfjs-dist': '6.5.0', // CVE-2026-16633, and what came after
  'quickjs-emscripten': '0.32.0', // CVE-2026-1144
  ws: '8.17.1', // CVE-2024-37890
};

function isAtLeast(version: string, floor: string): boolean {
  return version.localeCompare(floor, 'en', { numeric: true }) >= 0;
}

describe('the lock file', () => {
  it('covers the whole tree', () => {
    expect(installed.length).toBeGreaterThan(150);
    expect(installed.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies)));
  });

  it.each(Object.entries(refused))('holds no %s before %s', (name, floor) => {
    const found = installed.filter((entry) => entry.name === name && !(floor && isAtLeast(entry.version ?? '', floor)));
    expect(found).toEqual([]);
  });

  it.each(Object.entries(floors))('holds %s only from %s on', (name, floor) => {
    const old = installed.filter((entry) => entry.name === name && !isAtLeast(entry.version ?? '', floor));
    expect(old).toEqual([]);
  });

  it("holds none of LanceDB's own model clients", () => {
    const clients = installed.filter(({ path }) => /lancedb\/node_modules\/(openai|@huggingface\/.*)$/.test(path));
    expect(clients.map(({ name }) => name)).toEqual(['empty-npm-package', 'empty-npm-package']);
    expect(installed.filter(({ name }) => /^(@huggingface|onnxruntime|sharp$)/.test(name))).toEqual([]);
  });

  it('knows every install script by name', () => {
    const scripts = installed.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);
    expect(Object.keys(manifest.allowScripts)).toEqual(expect.arrayContaining(scripts));
  });
});

describe('package.json', () => {
  it('pins every package to one version', () => {
    const versions = { ...manifest.dependencies, ...manifest.devDependencies };
    const ranges = Object.entries(versions).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)));
    expect(ranges).toEqual([]);
  });

  it('lets only the pinned Node run an install script, and never builds SQLite', () => {
    const allowed = Object.entries(manifest.allowScripts).filter(([, isAllowed]) => isAllowed);
    expect(allowed).toEqual([['node', true]]);
    expect(manifest.allowScripts['better-sqlite3']).toBe(false);
  });
});
