import type { Json } from '../graph/json.ts';

/** What a spreadsheet reads as a formula, also after white space or a quotation mark. */
const formula = /^[\s"'\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r]/;
const plainNumber = /^[+-]?\d+([.,]\d+)*(e[+-]?\d+)?%?$/i;

/**
 * Rows as CSV (RFC 4180, LF). A cell that a spreadsheet would run as a formula begins with an apostrophe; numbers stay.
 */
export function csvText(rows: readonly (readonly (Json | undefined)[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}

function csvCell(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = typeof value === 'string' && formula.test(text) && !plainNumber.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
