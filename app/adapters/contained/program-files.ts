import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ProgramFiles {
  entry: string;
  /** What it must be allowed to read in order to start: its own code, its packages, package.json. */
  read: string[];
}

export interface ProgramParts {
  /** Packages that it loads. */
  packages?: readonly string[];
  /** Packages that are part of the built program: they have folders of their own only for the source tree. */
  bundled?: readonly string[];
  sourceName?: string;
}

/**
 * Finds the program of a contained process from the module that starts it: beside it as `child.ts` (or `sourceName`) in the source tree
 * (Node strips the types), as `dist/<built>` when built, which lies beside or one folder above the bundle's parts.
 */
export function programFiles(
  moduleUrl: string,
  built: string,
  { packages = [], bundled = [], sourceName = 'child.ts' }: ProgramParts = {},
): ProgramFiles {
  const here = dirname(realpathSync(fileURLToPath(moduleUrl)));
  const source = join(here, sourceName);
  const fromSource = moduleUrl.endsWith('.ts');
  const candidates = fromSource ? [source] : [join(here, built), join(here, '..', built)];
  const entry = candidates.find((path) => existsSync(path)) ?? source;
  // Of the source tree app/: a child imports the error table of core.
  const code = fromSource ? join(here, '..', '..') : dirname(entry);
  const loaded = fromSource ? [...packages, ...bundled] : packages;
  const read = [code, join(code, '..', 'package.json'), ...packageFolders(moduleUrl, loaded)];
  return { entry: outsideArchive(entry), read: read.map(outsideArchive) };
}

/**
 * Where a plain Node finds a file of the desktop app: it cannot look into the app's archive, so what it needs lies
 * beside it (electron-builder.yml, `asarUnpack`).
 */
export function outsideArchive(path: string): string {
  return path.replace(/([\\/])app\.asar([\\/]|$)/, '$1app.asar.unpacked$2');
}

/**
 * The Node that contained processes run on: the one of this process, or in the desktop app, whose own binary is none,
 * the one that it brings.
 */
export function nodeProgram(
  versions: { readonly [name: string]: string | undefined } = process.versions,
  resources = resourcesFolder(),
): string {
  if (versions['electron'] === undefined) return process.execPath;
  return join(resources, 'node', process.platform === 'win32' ? 'node.exe' : 'node');
}

function resourcesFolder(): string {
  return (process as { resourcesPath?: string }).resourcesPath ?? '';
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
