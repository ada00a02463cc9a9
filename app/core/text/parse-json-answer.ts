import { jsonrepair } from 'jsonrepair';
import type { Json } from '../graph/json.ts';

export type JsonAnswer = { value: Json; repaired: boolean } | { problem: string };

const MAX_REPAIR = 1_000_000;

/**
 * The JSON value in a model's answer. Valid JSON is taken as it is; else, when `repair` is allowed, a code fence or
 * prose around an object or array is taken off and small faults (trailing commas, single quotes, missing ends) are
 * mended, which is told. Prose alone is never made into JSON.
 */
export function parseJsonAnswer(text: string, repair: boolean): JsonAnswer {
  const trimmed = text.trim();
  try {
    return { value: JSON.parse(trimmed), repaired: false };
  } catch (thrown) {
    const problem = thrown instanceof Error ? thrown.message : 'it is not JSON';
    if (!repair || trimmed.length > MAX_REPAIR) return { problem };
    for (const candidate of candidates(trimmed)) {
      try {
        const value: Json = JSON.parse(jsonrepair(candidate));
        if (typeof value === 'object' && value !== null) return { value, repaired: true };
      } catch {
        // The next candidate may do; else the first problem is the one to tell.
      }
    }
    return { problem };
  }
}

/** What may hold the value: the content of a code fence, then from the first bracket on. */
function candidates(text: string): string[] {
  const found: string[] = [];
  const fence = /```(?:json|JSON)?[ \t]*\n([\s\S]*?)(?:```|$)/.exec(text)?.[1]?.trim();
  if (fence !== undefined && /^[[{]/.test(fence)) found.push(fence);
  const first = text.search(/[[{]/);
  if (first >= 0) {
    const last = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
    if (last > first) found.push(text.slice(first, last + 1));
    found.push(text.slice(first));
  }
  return found;
}
