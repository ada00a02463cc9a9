import type { AppError } from '../errors/app-error.ts';
import type { Json } from './json.ts';
import { type ScanLimits, scanJson } from './scan-json.ts';
import { jsonPath } from './workflow-issue.ts';

/**
 * The value of a JSON text that may come from anybody; it is built only when its limits hold and every program would
 * read it the same way.
 *
 * @param file for messages
 * @param invalid makes the error of what is wrong and where
 * @throws what `invalid` made
 */
export function parseForeignJson(
  text: string,
  limits: ScanLimits,
  file: string,
  invalid: (message: string, where: string) => AppError,
): Json {
  const scan = scanJson(text, limits);
  if (scan.depth > limits.depth) throw invalid(`The JSON is nested deeper than ${limits.depth} levels.`, file);
  if (scan.values > limits.values || scan.members > limits.members) throw invalid('It holds too many values.', file);
  if (scan.fault !== undefined) throw invalid('The file is not valid JSON.', `${file}, character ${scan.fault + 1}`);
  const odd = scan.forbidden ?? scan.duplicate ?? scan.illFormed ?? scan.infinite;
  if (odd) throw invalid('What stands here is read differently by different programs.', `${file} at ${jsonPath(odd)}`);
  return JSON.parse(text) as Json;
}
