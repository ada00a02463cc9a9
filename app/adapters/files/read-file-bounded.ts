import { createHash } from 'node:crypto';
import { constants, open } from 'node:fs/promises';
import { AppError } from '../../core/errors/app-error.ts';

/**
 * Reads a regular file of at most `maxBytes`. A pipe or device is refused instead of waited for, and the last part of
 * the path may not be a link: pass what `resolveInside` gave.
 * @throws AppError document.missing, document.unreadable, document.memory
 */
export async function readFileBounded(path: string, maxBytes: number, name: string): Promise<Uint8Array> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    const missing = error.code === 'ENOENT';
    throw new AppError(missing ? 'document.missing' : 'document.unreadable', {
      message: missing ? 'There is no such file.' : `The file cannot be opened (${error.code}).`,
      where: name,
      remedy: missing ? 'Check the spelling; paths are relative to the workspace.' : 'Check the rights of the file.',
      cause: error,
    });
  });
  try {
    const { size } = await checkRegular(file, name);
    if (size > maxBytes) throw tooLarge(size, maxBytes, name);
    // One byte more than promised: a file that grows while it is read is noticed.
    const buffer = Buffer.alloc(size + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return new Uint8Array(buffer.buffer, buffer.byteOffset, Math.min(length, size));
  } finally {
    await file.close();
  }
}

/** SHA-256 of bytes as 64 lower-case hex digits. */
export function sha256OfBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function checkRegular(file: Awaited<ReturnType<typeof open>>, name: string) {
  const facts = await file.stat();
  if (facts.isFile()) return facts;
  throw new AppError('document.unreadable', {
    message: facts.isDirectory() ? 'This is a folder.' : 'This is a pipe or a device, not a file.',
    where: name,
    remedy: facts.isDirectory()
      ? 'Name the files in it, for example with `/**/*.md` after it.'
      : 'Name a regular file.',
  });
}

function tooLarge(size: number, maxBytes: number, name: string): AppError {
  const megabytes = (bytes: number) => `${(bytes / 1_048_576).toFixed(1)} MB`;
  return new AppError('document.memory', {
    message: `The file has ${megabytes(size)}; at most ${megabytes(maxBytes)} are read.`,
    where: name,
    remedy: 'Split the file into smaller ones.',
  });
}
