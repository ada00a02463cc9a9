import { AppError } from '../../core/errors/app-error.ts';
import type { ErrorCode } from '../../core/errors/error-codes.ts';
import { type Json, jsonTextDepth } from '../../core/graph/json.ts';
import { readFileBounded } from './read-file-bounded.ts';

/**
 * The JSON value of a small file. Depth is checked before parsing.
 * @throws AppError `invalid` for text that is no JSON (with line and column), document.missing, document.unreadable
 */
export async function readJsonFile(
  path: string,
  options: { invalid: ErrorCode; name?: string; maxBytes?: number; maxDepth?: number },
): Promise<Json> {
  const name = options.name ?? path;
  const bytes = await readFileBounded(path, options.maxBytes ?? 10 * 1_048_576, name);
  return parseJsonText(new TextDecoder('utf-8').decode(bytes), { ...options, name });
}

/** The JSON value of a text that somebody wrote. @throws AppError `invalid`, with line and column */
export function parseJsonText(text: string, options: { invalid: ErrorCode; name: string; maxDepth?: number }): Json {
  const { name, maxDepth = 64 } = options;
  if (jsonTextDepth(text, maxDepth) > maxDepth) {
    const message = `The JSON is nested deeper than ${maxDepth} levels.`;
    throw new AppError(options.invalid, { message, where: name, remedy: 'Flatten it.' });
  }
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const message = `This is not valid JSON: ${error instanceof Error ? error.message : String(error)}.`;
    throw new AppError(options.invalid, {
      message,
      where: placeOf(error, text, name),
      remedy: 'Mend the file at this place; an editor with JSON support marks it.',
      cause: error,
    });
  }
}

function placeOf(error: unknown, text: string, name: string): string {
  const at = /position (\d+)/.exec(String(error))?.[1];
  if (at === undefined) return name;
  const before = text.slice(0, Number(at)).split('\n');
  return `${name}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}
