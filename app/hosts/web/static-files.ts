import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

export interface StaticFile {
  bytes: Buffer;
  type: string;
  /** Its name carries a hash of what it holds. */
  immutable: boolean;
}

/**
 * The files of a folder by the path of their URL. A path is looked up in the list of what is there and never made into
 * a file name, so none can lead out of the folder. A path that is not in the list has it read again: a new build is
 * served without a new start.
 */
export function createStaticFiles(folder: string): (path: string) => Promise<StaticFile | undefined> {
  let known = filesUnder(folder);
  return async (path) => {
    const wanted = path === '/' ? '/index.html' : path;
    if (!known.has(wanted)) known = filesUnder(folder);
    const file = known.get(wanted);
    const type = types[extname(wanted)];
    if (file === undefined || type === undefined) return undefined;
    try {
      return { bytes: await readFile(file), type, immutable: wanted.startsWith('/assets/') };
    } catch {
      return undefined;
    }
  };
}

function filesUnder(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  const visit = (path: string) => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
      const inner = `${path}/${entry.name}`;
      if (entry.isDirectory()) visit(inner);
      else if (entry.isFile()) files.set(inner, join(folder, inner));
    }
  };
  visit('');
  return files;
}
