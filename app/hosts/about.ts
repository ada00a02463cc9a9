import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { About } from '../core/contracts/workspace.ts';
import { packageFolder } from './package-folder.ts';
import { packageVersion } from './version.ts';

interface LicenceFile {
  packages: { name: string; version: string; licence: string; text: number | null }[];
  texts: string[];
}

/** What the build wrote down of everything that comes with it. */
function licences(): LicenceFile {
  const file = join(packageFolder(), 'dist/licences.json');
  if (!existsSync(file)) return { packages: [], texts: [] };
  return JSON.parse(readFileSync(file, 'utf8')) as LicenceFile;
}

/** Versions of what does the work, folders, and the licences of what comes with this. */
export async function aboutThis(folders: About['folders']): Promise<About> {
  const { sqliteVersion } = await import('../adapters/sqlite/sqlite-version.ts');
  const { packages } = licences();
  const { node, electron } = process.versions;
  return {
    name: 'Pipewright',
    licence: 'Apache-2.0',
    versions: [
      { of: 'Pipewright', version: packageVersion() },
      ...(electron === undefined ? [] : [{ of: 'Electron', version: electron }]),
      { of: 'Node', version: node },
      { of: 'SQLite', version: sqliteVersion() },
      { of: 'LanceDB', version: versionOf('@lancedb/lancedb') },
    ],
    folders,
    packages: packages.map(({ text, ...one }) => ({ ...one, hasText: text !== null })),
  };
}

/** Null where the package came without one. */
export function licenceText(name: string, version: string): string | null {
  const { packages, texts } = licences();
  const found = packages.find((one) => one.name === name && one.version === version);
  return found?.text == null ? null : (texts[found.text] ?? null);
}

/** Dependencies are pinned, so what is written there is what is installed. */
function versionOf(name: string): string {
  const file = join(packageFolder(), 'package.json');
  const { dependencies } = JSON.parse(readFileSync(file, 'utf8')) as { dependencies: { [name: string]: string } };
  return dependencies[name] ?? '';
}
