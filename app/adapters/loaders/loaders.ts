import { posix } from 'node:path';
import { AppError, type ErrorWire, fromWire, isAppError } from '../../core/errors/app-error.ts';
import { isErrorCode } from '../../core/errors/error-codes.ts';
import { sha256Hex } from '../../core/graph/hash.ts';
import { Document } from '../../core/graph/values.ts';
import { ContainedFault, type ContainedProcess, startContained } from '../contained/contained-process.ts';
import { type ProgramFiles, programFiles } from '../contained/program-files.ts';
import { readFileBounded, sha256OfBytes } from '../files/read-file-bounded.ts';
import { relativeTo, resolveInside } from '../files/resolve-inside.ts';
import { decodeText } from './decode-text.ts';
import { fileTypeOf, knownTypes, type Parser } from './file-types.ts';
import { splitFrontMatter } from './front-matter.ts';
import { asTitle, ParsedFile } from './parsed-file.ts';

export interface LoaderLimits {
  /** Wall time for one file, milliseconds. */
  wallMs: number;
  /** Resident memory of the process that parses, bytes. */
  rssBytes: number;
  /** Largest file, bytes. */
  fileBytes: number;
  /** Longest text of one file, UTF-16 units. */
  textLength: number;
  /** Processes at the same time. */
  processes: number;
  /** Files that one process may parse before it is replaced. */
  filesPerProcess: number;
}

const defaultLimits: LoaderLimits = {
  wallMs: 20_000,
  rssBytes: 512 * 1_048_576,
  fileBytes: 64 * 1_048_576,
  textLength: 16 * 1_048_576,
  processes: 2,
  filesPerProcess: 50,
};
/** A process that has worked so long is replaced, and the kernel ends it soon after. */
const workedMsPerProcess = 30_000;

const packages = ['cheerio/slim', 'mammoth', 'pdfjs-dist/package.json', 'postal-mime'];
const bundled = ['csv-parse', 'zod', '@noble/hashes/sha2.js'];

export interface Loaders {
  /**
   * Reads one file under `root` (the workspace) as a document. Line n of the text is line n of the file for Markdown,
   * text, code, CSV and JSON; for PDF, `pages` says where each page begins.
   * @throws AppError document.* naming the file, the reason and what to do
   */
  loadFile(path: string, options: { root: string; signal?: AbortSignal }): Promise<Document>;
  /** Ends all processes; resolves when they are reaped. */
  close(): Promise<void>;
  /** Ids of the processes that live now. */
  readonly pids: readonly number[];
}

export function createLoaders(options: { childPath?: string; limits?: Partial<LoaderLimits> } = {}): Loaders {
  const limits = { ...defaultLimits, ...options.limits };
  const running = new Set<ContainedProcess>();
  const idle: ContainedProcess[] = [];
  const queue: (() => void)[] = [];
  let taken = 0;
  let closed = false;
  let program: ProgramFiles | undefined;

  const start = (): ContainedProcess => {
    program ??= programFiles(import.meta.url, 'loader-child.js', { packages, bundled });
    const child = startContained({
      entry: options.childPath ?? program.entry,
      read: options.childPath === undefined ? program.read : [...program.read, options.childPath],
      rssBytes: limits.rssBytes,
      cpuSeconds: Math.ceil((workedMsPerProcess + limits.wallMs) / 1000) + 10,
      answerBytes: limits.textLength * 3 + 1_048_576,
    });
    running.add(child);
    return child;
  };

  const end = async (child: ContainedProcess) => {
    await child.end();
    running.delete(child);
  };

  const parseContained = async (parser: Parser, bytes: Uint8Array, signal?: AbortSignal): Promise<ParsedFile> => {
    while (taken >= limits.processes) await new Promise<void>((resolve) => queue.push(resolve));
    taken += 1;
    let child: ContainedProcess | undefined;
    try {
      signal?.throwIfAborted();
      if (closed) throw new ContainedFault('cancelled', 'closed');
      do child = idle.pop();
      while (child && !child.alive);
      child ??= start();
      const answer = await child.ask({ parser }, bytes, { deadlineMs: limits.wallMs, signal });
      const parsed = readAnswer(answer);
      if (child.alive && child.answered < limits.filesPerProcess && child.workedMs < workedMsPerProcess && !closed) {
        idle.push(child);
        child = undefined;
      }
      return parsed;
    } finally {
      // Whatever went wrong with a file, the next one gets a fresh process.
      if (child) await end(child);
      taken -= 1;
      queue.shift()?.();
    }
  };

  const parse = async (parser: Parser, mime: string, bytes: Uint8Array, signal?: AbortSignal): Promise<ParsedFile> => {
    if (parser !== 'plain' && parser !== 'markdown') return parseContained(parser, bytes, signal);
    const text = decodeText(bytes);
    if (parser === 'plain') return { text, metadata: {} };
    const parsed = splitFrontMatter(text);
    const first = mime === 'text/markdown' ? /^#\s+(.+?)\s*#*$/m.exec(parsed.text.slice(0, 20_000))?.[1] : undefined;
    const title = asTitle(parsed.metadata['title']) ?? asTitle(first);
    return { ...parsed, ...(title !== undefined && { title }) };
  };

  return {
    get pids() {
      return [...running].filter(({ alive }) => alive).map(({ pid }) => pid);
    },
    async loadFile(path, { root, signal }) {
      const file = posix.normalize(relativeTo(root, path));
      try {
        signal?.throwIfAborted();
        const type = fileTypeOf(path);
        // First where it lies, so that nothing outside is told apart by its name.
        const real = await resolveInside(root, path);
        if (!type) throw unsupported();
        const bytes = await readFileBounded(real, limits.fileBytes, file);
        const parsed = await parse(type.parser, type.mime, bytes, signal);
        if (parsed.text.length > limits.textLength) throw tooLong(limits.textLength);
        if (parsed.text.trim() === '') throw empty(type.parser);
        return Document.parse({
          id: `doc_${sha256Hex(file).slice(0, 24)}`,
          file,
          mime: type.mime,
          hash: sha256OfBytes(bytes),
          ...parsed,
        });
      } catch (error) {
        signal?.throwIfAborted();
        throw atFile(error, file, limits);
      }
    },
    async close() {
      closed = true;
      idle.length = 0;
      await Promise.all([...running].map(end));
    },
  };
}

