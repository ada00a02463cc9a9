import { cpSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * Copies the files of a workspace without what a machine keeps in it: after `npm run demo` or `npm start` the sample
 * holds runs, and documents that were read.
 */
export function copyWorkspaceFiles(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (path) => basename(path) !== '.pipewright' });
}
