import { AppError } from '../errors/app-error.ts';
import { isJsonObject, type Json, type JsonObject } from '../graph/json.ts';

/** Where in a value a quote belongs, as a JSON pointer, and the words of the source that it comes from. */
export interface FieldQuote {
  field: string;
  quote: string;
}

/** A value with the words that it was taken from. */
export interface CitedValue {
  value: Json;
  quotes: FieldQuote[];
}

const quotes: JsonObject = {
  type: 'array',
  items: {
    type: 'object',
    properties: { field: { type: 'string' }, quote: { type: 'string' } },
    required: ['field', 'quote'],
    additionalProperties: false,
  },
};

/**
 * The schema of an answer that holds `{ value, quotes }`, or with `list` `{ items: [{ value, quotes }] }`, where value
 * fits `schema`. Without `cite` it holds no quotes. Definitions move to the root, where references look for them.
 * @throws AppError schema.invalid for references that would then lead elsewhere
 */
export function citedSchema(schema: JsonObject, { list, cite }: { list: boolean; cite: boolean }): JsonObject {
  const fault = foreignReference(schema);
  if (fault !== undefined) {
    throw new AppError('schema.invalid', {
      message: `The schema refers to ${JSON.stringify(fault)}; only its own definitions can be referred to here.`,
      remedy: 'Put what is referred to under $defs, and refer to it as #/$defs/NAME.',
    });
  }
  const { $schema, $id: _id, $defs, definitions, ...own } = schema;
  const one: JsonObject = {
    type: 'object',
    properties: { value: own, ...(cite && { quotes }) },
    required: cite ? ['value', 'quotes'] : ['value'],
    additionalProperties: false,
  };
  const root: JsonObject = list
    ? {
        type: 'object',
        properties: { items: { type: 'array', items: one } },
        required: ['items'],
        additionalProperties: false,
      }
    : one;
  return {
    ...($schema !== undefined && { $schema }),
    ...root,
    ...($defs !== undefined && { $defs }),
    ...(definitions !== undefined && { definitions }),
  };
}

/** A reference that only holds while the schema is the root. */
function foreignReference(schema: Json): string | undefined {
  if (Array.isArray(schema)) return firstDefined(schema.map(foreignReference));
  if (!isJsonObject(schema)) return undefined;
  for (const name of ['$ref', '$dynamicRef', '$recursiveRef']) {
    const reference = schema[name];
    if (typeof reference === 'string' && !/^#\/(\$defs|definitions)\//.test(reference)) return reference;
  }
  return firstDefined(Object.values(schema).map(foreignReference));
}

function firstDefined<T>(values: readonly (T | undefined)[]): T | undefined {
  return values.find((value) => value !== undefined);
}

/** The values of an answer that fits `citedSchema`. */
export function citedValues(answer: Json): CitedValue[] {
  if (!isJsonObject(answer)) return [];
  const list = Array.isArray(answer['items']) ? answer['items'] : [answer];
  return list.filter(isJsonObject).map((entry) => ({
    value: entry['value'] ?? null,
    quotes: (Array.isArray(entry['quotes']) ? entry['quotes'] : [])
      .filter(isJsonObject)
      .flatMap(({ field, quote }) =>
        typeof field === 'string' && typeof quote === 'string' ? [{ field, quote }] : [],
      ),
  }));
}

/** A scalar in a value, and where. */
export interface Leaf {
  /** JSON pointer: `/lines/0/price`; empty for the value itself. */
  field: string;
  value: string | number | boolean;
}

/** The texts, numbers and flags of a value in order; null is nothing that could be cited. */
export function leavesOf(value: Json, field = ''): Leaf[] {
  if (value === null) return [];
  if (typeof value !== 'object') return [{ field, value }];
  const entries: [string, Json][] = Array.isArray(value)
    ? value.map((item, i): [string, Json] => [String(i), item])
    : Object.entries(value);
  return entries.flatMap(([key, member]) =>
    leavesOf(member, `${field}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}

/** A pointer as models write it: with or without the leading slash, as a path with dots and brackets, or below `value`. */
export function asPointer(field: string): string {
  const pointer = field.startsWith('/')
    ? field
    : `/${field
        .replace(/^\$\.?|^#\/?/, '')
        .replace(/\[(\d+)\]/g, '/$1')
        .replaceAll('.', '/')}`;
  return pointer === '/' ? '' : pointer.replace(/^\/value(?=\/|$)/, '');
}
