import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { storageError, writeFileAtomic } from './write-file-atomic.ts';

export interface CopyOptions {
  /** Names of files and folders that are left out, wherever they lie. */
  leaveOut: readonly string[];
  /** This file of the folder comes last: where it is, everything else is. */
  last: string;
}

/**
 * Copies the plain files of a folder, each whole or not at all. Links are not followed and not copied.
 * @returns how many files were written
 * @throws AppError storage.*
 */
export async function copyFolder(from: string, to: string, { leaveOut, last }: CopyOptions): Promise<number> {
  const files: string[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(join(from, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (leaveOut.includes(entry.name)) continue;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) files.push(path);
    }
  }
  const ordered = [...files.filter((file) => file !== last), ...files.filter((file) => file === last)];
  for (const file of ordered) {
    const bytes = await readFile(join(from, file)).catch((error: unknown) => {
      throw storageError(error, file);
    });
    await writeFileAtomic(join(to, file), bytes);
  }
  return ordered.length;
}
