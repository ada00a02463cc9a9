import { mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError } from '../../core/errors/app-error.ts';
import { findFiles } from './find-files.ts';
import { readFileBounded, sha256OfBytes } from './read-file-bounded.ts';
import { isWithin, resolveInside } from './resolve-inside.ts';
import { storageError, writeFileAtomic } from './write-file-atomic.ts';

export interface FileFacts {
  bytes: number;
  /** Epoch milliseconds. */
  modifiedAt: number;
}

export interface TextFile {
  text: string;
  /** SHA-256 of the file's bytes. */
  hash: string;
  modifiedAt: number;
}

/** A folder in which text files are read, written, moved and removed: no path and no link leads out of it. */
export interface TextFolder {
  /** Relative paths that fit a pattern, sorted. */
  find(pattern: string): Promise<string[]>;
  /** Undefined when there is no such file. @throws AppError document.outside */
  facts(path: string): Promise<FileFacts | undefined>;
  /** @throws AppError document.missing, document.outside, document.unreadable, document.memory */
  read(path: string): Promise<TextFile>;
  /** All or nothing, and on the disk when it answers. @throws AppError storage.*, document.outside */
  write(path: string, text: string): Promise<{ hash: string; modifiedAt: number }>;
  /** Never over a file that is there. @throws AppError storage.*, document.* */
  move(from: string, to: string): Promise<void>;
  /** A file, or a folder with all in it. Nothing happens when it is not there. @throws AppError storage.* */
  remove(path: string): Promise<void>;
}

/** @param maxBytes the largest file that is read or written */
export function openTextFolder(root: string, maxBytes: number): TextFolder {
  /** Where a file is to be written: its folder may not be there yet, and whatever is there may not lead out. */
  async function target(path: string): Promise<string> {
    const wanted = resolve(root, path);
    if (!isWithin(resolve(root), wanted) || wanted === resolve(root) || path.includes('\0')) throw outside(path);
    await mkdir(root, { recursive: true }).catch((error: unknown) => {
      throw storageError(error, path);
    });
    const realRoot = await realpath(root);
    // A link is written through, so that it stays one.
    const existing = await realpath(wanted).catch(() => undefined);
    if (existing !== undefined) {
      if (!isWithin(realRoot, existing)) throw outside(path);
      return existing;
    }
    for (let folder = dirname(wanted); ; folder = dirname(folder)) {
      const real = await realpath(folder).catch(() => undefined);
      if (real === undefined) continue;
      if (!isWithin(realRoot, real)) throw outside(path);
      return wanted;
    }
  }

  return {
    find: (pattern) =>
      findFiles(root, [pattern]).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'document.missing') return [];
        throw error;
      }),
    async facts(path) {
      const real = await resolveInside(root, path).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'document.missing') return undefined;
        throw error;
      });
      if (real === undefined) return undefined;
      const facts = await stat(real);
      return facts.isFile() ? { bytes: facts.size, modifiedAt: facts.mtimeMs } : undefined;
    },
    async read(path) {
      const real = await resolveInside(root, path);
      const bytes = await readFileBounded(real, maxBytes, path);
      const { mtimeMs } = await stat(real);
      return { text: utf8(bytes, path), hash: sha256OfBytes(bytes), modifiedAt: mtimeMs };
    },
    async write(path, text) {
      const bytes = new TextEncoder().encode(text);
      if (bytes.length > maxBytes) {
        throw new AppError('document.memory', {
          message: `The text has ${bytes.length} bytes; at most ${maxBytes} are kept in one file.`,
          where: path,
          remedy: 'Move data out of it into documents, tables or datasets.',
        });
      }
      const real = await target(path);
      await writeFileAtomic(real, bytes);
      return { hash: sha256OfBytes(bytes), modifiedAt: (await stat(real)).mtimeMs };
    },
    async move(from, to) {
      const source = await resolveInside(root, from);
      const wanted = await target(to);
      if (await stat(wanted).catch(() => undefined)) {
        throw new AppError('storage.exists', {
          message: `There is a file “${basename(to)}” already.`,
          where: to,
          remedy: 'Choose another name.',
        });
      }
      try {
        await mkdir(dirname(wanted), { recursive: true });
        await rename(source, wanted);
      } catch (error) {
        throw storageError(error, to);
      }
    },
    async remove(path) {
      if (path === '' || path === '.') throw outside(path);
      const wanted = await target(path);
      await rm(wanted, { recursive: true, force: true }).catch((error: unknown) => {
        throw storageError(error, path);
      });
    },
  };
}

/** Bytes that are not UTF-8 are refused: replaced ones would change what the file says. */
export function utf8(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('document.unreadable', {
      message: 'The file is not UTF-8 text.',
      where: name,
      remedy: 'Save it in the encoding UTF-8.',
      cause,
    });
  }
}

function outside(path: string): AppError {
  return new AppError('document.outside', {
    message: 'This path leads out of the folder.',
    where: join(path).replaceAll('\0', '\\0'),
    remedy: 'Name a file in the workspace.',
  });
}
