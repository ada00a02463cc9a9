import { stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { findFiles } from '../adapters/files/find-files.ts';
import { readFileBounded } from '../adapters/files/read-file-bounded.ts';
import { resolveInside } from '../adapters/files/resolve-inside.ts';
import { writeFileAtomic } from '../adapters/files/write-file-atomic.ts';
import type { CassetteFiles } from '../services/cassette/cassette-files.ts';

/** Files by paths from where the user stands; for clients of the contract only inside the workspace, links included. */
export function cassetteFiles(folder: string, { cwd, confined }: { cwd: string; confined: boolean }): CassetteFiles {
  const base = confined ? folder : cwd;
  const reach = async (path: string) => (confined ? resolveInside(folder, path) : resolve(base, path));
  return {
    async find(at, pattern) {
      const root = resolve(base, at);
      const found = await findFiles(root, [pattern]);
      return found.map((file) => shortest(base, join(root, file)));
    },
    async kindOf(path) {
      try {
        const facts = await stat(await reach(path));
        return facts.isDirectory() ? 'folder' : 'file';
      } catch {
        return 'nothing';
      }
    },
    read: async (path, maxBytes) =>
      new TextDecoder('utf-8').decode(await readFileBounded(await reach(path), maxBytes, path)),
    write: async (path, text) =>
      writeFileAtomic(confined ? await insideOrNew(folder, path) : resolve(base, path), text),
  };
}

/** A path for people: from where they stand, unless it leads far away. */
function shortest(base: string, path: string): string {
  const short = relative(base, path);
  return short.startsWith('../../') || isAbsolute(short) ? path : short;
}

/** A file that may not be there yet: then its folder has to lie inside. */
async function insideOrNew(folder: string, path: string): Promise<string> {
  const there = await stat(join(folder, path)).catch(() => undefined);
  if (there) return resolveInside(folder, path);
  const parts = path.split('/');
  for (let depth = parts.length - 1; depth > 0; depth -= 1) {
    const parent = parts.slice(0, depth).join('/');
    if (await stat(join(folder, parent)).catch(() => undefined))
      return join(await resolveInside(folder, parent), ...parts.slice(depth));
  }
  return join(folder, path);
}
