import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The mark that fuses lie behind in Electron's binary, then the version of the wire and how many there are. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES = 9;

/**
 * A folder that the packager takes for Electron's distribution for Linux: one file with the place where fuses are set.
 * The real one cannot be had without the network; nothing of what is checked depends on it.
 */
export function stubElectron(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const wire = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, FUSES]), Buffer.from('0'.repeat(FUSES))]);
  const file = join(folder, 'electron');
  writeFileSync(file, Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n'), wire, Buffer.from('\n')]));
  chmodSync(file, 0o755);
  return folder;
}
