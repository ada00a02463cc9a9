import mammoth from 'mammoth';
import { AppError } from '../../core/errors/app-error.ts';
import { kindOf } from './decode-text.ts';
import { htmlToText } from './parse-html.ts';
import type { ParsedFile } from './parsed-file.ts';
import { unreadable } from './unreadable.ts';

/**
 * Text of a Word document with its headings, lists and tables. Pictures are left out and files that it refers to are
 * never read (CVE-2025-11849); style maps that it brings along are ignored.
 * @throws AppError document.unreadable, document.encrypted
 */
export async function parseDocx(bytes: Uint8Array): Promise<ParsedFile> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.subarray(0, 4).toString('latin1') === '\xd0\xcf\x11\xe0') {
    throw new AppError('document.encrypted', {
      message: 'The document is protected by a password, or is in the old .doc format.',
      remedy: 'Open it in a word processor and save it as .docx without a password.',
    });
  }
  if (buffer.subarray(0, 2).toString('latin1') !== 'PK') {
    throw unreadable(`This is no .docx document${kindOf(bytes)}.`, 'Give the file the ending of its real type.');
  }
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer },
      {
        externalFileAccess: false,
        includeEmbeddedStyleMap: false,
        convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: '' })),
      },
    );
    return { ...htmlToText(value), metadata: {} };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0]?.slice(0, 200) : String(error);
    throw unreadable(`The document is damaged: ${reason}`, 'Open it in a word processor and save it again as .docx.');
  }
}
