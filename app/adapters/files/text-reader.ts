import { realpathSync, type Stats, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { readFileBounded } from './read-file-bounded.ts';
import { isWithin, resolveInside } from './resolve-inside.ts';
import { utf8 } from './workspace-folder.ts';

/** The coarsest clock of a file system, milliseconds, and a second more: a file may change again within one tick. */
const TICK_MS = 3000;
const MAX_KEPT = 200;

interface Kept {
  mark: string;
  text: string;
}

/**
 * Reads text files in a folder again and again: a file whose facts on the disk are as they were is not read anew. A link
 * is followed each time, so that none leads out unseen.
 *
 * @param root relative paths begin here, and nothing outside is read
 * @param maxBytes the largest file that is read
 */
export function createTextReader(root: string, maxBytes: number): (path: string) => Promise<string> {
  const kept = new Map<string, Kept>();
  return async (path) => {
    const known = kept.get(path);
    if (known && markOf(root, path)?.mark === known.mark) return known.text;
    const before = markOf(root, path);
    const now = Date.now();
    const text = utf8(await readFileBounded(await resolveInside(root, path), maxBytes, path), path);
    kept.delete(path);
    // What changed a moment ago may change once more and look the same.
    if (before && now - before.changedAt > TICK_MS && markOf(root, path)?.mark === before.mark) {
      if (kept.size >= MAX_KEPT) kept.clear();
      kept.set(path, { mark: before.mark, text });
    }
    return text;
  };
}

/** What changes with the file that a path leads to; undefined for what is to be looked at closely. */
function markOf(root: string, path: string): { mark: string; changedAt: number } | undefined {
  try {
    const real = realpathSync.native(resolve(root, path));
    if (!isWithin(realpathSync.native(root), real)) return undefined;
    const { dev, ino, size, mtimeMs, ctimeMs }: Stats = statSync(real);
    return { mark: `${real} ${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`, changedAt: Math.max(mtimeMs, ctimeMs) };
  } catch {
    return undefined;
  }
}