/** A contained process may say anything: only the documented shapes pass. */
function readAnswer(answer: unknown): ParsedFile {
  const { ok, result, error } = (answer ?? {}) as { ok?: unknown; result?: unknown; error?: Partial<ErrorWire> };
  if (ok === true) {
    const parsed = ParsedFile.safeParse(result);
    if (parsed.success && pagesFit(parsed.data)) return parsed.data;
  } else if (
    typeof error?.message === 'string' &&
    error.code &&
    isErrorCode(error.code) &&
    error.code.startsWith('document.')
  ) {
    const remedy = typeof error.remedy === 'string' ? error.remedy : undefined;
    const place = typeof error.where === 'string' ? /:(\d+)$/.exec(error.where)?.[1] : undefined;
    const line = Number(place ?? error.data?.['line']);
    throw fromWire({
      code: error.code,
      class: 'invalid_request',
      message: error.message.slice(0, 1000),
      ...(remedy !== undefined && { remedy: remedy.slice(0, 1000) }),
      ...(Number.isInteger(line) && line > 0 && { data: { line } }),
    });
  }
  const reason =
    typeof error?.message === 'string' ? error.message.slice(0, 300) : 'its answer does not have the right form';
  throw new ContainedFault('crashed', reason);
}

function pagesFit({ pages = [], text }: ParsedFile): boolean {
  return pages.every((at, i) => at <= text.length && at >= (pages[i - 1] ?? 0));
}

function atFile(error: unknown, file: string, limits: LoaderLimits): AppError {
  if (error instanceof ContainedFault) return ofFault(error, file, limits);
  if (isAppError(error)) {
    const line = error.data?.['line'];
    const where = typeof line === 'number' ? `${file}:${line}` : file;
    return new AppError(error.code, {
      message: error.message,
      where,
      remedy: error.remedy,
      data: error.data,
      cause: error.cause,
    });
  }
  return new AppError('document.unreadable', {
    message: `The file cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    where: file,
    remedy: 'Check that the file opens in the program that made it.',
    cause: error,
  });
}

function ofFault(fault: ContainedFault, file: string, limits: LoaderLimits): AppError {
  const seconds = limits.wallMs / 1000;
  const megabytes = Math.round(limits.rssBytes / 1_048_576);
  switch (fault.kind) {
    case 'timeout':
      return new AppError('document.timeout', {
        message: `The file took longer than ${seconds} s to read and was given up.`,
        where: file,
        remedy: 'Split it or save it anew; a file that hangs its reader is often damaged.',
      });
    case 'memory':
    case 'answer':
      return new AppError('document.memory', {
        message:
          fault.kind === 'memory'
            ? `The file needed more than ${megabytes} MB to read and was given up.`
            : 'The file holds too much text.',
        where: file,
        remedy: 'Split it into smaller files.',
      });
    case 'cancelled':
      return new AppError('run.cancelled', { message: 'Reading was cancelled.', where: file });
    case 'crashed':
      return new AppError('document.crashed', {
        message: `The reader of this file failed: ${fault.message}.`,
        where: file,
        remedy: 'Save the file anew with the program that made it, or convert it to PDF, HTML or text.',
      });
  }
}

function unsupported(): AppError {
  return new AppError('document.unsupported', {
    message: 'Files of this type cannot be read.',
    remedy: `Convert it to one of: ${knownTypes}.`,
  });
}

function tooLong(limit: number): AppError {
  return new AppError('document.memory', {
    message: `The file holds more than ${limit} characters of text.`,
    remedy: 'Split it into smaller files.',
  });
}

function empty(parser: Parser): AppError {
  return new AppError('document.empty', {
    message: 'The file holds no text.',
    remedy:
      parser === 'pdf'
        ? 'It is probably scanned: run it through text recognition (OCR) first.'
        : 'Remove it from the patterns, or add text.',
  });
}
