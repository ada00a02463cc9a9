import { type Dirent, readdirSync } from 'node:fs';
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
  const search = searchFor(root, patterns);
  let step = search.next();
  while (!step.done) {
    options.signal?.throwIfAborted();
    const { folder } = step.value;
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) =>
      unreadable(root, step.value as Wanted, error),
    );
    step = search.next(entries);
  }
  return step.value;
}

/** The same at once, for few files in few folders: waiting for a thread takes ten times as long as such a search. */
export function findFilesNow(root: string, patterns: readonly string[]): string[] {
  const search = searchFor(root, patterns);
  let step = search.next();
  while (!step.done) {
    let entries: Dirent[];
    try {
      entries = readdirSync(join(root, step.value.folder), { withFileTypes: true });
    } catch (error) {
      entries = unreadable(root, step.value, error);
    }
    step = search.next(entries);
  }
  return step.value;
}

interface Wanted {
  folder: string;
  /** It is a fault that there is no such folder. */
  required: boolean;
}

/** Asks for the entries of one folder after the other. */
function* searchFor(root: string, patterns: readonly string[]): Generator<Wanted, string[], Dirent[]> {
  const globs = patterns.map(compileGlob);
  const found = new Set<string>();
  const seen = new Set<string>();
  const folders = [...new Set(globs.flatMap(({ prefixes }) => prefixes))];
  let count = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (seen.has(folder)) continue;
    seen.add(folder);
    const entries = yield { folder, required: false };
    for (const entry of entries) {
      count += 1;
      if (count > maxEntries) throw tooMany(root);
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules') folders.push(path);
      } else if ((entry.isFile() || entry.isSymbolicLink()) && globs.some((glob) => glob.matches(path))) {
        found.add(path);
      }
    }
  }
  // Nothing at all: because there is no such folder?
  if (found.size === 0) yield { folder: '', required: true };
  return [...found].sort();
}

/** No entries where a folder is not there and need not be. @throws AppError document.missing, document.unreadable */
function unreadable(root: string, { folder, required }: Wanted, error: unknown): Dirent[] {
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

function tooMany(root: string): AppError {
  return new AppError('document.unreadable', {
    message: `The folder holds more than ${maxEntries} entries.`,
    where: root,
    remedy: 'Begin the patterns with the folder that is meant, such as `documents/**/*.md`.',
  });
}
