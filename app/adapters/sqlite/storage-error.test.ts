import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/errors/app-error.ts';
import { storageError } from './storage-error.ts';

describe('storageError', () => {
  it.each([
    ['SQLITE_BUSY', 'storage.locked'],
    ['SQLITE_BUSY_SNAPSHOT', 'storage.locked'],
    ['SQLITE_FULL', 'storage.full'],
    ['SQLITE_IOERR_SHMSIZE', 'storage.full'],
    ['ENOSPC', 'storage.full'],
    ['SQLITE_CORRUPT_INDEX', 'storage.corrupt'],
    ['SQLITE_NOTADB', 'storage.corrupt'],
    ['SQLITE_READONLY_DBMOVED', 'storage.readonly'],
    ['SQLITE_CANTOPEN', 'storage.readonly'],
    ['EROFS', 'storage.readonly'],
    ['EACCES', 'storage.readonly'],
    ['SQLITE_IOERR_READ', 'storage.failed'],
    ['SQLITE_CONSTRAINT_UNIQUE', 'storage.failed'],
  ])('takes %s for %s, with place and remedy', (code, expected) => {
    const thrown = Object.assign(new Error('original words'), { code });
    const error = storageError(thrown, '/workspace/pipewright.db');
    expect(error).toMatchObject({
      code: expected,
      where: '/workspace/pipewright.db',
      remedy: expect.any(String),
      cause: thrown,
    });
    expect(error.data).toEqual({ code });
  });

  it('leaves our own errors alone and takes anything else for a failure', () => {
    const own = new AppError('run.fenced', { message: 'taken' });
    expect(storageError(own, 'x')).toBe(own);
    expect(storageError('odd', 'x')).toMatchObject({ code: 'storage.failed', message: expect.stringContaining('odd') });
  });
});
