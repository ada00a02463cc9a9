import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../core/errors/app-error.ts';
import { compileGlob } from './match-glob.ts';

const maxEntries = 200_000;

/**
 * Files under `root` that fit any of the patterns, as relative paths with forward slashes, sorted by code unit and so
 * the same on every machine. Linked folders are not entered; linked files are named, and `resolveInside` decides about
 * them when they are read. `node_modules` is never searched.
 * @throws AppError document.outside for a pattern that leads out, document.missing when `root` is no folder,
 *   document.unreadable for a folder without the right to read or one with too many entries
 */
export async function findFiles(
  root: string,
  patterns: readonly string[],
  options: { signal?: AbortSignal } = {},
): Promise<string[]> {
  const globs = patterns.map(compileGlob);
  const found = new Set<string>();
  const seen = new Set<string>();
  const folders = [...new Set(globs.flatMap(({ prefixes }) => prefixes))];
  let entries = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    options.signal?.throwIfAborted();
    if (seen.has(folder)) continue;
    seen.add(folder);
    for (const entry of await list(root, folder, false)) {
      entries += 1;
      if (entries > maxEntries) throw tooMany(root);
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules') folders.push(path);
      } else if ((entry.isFile() || entry.isSymbolicLink()) && globs.some((glob) => glob.matches(path))) {
        found.add(path);
      }
    }
  }
  // Nothing at all: because there is no such folder?
  if (found.size === 0) await list(root, '', true);
  return [...found].sort();
}

async function list(root: string, folder: string, required: boolean): Promise<Dirent[]> {
  try {
    return await readdir(join(root, folder), { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const gone = code === 'ENOENT' || code === 'ENOTDIR';
    if (gone && !required) return [];
    throw new AppError(gone ? 'document.missing' : 'document.unreadable', {
      message: gone ? 'There is no such folder.' : `The folder cannot be read (${code}).`,
      where: required ? root : folder,
      remedy: gone ? 'Check the spelling of the folder.' : 'Check the rights of the folder.',
      cause: error,
    });
  }
}

function tooMany(root: string): AppError {
  return new AppError('document.unreadable', {
    message: `The folder holds more than ${maxEntries} entries.`,
    where: root,
    remedy: 'Begin the patterns with the folder that is meant, such as `documents/**/*.md`.',
  });
}
