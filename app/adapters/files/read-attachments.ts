import { join } from 'node:path';
import type { AttachmentsRequest, AttachmentsResponse } from '../../core/capabilities/capabilities.ts';
import { AppError, isAppError } from '../../core/errors/app-error.ts';
import { readAttachment } from '../../core/media/read-attachment.ts';
import { findFiles } from './find-files.ts';
import { readFileBounded } from './read-file-bounded.ts';
import { resolveInside } from './resolve-inside.ts';

/**
 * Reads files of a folder as attachments. One that cannot be taken is listed with its reason; links that lead out of
 * the folder are not followed.
 * @throws AppError document.outside, document.missing, attachment.too_large for more files than allowed
 */
export async function readAttachments(folder: string, request: AttachmentsRequest): Promise<AttachmentsResponse> {
  const { patterns, maxFiles, maxFileBytes } = request;
  const files = await findFiles(folder, patterns);
  if (files.length > maxFiles) {
    throw new AppError('attachment.too_large', {
      message: `The patterns fit ${files.length} files; at most ${maxFiles} are taken.`,
      where: patterns.join(', '),
      remedy: 'Narrow the patterns, or raise maxFiles.',
      data: { files: files.length, maxFiles },
    });
  }
  const response: AttachmentsResponse = { attachments: [], failures: [] };
  for (const file of files) {
    try {
      const bytes = await readFileBounded(await resolveInside(folder, join(folder, file)), maxFileBytes, file);
      const data = Buffer.from(bytes).toString('base64');
      response.attachments.push(readAttachment({ data, name: file, where: file }, maxFileBytes));
    } catch (thrown) {
      if (!isAppError(thrown)) throw thrown;
      response.failures.push({ file, code: thrown.code, message: thrown.message });
    }
  }
  return response;
}
