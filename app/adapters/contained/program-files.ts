import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ProgramFiles {
  entry: string;
  /** What it must be allowed to read in order to start: its own code, its packages, package.json. */
  read: string[];
}

/**
 * Finds the program of a contained process from the module that starts it: beside it as `child.ts` (or `sourceName`) in the source tree
 * (Node strips the types), as `dist/<built>` when built, which lies beside or one folder above the bundle's parts.
 */
export function programFiles(
  moduleUrl: string,
  built: string,
  packages: readonly string[],
  sourceName = 'child.ts',
): ProgramFiles {
  const here = dirname(realpathSync(fileURLToPath(moduleUrl)));
  const source = join(here, sourceName);
  const fromSource = moduleUrl.endsWith('.ts');
  const candidates = fromSource ? [source] : [join(here, built), join(here, '..', built)];
  const entry = candidates.find((path) => existsSync(path)) ?? source;
  // Of the source tree app/: a child imports the error table of core.
  const code = fromSource ? join(here, '..', '..') : dirname(entry);
  return { entry, read: [code, join(code, '..', 'package.json'), ...packageFolders(moduleUrl, packages)] };
}

/**
 * The folders that these packages are found in: the node_modules that the search meets them in, which may be a link,
 * and the topmost one that they really lie in, where what they need lies too.
 */
function packageFolders(moduleUrl: string, packages: readonly string[]): string[] {
  const require = createRequire(moduleUrl);
  const mark = join('/', 'node_modules', '/');
  const folders = packages.flatMap((name) => {
    const met = require.resolve
      .paths(name)
      ?.find((folder) => existsSync(join(folder, name.replace(/^((@[^/]+\/)?[^/]+).*$/, '$1'))));
    const file = realpathSync(require.resolve(name));
    const at = file.indexOf(mark);
    const real = at === -1 ? dirname(file) : file.slice(0, at + mark.length - 1);
    return met === undefined ? [real] : [met, real];
  });
  return [...new Set(folders)];
}
