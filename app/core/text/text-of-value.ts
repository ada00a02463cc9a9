import { canonicalJson, isJsonObject, type Json } from '../graph/json.ts';

/** The words of a value: a text as it is, of a document, chunk, context or answer its text, of anything else its JSON. */
export function textOfValue(value: Json): string {
  if (typeof value === 'string') return value;
  if (isJsonObject(value) && typeof value['text'] === 'string') return value['text'];
  return canonicalJson(value);
}
