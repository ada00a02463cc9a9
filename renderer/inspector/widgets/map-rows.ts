import { isJsonObject, type Json, type JsonObject } from '../../../app/core/graph/json.ts';

/** One name of a table, and its value. */
export interface Row {
  name: string;
  value: Json;
}

export function rowsOf(table: JsonObject): Row[] {
  return Object.entries(table).map(([name, value]) => ({ name, value }));
}

/** The table that rows make: without those that have no name yet; of one name twice the first. */
export function tableOf(rows: readonly Row[]): JsonObject {
  const table = new Map<string, Json>();
  for (const { name, value } of rows) if (name !== '' && !table.has(name)) table.set(name, value);
  return Object.fromEntries(table);
}

export function changedRow(rows: readonly Row[], at: number, change: Partial<Row>): Row[] {
  return rows.map((row, other) => (other === at ? { ...row, ...change } : row));
}

/** A value as it is written in a row: texts as they are, everything else as JSON. */
export function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What is written in a row, as the table's schema wants its values: a text, or JSON where it may be anything. */
export function asValue(text: string, schema: JsonObject): Json {
  const wanted = isJsonObject(schema['additionalProperties']) ? schema['additionalProperties']['type'] : undefined;
  if (wanted === 'string') return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
