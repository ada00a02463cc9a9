import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../core/errors/app-error.ts';

/** Temporary files are `.<name>.<12 hex>.tmp` beside their target: a rename within one folder is atomic. */
const temporary = /^\..+\.[0-9a-f]{12}\.tmp$/;
const staleAfterMs = 60_000;

/**
 * Writes a file so that a crash at any moment leaves either the old or the new content: temporary file in the same
 * folder, fsync, rename, fsync of the folder. Makes missing folders.
 * @throws AppError storage.full, storage.readonly, storage.failed
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: { mode?: number } = {},
): Promise<void> {
  const folder = dirname(path);
  const scratch = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(scratch, 'wx', options.mode ?? (await modeOf(path)));
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(scratch, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(scratch, { force: true }).catch(() => undefined);
    throw storageError(error, path);
  }
}

/**
 * Removes temporary files that a killed process left in this folder, and says how many. Only those older than a
 * minute: a younger one may be another process' save that is under way.
 */
export async function sweepTemporaryFiles(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  let swept = 0;
  for (const name of names.filter((entry) => temporary.test(entry))) {
    const path = join(folder, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age < staleAfterMs) continue;
    await rm(path, { force: true });
    swept += 1;
  }
  return swept;
}

/** A file that is replaced keeps its rights; a new one gets the usual ones. */
async function modeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ mode }) => mode & 0o777,
    () => 0o666,
  );
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; there the rename itself is written through.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What the file system refused, as one of our errors. */
export function storageError(error: unknown, path: string): AppError {
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const remedy = 'Free some space and try again; nothing that was saved before is lost.';
    return new AppError('storage.full', { message: 'The disk is full.', where: path, remedy, cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const remedy = 'Check the rights of the file and its folder, and that the disk is not mounted read-only.';
    return new AppError('storage.readonly', {
      message: 'The file may not be written.',
      where: path,
      remedy,
      cause: error,
    });
  }
  const remedy = 'Check that the folder exists and that the disk works.';
  return new AppError('storage.failed', {
    message: `The file could not be written: ${message}`,
    where: path,
    remedy,
    cause: error,
  });
}
