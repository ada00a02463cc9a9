import { isAbsolute } from 'node:path';

/** What somebody outside may ask of the app: to look at a file. Nothing is run, saved or granted by it. */
export interface OpenRequest {
  file: string;
}

const MAX_LENGTH = 4096;
const LINK = /^pipewright:\/\/open\/?\?/;

/**
 * Reads what an argument of the command line, a file that was opened, or a link asks for: the absolute path of a JSON
 * file, or `pipewright://open?file=<that>`. Anything else is nothing: neither options nor other links are understood.
 */
export function openRequest(text: string): OpenRequest | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  if (!LINK.test(text)) return ofPath(text);
  try {
    const { searchParams } = new URL(text);
    const files = searchParams.getAll('file');
    return files.length === 1 && [...searchParams.keys()].length === 1 ? ofPath(files[0] ?? '') : undefined;
  } catch {
    return undefined;
  }
}

function ofPath(path: string): OpenRequest | undefined {
  const isNetwork = path.startsWith('\\\\') || path.startsWith('//');
  const isPlain = isAbsolute(path) && !path.split(/[\\/]/).includes('..') && !/[\p{Cc}]/u.test(path);
  return isPlain && !isNetwork && path.endsWith('.json') ? { file: path } : undefined;
}

/** The first request among the arguments of a command line, without the program itself. */
export function openRequestOf(args: readonly string[]): OpenRequest | undefined {
  return args.map(openRequest).find((request) => request !== undefined);
}
