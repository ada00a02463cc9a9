import { AppError, isAppError } from '../../core/errors/app-error.ts';
import type { ErrorCode } from '../../core/errors/error-codes.ts';

interface StorageFault {
  code: ErrorCode;
  message: string;
  remedy: string;
}

const locked: StorageFault = {
  code: 'storage.locked',
  message: 'The workspace is locked by another process.',
  remedy: 'Wait until the other process has finished writing, or end it, and try again.',
};
const full: StorageFault = {
  code: 'storage.full',
  message: 'The disk is full: nothing of this write was kept.',
  remedy: 'Free space on the disk of the workspace, then resume.',
};
const corrupt: StorageFault = {
  code: 'storage.corrupt',
  message: 'The database of the workspace is damaged.',
  remedy: 'Run `pipewright doctor`; restore the file from a backup if it cannot be read.',
};
const readOnly: StorageFault = {
  code: 'storage.readonly',
  message: 'The workspace cannot be written.',
  remedy: 'Check the owner and the permissions of the folder, and that the disk is not mounted read-only.',
};

/** By SQLite's primary code, or the operating system's. */
const faults: { [code: string]: StorageFault } = {
  SQLITE_BUSY: locked,
  SQLITE_LOCKED: locked,
  SQLITE_FULL: full,
  // No room for the index beside the write-ahead log: what opening meets when not a block is left.
  SQLITE_IOERR_SHMSIZE: full,
  ENOSPC: full,
  EDQUOT: full,
  SQLITE_NOTADB: corrupt,
  SQLITE_CORRUPT: corrupt,
  SQLITE_READONLY: readOnly,
  SQLITE_CANTOPEN: readOnly,
  SQLITE_PERM: readOnly,
  EACCES: readOnly,
  EPERM: readOnly,
  EROFS: readOnly,
};

/** The primary code of an extended one: SQLITE_BUSY_SNAPSHOT is SQLITE_BUSY. */
const primary = (code: string): string => code.split('_').slice(0, 2).join('_');

/** Any failure of the database or of its files as an AppError `storage.*`; ours as they are. */
export function storageError(thrown: unknown, where: string): AppError {
  if (isAppError(thrown)) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const fault = faults[code] ?? faults[primary(code)];
  if (fault !== undefined) {
    return new AppError(fault.code, {
      message: fault.message,
      where,
      remedy: fault.remedy,
      data: { code },
      cause: thrown,
    });
  }
  return new AppError('storage.failed', {
    message: `The store of the workspace failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    where,
    remedy: 'Run `pipewright doctor` to see whether the files are sound.',
    ...(code !== '' && { data: { code } }),
    cause: thrown,
  });
}
