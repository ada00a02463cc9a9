import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, readFileSync, rmSync } from 'node:fs';
import { AppError } from '../../core/errors/app-error.ts';
import { writePrivateFile } from './private-file.ts';

const KEY_BYTES = 32;

/**
 * The key in a file of its owner alone; `make` makes one where none is. Undefined when there is none and none is made.
 * @param what it opens, for people
 * @throws AppError storage.corrupt
 */
export function readKeyFile(file: string, what: string, make: boolean): Buffer | undefined {
  if (!existsSync(file)) {
    if (!make) return undefined;
    makeKey(file);
  }
  chmodSync(file, 0o600);
  const key = readFileSync(file);
  if (key.length === KEY_BYTES) return key;
  throw new AppError('storage.corrupt', {
    message: `The key of ${what} is ${key.length} bytes long, not ${KEY_BYTES}.`,
    where: file,
    remedy: 'Restore the key file from a backup of the profile.',
  });
}

/** Of two processes that make the key at once, the first wins: a link, unlike a rename, replaces nothing. */
function makeKey(file: string): void {
  const own = `${file}.${process.pid}`;
  writePrivateFile(own, randomBytes(KEY_BYTES));
  try {
    linkSync(own, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(own, { force: true });
  }
}
