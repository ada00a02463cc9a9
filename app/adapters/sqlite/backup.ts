import { closeSync, copyFileSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../core/errors/app-error.ts';
import { BlobFiles } from './blob-files.ts';
import type { SqliteDatabase } from './open-database.ts';
import { storageError } from './storage-error.ts';

/** Copies the files that the target does not have; the answer is how many. */
function copyBlobs(from: BlobFiles, to: BlobFiles): number {
  let copied = 0;
  for (const name of from.list().names) {
    const target = to.path(name);
    if (existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    // The mode of the source goes with it.
    copyFileSync(from.path(name), target);
    copied += 1;
  }
  return copied;
}

/**
 * Copies the store into a new folder while others may write: `pipewright.db` and `blobs/`, to be put in place of the
 * `.pipewright` folder. The key of personal payloads is not in it.
 * @throws AppError workspace.exists, storage.*
 */
export function backUp(db: SqliteDatabase, blobs: BlobFiles, folder: string): { blobs: number } {
  const file = join(folder, 'pipewright.db');
  if (existsSync(file)) {
    throw new AppError('workspace.exists', {
      message: 'There is a backup in this folder already.',
      where: file,
      remedy: 'Name a new folder.',
    });
  }
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Before and after: what the copied database names is there, whatever is written or purged meanwhile.
    const target = new BlobFiles(join(folder, 'blobs'));
    const before = copyBlobs(blobs, target);
    closeSync(openSync(file, 'wx', 0o600));
    db.statement('VACUUM INTO ?').run(file);
    return { blobs: before + copyBlobs(blobs, target) };
  } catch (error) {
    throw storageError(error, folder);
  }
}
