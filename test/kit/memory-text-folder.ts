import { AppError } from '../../app/core/errors/app-error.ts';
import { sha256Hex } from '../../app/core/graph/hash.ts';
import type { TextFolder } from '../../app/services/files/text-folder.ts';

export interface MemoryFolder extends TextFolder {
  files: Map<string, { text: string; modifiedAt: number }>;
  /** Thrown by the next write instead of writing. */
  fault: Error | undefined;
}

/** A text folder in memory, with times that a test sets. */
export function memoryTextFolder(now: () => number): MemoryFolder {
  const files: MemoryFolder['files'] = new Map();
  const matches = (pattern: string) => {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*\*\/\*|\*\*|\*/g, (star) => (star === '*' ? '[^/]*' : star === '**' ? '.*' : '(?:.*/)?[^/]*'));
    return new RegExp(`^${source}$`);
  };
  const missing = (path: string) =>
    new AppError('document.missing', { message: 'There is no such file.', where: path, remedy: 'Check the spelling.' });
  const folder: MemoryFolder = {
    files,
    fault: undefined,
    find: async (pattern) => [...files.keys()].filter((path) => matches(pattern).test(path)).sort(),
    async facts(path) {
      const file = files.get(path);
      return file && { bytes: file.text.length, modifiedAt: file.modifiedAt };
    },
    async read(path) {
      const file = files.get(path);
      if (!file) throw missing(path);
      return { ...file, hash: sha256Hex(file.text) };
    },
    async write(path, text) {
      if (folder.fault) throw folder.fault;
      files.set(path, { text, modifiedAt: now() });
      return { hash: sha256Hex(text), modifiedAt: now() };
    },
    async move(from, to) {
      const file = files.get(from);
      if (!file) throw missing(from);
      if (files.has(to)) throw new AppError('storage.exists', { message: 'It is there.', where: to, remedy: 'No.' });
      files.delete(from);
      files.set(to, file);
    },
    async remove(path) {
      for (const name of files.keys()) if (name === path || name.startsWith(`${path}/`)) files.delete(name);
    },
  };
  return folder;
}
