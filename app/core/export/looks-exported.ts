import { isJsonObject, type Json } from '../graph/json.ts';
import { scanJson } from '../graph/scan-json.ts';

/** Of the JSON of an exported workflow. */
export const exportLimits = { depth: 70, values: 2_000_000, members: 10_000 };

/** Whether a text is meant to be an exported workflow, whatever is wrong with it. */
export function looksExported(text: string): boolean {
  if (!/^\s*\{/.test(text) || !text.includes('"export"')) return false;
  const scan = scanJson(text, exportLimits);
  if (scan.fault !== undefined || scan.depth > exportLimits.depth || scan.values > exportLimits.values) return false;
  const json = JSON.parse(text) as Json;
  return isJsonObject(json) && 'export' in json && !('format' in json);
}
