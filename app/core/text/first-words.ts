import { isJsonObject, type Json } from '../graph/json.ts';

/**
 * The beginning of the first text in a value, on one line: enough to tell it from others in a list.
 * @param length most UTF-16 units, with the … that says that more follows
 * @returns undefined where the value holds no text
 */
export function firstWords(value: Json, length: number): string | undefined {
  const text = firstText(value)?.replace(/\s+/g, ' ');
  if (text === undefined || text.length <= length) return text;
  const cut = text.slice(0, length - 1);
  const words = cut.replace(/\s+\S*$/, '');
  // Scripts without blanks, and long words, are cut where they must be, but never through a character.
  return `${(words.length > length / 2 ? words : cut).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function firstText(value: Json): string | undefined {
  if (typeof value === 'string') return value.trim() || undefined;
  const inner = Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : [];
  for (const one of inner) {
    const text = firstText(one);
    if (text !== undefined) return text;
  }
  return undefined;
}
