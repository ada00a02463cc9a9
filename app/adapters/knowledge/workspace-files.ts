import type { SourceFiles } from '../../core/capabilities/knowledge.ts';
import { findFiles } from '../files/find-files.ts';
import { readFileBounded, sha256OfBytes } from '../files/read-file-bounded.ts';
import { resolveInside } from '../files/resolve-inside.ts';
import type { Loaders } from '../loaders/loaders.ts';

/** Larger files are refused by the loaders too. */
const maxFileBytes = 64 * 1_048_576;

/** The files of a workspace as ingestion sees them: nothing outside `root` is read, whatever links say. */
export function workspaceFiles({ root, loaders }: { root: string; loaders: Pick<Loaders, 'loadFile'> }): SourceFiles {
  return {
    find: (patterns, options) => findFiles(root, patterns, options),
    async hash(file) {
      return sha256OfBytes(await readFileBounded(await resolveInside(root, file), maxFileBytes, file));
    },
    load: (file, options) => loaders.loadFile(file, { root, ...options }),
  };
}
