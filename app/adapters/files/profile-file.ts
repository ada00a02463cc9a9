import { writePrivateFile } from './private-file.ts';
import { storageError } from './write-file-atomic.ts';

/** Writes a file of the user's profile, for its owner only, all or nothing. @throws AppError storage.* */
export function writeProfileFile(path: string, text: string): void {
  try {
    writePrivateFile(path, Buffer.from(text));
  } catch (error) {
    throw storageError(error, path);
  }
}
