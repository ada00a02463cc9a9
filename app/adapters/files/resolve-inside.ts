import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { AppError } from '../../core/errors/app-error.ts';

/**
 * The real path of `path` (absolute, or relative to `root`) when it lies in `root` after every link is followed.
 * @throws AppError document.outside (also for a link that leads out), document.missing
 */
export async function resolveInside(root: string, path: string): Promise<string> {
  if (path.includes('\0')) throw outside(path.replaceAll('\0', '\\0'), 'its name holds a NUL character');
  const realRoot = await realpath(root).catch(() => resolve(root));
  const wanted = resolve(realRoot, path);
  // Asked before the disk is: whether a file outside exists is nobody's business.
  if (!isWithin(realRoot, wanted) && !isWithin(resolve(root), wanted)) {
    throw outside(path, 'it leads out of the folder');
  }
  const real = await realpath(wanted).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
      const remedy = 'Check the spelling; paths are relative to the workspace.';
      throw new AppError('document.missing', { message: 'There is no such file.', where: path, remedy, cause: error });
    }
    const message = `The path cannot be followed: ${error.code ?? error.message}.`;
    throw new AppError('document.unreadable', {
      message,
      where: path,
      remedy: 'Check links and rights on the way.',
      cause: error,
    });
  });
  if (!isWithin(realRoot, real)) throw outside(path, 'it is a link that leads out of the folder');
  return real;
}

/** Whether `path` is `root` or lies under it; both absolute. Compares whole names: `/a/bc` is not in `/a/b`. */
export function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** `path` relative to `root`, with forward slashes on every system. */
export function relativeTo(root: string, path: string): string {
  const from = isAbsolute(path) ? relative(root, path) : path;
  return sep === '/' ? from : from.replaceAll(sep, '/');
}

function outside(path: string, why: string): AppError {
  return new AppError('document.outside', {
    message: `This file may not be read: ${why}.`,
    where: path,
    remedy: 'Copy the file into the workspace and name it there.',
  });
}
