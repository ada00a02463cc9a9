import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A fault that is put into one file of a copied tree. */
export interface Plant {
  /** From the tree's root. */
  file: string;
  /** What stands there exactly once. */
  find: string;
  replace: string;
}

/**
 * Works on a tree while a fault is planted in it, and takes the fault out again.
 * @throws Error when what the fault replaces does not stand there exactly once
 */
export async function withPlant<T>(folder: string, { file, find, replace }: Plant, work: () => Promise<T>): Promise<T> {
  const path = join(folder, file);
  const source = await readFile(path, 'utf8');
  if (source.split(find).length !== 2) throw new Error(`“${find}” must stand once in ${file}`);
  await writeFile(
    path,
    source.replace(find, () => replace),
  );
  try {
    return await work();
  } finally {
    await writeFile(path, source);
  }
}
