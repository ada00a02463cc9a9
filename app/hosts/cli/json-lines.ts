import type { Json } from '../../core/graph/json.ts';

/**
 * A value as JSON over several lines, where what is inside stands on one line if it fits into `width` columns: a list of
 * small objects reads like a table.
 */
export function jsonLines(value: Json, width: number): string[] {
  if (value === null || typeof value !== 'object') return [JSON.stringify(value)];
  const isList = Array.isArray(value);
  const entries: [string, Json][] = isList
    ? value.map((one): [string, Json] => ['', one])
    : Object.entries(value).map(([key, one]): [string, Json] => [`${JSON.stringify(key)}: `, one]);
  if (entries.length === 0) return [isList ? '[]' : '{}'];
  const lines = [isList ? '[' : '{'];
  entries.forEach(([key, one], i) => {
    const comma = i < entries.length - 1 ? ',' : '';
    const flat = onOneLine(one, width - 2 - key.length - comma.length);
    const [first = '', ...rest] = flat === undefined ? jsonLines(one, width - 2) : [flat];
    lines.push(`  ${key}${first}`, ...rest.map((line) => `  ${line}`));
    lines[lines.length - 1] += comma;
  });
  lines.push(isList ? ']' : '}');
  return lines;
}

/** The value's JSON with a space after each comma and colon; undefined when that has more than `limit` characters. */
function onOneLine(value: Json, limit: number): string | undefined {
  if (value === null || typeof value !== 'object') {
    const text = JSON.stringify(value);
    return text.length <= limit ? text : undefined;
  }
  const isList = Array.isArray(value);
  const parts: string[] = [];
  let left = limit - 2;
  for (const [key, one] of isList ? value.entries() : Object.entries(value)) {
    const name = isList ? '' : `${JSON.stringify(key)}: `;
    const separator = parts.length > 0 ? 2 : 0;
    const text = onOneLine(one, left - name.length - separator);
    if (text === undefined) return undefined;
    parts.push(name + text);
    left -= name.length + text.length + separator;
  }
  return left < 0 ? undefined : isList ? `[${parts.join(', ')}]` : `{${parts.join(', ')}}`;
}
