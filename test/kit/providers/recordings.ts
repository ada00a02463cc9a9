import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = process.env['PIPEWRIGHT_DATA'];

/** Folder of recorded provider answers under PIPEWRIGHT_DATA; undefined when that is not set. */
export function recordingsFolder(): string | undefined {
  const folder = root === undefined ? undefined : join(root, 'H', 'llm-fixtures-vercel');
  return folder !== undefined && existsSync(folder) ? folder : undefined;
}

/** The events of one recorded stream, each a line of JSON. */
export function recordedStream(folder: string, name: string): string[] {
  return readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
}

/** Names of the recorded streams directly in a folder; those of other protocols that lie beside them are left out. */
export function recordingsIn(folder: string, under: string): string[] {
  if (!existsSync(join(folder, under))) return [];
  return readdirSync(join(folder, under))
    .filter((name) => name.endsWith('.chunks.txt'))
    .map((name) => `${under}/${name}`)
    .toSorted();
}
