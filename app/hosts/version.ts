import { existsSync, readFileSync } from 'node:fs';

/** The version of this package, from the nearest package.json: one folder above dist/, two above app/hosts/. */
export function packageVersion(): string {
  for (const up of ['../package.json', '../../package.json']) {
    const file = new URL(up, import.meta.url);
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  }
  return 'unknown';
}
