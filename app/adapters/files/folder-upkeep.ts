import type { Dirent } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  });
}

/** Bytes of a file, or of all files below a folder; 0 where there is none. Links are not followed. */
export async function bytesBelow(path: string): Promise<number> {
  const facts = await lstat(path).catch(() => undefined);
  if (facts === undefined) return 0;
  if (!facts.isDirectory()) return facts.isFile() ? facts.size : 0;
  let bytes = 0;
  for (const entry of await entriesOf(path)) bytes += await bytesBelow(join(path, entry.name));
  return bytes;
}

/**
 * Removes what lies directly in a folder and was last written before `before` (epoch milliseconds): files, and folders
 * with all in them.
 * @returns how many went, and their bytes
 */
export async function removeOld(folder: string, before: number): Promise<{ removed: number; bytes: number }> {
  const gone = { removed: 0, bytes: 0 };
  for (const { name } of await entriesOf(folder)) {
    const path = join(folder, name);
    if (((await lstat(path).catch(() => undefined))?.mtimeMs ?? before) >= before) continue;
    gone.bytes += await bytesBelow(path);
    await rm(path, { recursive: true, force: true });
    gone.removed += 1;
  }
  return gone;
}

/** The same for the files in each folder of a folder; the newest one of each, by name, stays. */
export async function removeOldVersions(folder: string, before: number): Promise<{ removed: number; bytes: number }> {
  const gone = { removed: 0, bytes: 0 };
  for (const entry of (await entriesOf(folder)).filter((one) => one.isDirectory())) {
    const inside = join(folder, entry.name);
    const names = (await entriesOf(inside)).map(({ name }) => name).sort();
    for (const name of names.slice(0, -1)) {
      const path = join(inside, name);
      const facts = await lstat(path).catch(() => undefined);
      if (facts === undefined || facts.mtimeMs >= before) continue;
      await rm(path, { force: true });
      gone.removed += 1;
      gone.bytes += facts.size;
    }
  }
  return gone;
}
