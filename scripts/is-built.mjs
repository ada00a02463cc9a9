import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Time of the newest file at a path, or below it.
 * @param {string} path
 * @returns {number}
 */
function newest(path) {
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), 0);
}

/**
 * Whether built files are there and no older than what they are made of.
 * @param {readonly string[]} built
 * @param {readonly string[]} sources
 */
export function isBuilt(built, sources) {
  const latest = Math.max(...sources.map((source) => newest(join(root, source))));
  return built.every((file) => existsSync(join(root, file)) && statSync(join(root, file)).mtimeMs >= latest);
}

/** What the studio is made of. */
export const studioSources = ['app/core', 'nodes', 'renderer', 'package.json', 'vite.config.ts'];
