import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../graph/json.ts';

/** Two parts of a text said different things of one field. */
export interface Conflict {
  /** JSON pointer. */
  field: string;
  kept: Json;
  other: Json;
}

/**
 * One value out of those that several parts of a text gave, the first part first: an object field by field, where the
 * first that says something wins; lists are joined, each item once.
 */
export function mergeValues(values: readonly Json[]): { value: Json; conflicts: Conflict[] } {
  const conflicts: Conflict[] = [];
  const value = values.reduce<Json>((merged, next) => mergeTwo(merged, next, '', conflicts), null);
  return { value, conflicts };
}

function mergeTwo(a: Json, b: Json, field: string, conflicts: Conflict[]): Json {
  if (isEmpty(b)) return a;
  if (isEmpty(a)) return b;
  if (Array.isArray(a) && Array.isArray(b)) return distinct([...a, ...b]);
  if (isJsonObject(a) && isJsonObject(b)) {
    const merged = new Map(Object.entries(a));
    for (const [key, member] of Object.entries(b)) {
      merged.set(key, mergeTwo(merged.get(key) ?? null, member, `${field}/${key}`, conflicts));
    }
    return Object.fromEntries(merged);
  }
  if (canonicalJson(a) !== canonicalJson(b)) conflicts.push({ field, kept: a, other: b });
  return a;
}

function isEmpty(value: Json): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function distinct(items: readonly Json[]): Json[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const name = canonicalJson(item);
    return !seen.has(name) && seen.add(name);
  });
}

/**
 * Items that mean the same become one: those that are equal in the fields of `key`, or altogether without one. The
 * first says what it says; later ones fill what it left out.
 * @returns for each kept item the indices that it was made of
 */
export function mergeItems(
  items: readonly Json[],
  key: readonly string[],
): { items: Json[]; from: number[][]; conflicts: (Conflict & { item: number })[] } {
  const groups = new Map<string, number[]>();
  items.forEach((item, i) => {
    const name = nameOf(item, key) ?? (key.length > 0 ? `#${i}` : canonicalJson(item));
    const group = groups.get(name);
    if (group) group.push(i);
    else groups.set(name, [i]);
  });
  const from = [...groups.values()];
  const conflicts: (Conflict & { item: number })[] = [];
  const merged = from.map((indices, item) => {
    const result = mergeValues(indices.map((i) => items[i] as Json));
    conflicts.push(...result.conflicts.map((conflict) => ({ ...conflict, item })));
    return result.value;
  });
  return { items: merged, from, conflicts };
}

/** What an item is told apart by; undefined when one of the fields is missing: then it is like no other. */
function nameOf(item: Json, key: readonly string[]): string | undefined {
  if (key.length === 0 || !isJsonObject(item)) return undefined;
  const values = key.map((field) => (Object.hasOwn(item, field) ? (item[field] as Json) : null));
  if (values.some((value) => value === null || value === '')) return undefined;
  return canonicalJson(values.map((value) => (typeof value === 'string' ? value.trim().toLowerCase() : value)));
}

export function conflictJson(conflict: Conflict & { item?: number }): JsonObject {
  return { ...conflict };
}
