import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** What an interrupted write leaves behind ends so; doctor sweeps it. */
export const TEMPORARY_SUFFIX = '.tmp';

let counter = 0;

/** Makes names that were given in a folder durable. */
export function syncFolder(folder: string): void {
  // Windows cannot open a folder; its rename is durable without.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Writes a file for its owner only (0600, folders 0700) so that a crash leaves the old one or the new one, never a torn
 * one: temporary file, fsync, rename, fsync of the folder.
 */
export function writePrivateFile(path: string, bytes: Buffer): void {
  const folder = dirname(path);
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
  counter += 1;
  const temporary = `${path}.${process.pid}-${counter}${TEMPORARY_SUFFIX}`;
  try {
    const handle = openSync(temporary, 'wx', 0o600);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(folder);
  if (made !== undefined) syncFolder(dirname(folder));
}
