import { AppError } from '../../core/errors/app-error.ts';

/** A file that is not what its name says, or damaged. The loader adds the file's name. */
export function unreadable(message: string, remedy: string, line?: number): AppError {
  return new AppError('document.unreadable', { message, remedy, ...(line !== undefined && { data: { line } }) });
}
