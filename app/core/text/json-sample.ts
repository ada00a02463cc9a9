import { isJsonObject, type Json, type JsonObject } from '../graph/json.ts';

const DEEPEST = 12;

/** A small value that fits most JSON Schemas: a stand-in where nobody was asked. Not every keyword is looked at. */
export function jsonSample(schema: JsonObject): Json {
  return sampleOf(schema, schema, 0);
}

function sampleOf(schema: Json | undefined, root: JsonObject, depth: number): Json {
  if (!isJsonObject(schema) || depth > DEEPEST) return null;
  const next = (one: Json | undefined) => sampleOf(one, root, depth + 1);
  if (typeof schema['$ref'] === 'string') return next(pointedAt(root, schema['$ref']));
  for (const name of ['const', 'default'] as const) if (schema[name] !== undefined) return schema[name];
  for (const name of ['enum', 'examples'] as const) {
    const list = schema[name];
    if (Array.isArray(list) && list[0] !== undefined) return list[0];
  }
  for (const name of ['anyOf', 'oneOf', 'allOf'] as const) {
    const list = schema[name];
    if (Array.isArray(list) && schema['type'] === undefined) return next(list[0]);
  }
  const { type } = schema;
  switch (Array.isArray(type) ? type[0] : (type ?? (schema['properties'] === undefined ? 'null' : 'object'))) {
    case 'object':
      return Object.fromEntries(
        Object.entries(isJsonObject(schema['properties']) ? schema['properties'] : {}).map(([name, of]) => [
          name,
          next(of),
        ]),
      );
    case 'array':
      return Array.from({ length: Math.min(Math.max(1, whole(schema['minItems'])), 100) }, () => next(schema['items']));
    case 'string':
      return 'stand-in'
        .padEnd(Math.min(whole(schema['minLength']), 10_000), '.')
        .slice(0, whole(schema['maxLength']) || undefined);
    case 'number':
    case 'integer':
      return typeof schema['minimum'] === 'number' ? Math.ceil(schema['minimum']) : 0;
    case 'boolean':
      return true;
    default:
      return null;
  }
}

const whole = (value: Json | undefined): number => (typeof value === 'number' && value > 0 ? Math.floor(value) : 0);

/** Where a reference inside the schema points; undefined for any other. */
function pointedAt(root: JsonObject, reference: string): Json | undefined {
  if (!reference.startsWith('#')) return undefined;
  let at: Json | undefined = root;
  for (const part of reference.split('/').slice(1)) {
    const name = part.replace(/~1/g, '/').replace(/~0/g, '~');
    at = isJsonObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }
  return at;
}
