import { AppError, isAppError } from '../../core/errors/app-error.ts';
import type { ErrorCode } from '../../core/errors/error-codes.ts';

/** LanceDB's messages chain every cause with source positions of its own build: the first clause says it. */
function firstClause(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const clause = message.split(/\s+Caused by: |, \/[^ ]*\.rs:|\n/, 1)[0] ?? message;
  return clause.length > 300 ? `${clause.slice(0, 300)}…` : clause;
}

/** True for the loser of two commits at once; trying again on the newer version is right. */
export function isConflict(thrown: unknown): boolean {
  return thrown instanceof Error && /conflict/i.test(thrown.message) && !/schema/i.test(thrown.message);
}

export function isNotFound(thrown: unknown): boolean {
  return thrown instanceof Error && /^Table '.*' was not found/.test(thrown.message);
}

/** Any failure of LanceDB as an error that says what to do; without a collection it is one of their folder. */
export function lanceError(thrown: unknown, collection: string | undefined, fallback: ErrorCode): AppError {
  if (isAppError(thrown)) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const where = collection === undefined ? 'the folder of the collections' : `collection “${collection}”`;
  if (/no space left|os error 28|quota exceeded/i.test(text)) {
    return new AppError('storage.full', {
      message: 'The disk that holds the collections is full.',
      where,
      remedy: 'Free some space, then run the command again: it continues where it stopped.',
      cause: thrown,
    });
  }
  if (/permission denied|read-only file system|os error (13|30)\b/i.test(text)) {
    return new AppError('storage.readonly', {
      message: 'The folder of the collections cannot be written or read.',
      where,
      remedy: 'Give yourself the right to write to `.pipewright/` in the workspace.',
      cause: thrown,
    });
  }
  return new AppError(fallback, {
    message: `LanceDB failed: ${firstClause(thrown)}`,
    where,
    remedy: `If it happens again, make the collection anew: ${['pipewright ingest', collection, '--rebuild'].filter(Boolean).join(' ')}`,
    cause: thrown,
  });
}
