import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from './package-folder.ts';

/** The version of this package. */
export function packageVersion(): string {
  return packageFile().version;
}

/** Where the makers of this build announce newer ones, if anywhere; written into the desktop app when it is packed. */
export function updateChannel(): { url: string; key: string } | undefined {
  return packageFile().updateChannel;
}

function packageFile(): { version: string; updateChannel?: { url: string; key: string } } {
  return JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8'));
}
