import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this package: the nearest one with a package.json, above dist/ or above app/hosts/. */
export function packageFolder(): string {
  for (const up of ['../package.json', '../../package.json']) {
    const file = fileURLToPath(new URL(up, import.meta.url));
    if (existsSync(file)) return dirname(file);
  }
  throw new Error('there is no package.json around the program');
}
