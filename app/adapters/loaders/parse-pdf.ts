import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppError } from '../../core/errors/app-error.ts';
import type { Metadata } from '../../core/graph/values.ts';
import { kindOf } from './decode-text.ts';
import { asTitle, type ParsedFile } from './parsed-file.ts';
import { unreadable } from './unreadable.ts';

type PdfJs = typeof import('pdfjs-dist/legacy/build/pdf.mjs');
type PdfDocument = Awaited<ReturnType<PdfJs['getDocument']>['promise']>;

let library: Promise<PdfJs> | undefined;

/**
 * Text of a PDF page by page, in the order that the file has it (which is reading order for most producers). Scripts
 * are never run: pdf.js does not, and this process cannot make code from strings. Fonts and CMaps come from the package.
 * @throws AppError document.unreadable, document.encrypted
 */
export async function parsePdf(bytes: Uint8Array): Promise<ParsedFile> {
  // Some producers lose the first line; what begins with an object is let through to pdf.js, which can repair it.
  if (!/%PDF-|\d+ \d+ obj\b/.test(Buffer.from(bytes.subarray(0, 1024)).toString('latin1'))) {
    throw unreadable(`This is no PDF${kindOf(bytes)}.`, 'Give the file the ending of its real type.');
  }
  library ??= loadLibrary();
  const { getDocument, VerbosityLevel } = await library;
  const packageFolder = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
  const task = getDocument({
    // A copy: pdf.js takes the buffer over.
    data: Uint8Array.from(bytes),
    verbosity: VerbosityLevel.ERRORS,
    useSystemFonts: false,
    disableFontFace: true,
    useWorkerFetch: false,
    useWasm: false,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    enableXfa: false,
    cMapUrl: join(packageFolder, 'cmaps/'),
    cMapPacked: true,
    standardFontDataUrl: join(packageFolder, 'standard_fonts/'),
    maxImageSize: 0,
  });
  try {
    const document = await task.promise;
    return { ...(await readPages(document)), ...(await readInfo(document)) };
  } catch (error) {
    throw asUnreadable(error);
  } finally {
    await task.destroy().catch(() => undefined);
  }
}

async function loadLibrary(): Promise<PdfJs> {
  // With the worker's code at hand pdf.js runs it in this process instead of starting a thread.
  const worker = await import('pdfjs-dist/legacy/build/pdf.worker.mjs');
  Object.assign(globalThis, { pdfjsWorker: worker });
  return import('pdfjs-dist/legacy/build/pdf.mjs');
}

async function readPages(document: PdfDocument): Promise<{ text: string; pages: number[] }> {
  let text = '';
  const pages: number[] = [];
  let fault: unknown;
  let broken = 0;
  for (let number = 1; number <= document.numPages; number += 1) {
    pages.push(text.length);
    try {
      const page = await document.getPage(number);
      const content = await page.getTextContent();
      const body = joinItems(content.items).trim();
      page.cleanup();
      if (body !== '') text += `${body}\n\n`;
    } catch (error) {
      fault ??= error;
      broken += 1;
      if (broken > 1000) throw error;
    }
  }
  if (broken > 0 && broken === document.numPages) throw fault;
  return { text: text.trimEnd(), pages: pages.map((at) => Math.min(at, text.trimEnd().length)) };
}

type Item = Awaited<ReturnType<Awaited<ReturnType<PdfDocument['getPage']>>['getTextContent']>>['items'][number];

/** Lines as the file has them; a gap of more than one and a half lines becomes a blank line, which parts paragraphs. */
function joinItems(items: readonly Item[]): string {
  let text = '';
  let lastY: number | undefined;
  let height = 0;
  for (const item of items) {
    if (!('str' in item)) continue;
    const y = Number(item.transform[5]);
    if (item.str.trim() !== '') {
      if (text.endsWith('\n') && lastY !== undefined && lastY - y > 1.6 * Math.max(height, item.height)) text += '\n';
      lastY = y;
      height = item.height;
    }
    text += item.str.replaceAll('\0', '') + (item.hasEOL ? '\n' : '');
  }
  return text.toWellFormed();
}

async function readInfo(document: PdfDocument): Promise<{ title?: string; metadata: Metadata }> {
  const facts = await document.getMetadata().catch(() => undefined);
  const info = (facts?.info ?? {}) as { Title?: unknown; Author?: unknown };
  const title = asTitle(info.Title);
  const author = asTitle(info.Author);
  return {
    // What printer drivers put there is no title.
    ...(title !== undefined &&
      !/^(untitled|microsoft word - .*|.*\.(docx?|pdf|indd|tex|dvi))$/i.test(title) && { title }),
    metadata: author === undefined ? {} : { author },
  };
}

function asUnreadable(error: unknown): AppError {
  const { name = '', message = String(error) } = error as Error;
  if (name === 'PasswordException') {
    return new AppError('document.encrypted', {
      message: 'The PDF is protected by a password.',
      remedy: 'Save a copy without the password.',
    });
  }
  const reason = message.split('\n')[0]?.slice(0, 200) ?? name;
  return unreadable(`The PDF is damaged: ${reason}`, 'Open it in a PDF viewer and save or print it as a new PDF.');
}
