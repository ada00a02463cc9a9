import { canonicalJson, isJsonObject, type Json } from './json.ts';

/** One place where two JSON values differ; a side that is missing is not there. */
export interface JsonChange {
  /** `$.messages[0].content` */
  path: string;
  before?: Json;
  after?: Json;
}

/**
 * Where two JSON values differ, as deep as both have the same shape: members by name, items by position. At most `limit`
 * places, in the order of the first value.
 */
export function jsonChanges(before: Json | undefined, after: Json | undefined, limit = 100): JsonChange[] {
  const changes: JsonChange[] = [];
  compare(before, after, '$', changes, limit);
  return changes;
}

function compare(
  before: Json | undefined,
  after: Json | undefined,
  path: string,
  changes: JsonChange[],
  limit: number,
): void {
  if (changes.length >= limit) return;
  if (isJsonObject(before) && isJsonObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
      compare(own(before, name), own(after, name), `${path}${member(name)}`, changes, limit);
  } else if (Array.isArray(before) && Array.isArray(after) && !isVector(before)) {
    for (let i = 0; i < Math.max(before.length, after.length); i += 1)
      compare(before[i], after[i], `${path}[${i}]`, changes, limit);
  } else if (canonicalOf(before) !== canonicalOf(after)) {
    changes.push({ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) });
  }
}

function own(object: { [name: string]: Json }, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function canonicalOf(value: Json | undefined): string | undefined {
  return value === undefined ? undefined : canonicalJson(value);
}

/** A list of numbers differs as a whole: place by place it tells nobody anything. */
function isVector(list: readonly Json[]): boolean {
  return list.length > 8 && list.every((item) => typeof item === 'number');
}

function member(name: string): string {
  return /^[A-Za-z_][\w-]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
