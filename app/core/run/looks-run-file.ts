import { isJsonObject, type Json } from '../graph/json.ts';
import { scanJson } from '../graph/scan-json.ts';

/** What stands in the file of an exported run, and says that it is one. */
export const RUN_FILE_KIND = 'pipewright-run';
/** Of its JSON. */
export const runFileLimits = { depth: 80, values: 2_000_000, members: 200_000 };

/** Whether a text is meant to be the file of a run, whatever is wrong with it. */
export function looksRunFile(text: string): boolean {
  if (!/^\s*\{/.test(text) || !text.includes(`"${RUN_FILE_KIND}"`)) return false;
  const scan = scanJson(text, runFileLimits);
  if (scan.fault !== undefined || scan.depth > runFileLimits.depth || scan.values > runFileLimits.values) return false;
  const json = JSON.parse(text) as Json;
  return isJsonObject(json) && json['kind'] === RUN_FILE_KIND;
}
