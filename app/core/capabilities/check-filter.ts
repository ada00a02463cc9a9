import { AppError } from '../errors/app-error.ts';
import { didYouMean } from '../errors/suggest.ts';
import { isJsonObject } from '../graph/json.ts';
import type { CollectionInfo, Filter } from './capabilities.ts';

export const filterLimits = { depth: 32, parts: 500, listValues: 1_000, textUnits: 10_000 } as const;

/** Fields that every chunk has, so every filter may name them; a metadata field of the same name wins. */
export const chunkFields = {
  file: 'string',
  title: 'string',
  documentId: 'string',
  page: 'number',
  line: 'number',
} as const satisfies CollectionInfo['fields'];

export type FieldType = CollectionInfo['fields'][string];

/** The types of the values that each field of a collection holds: more than one where documents disagree. */
export type FieldTypes = ReadonlyMap<string, ReadonlySet<FieldType>>;

const operators = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'contains', 'startsWith', 'exists'] as const;
const ordering: readonly string[] = ['lt', 'lte', 'gt', 'gte'];

/** What `describe` shows: the one type of a field, or `string` where its values are of several. */
export function shownFields(types: FieldTypes): CollectionInfo['fields'] {
  const shown = [...types].map(([name, set]): [string, FieldType] => [
    name,
    (set.size === 1 && [...set][0]) || 'string',
  ]);
  return Object.fromEntries(shown.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The types that a filter may compare a field with; undefined for an unknown field. */
export function typesOfField(field: string, types: FieldTypes): ReadonlySet<FieldType> | undefined {
  const own = types.get(field);
  if (own !== undefined) return own;
  return Object.hasOwn(chunkFields, field) ? new Set([chunkFields[field as keyof typeof chunkFields]]) : undefined;
}

/**
 * Checks an untrusted filter against the fields of a collection and returns it typed. What it lets through has only
 * known fields, known operators, finite numbers, values of a type that the field holds and bounded size, so that
 * a store can compile it without looking twice.
 *
 * The meaning, the same in every store: a missing value is `null`; `ne` is the exact opposite of `eq`, so it also holds
 * where the field is missing; values of different types are never equal and have no order; order, `contains` and `startsWith` never hold for a missing value; strings are ordered
 * by code point and compared as they are, case and all; `and: []` is true and `or: []` is false.
 *
 * @throws AppError collection.filter with the path of the offending part
 */
export function checkFilter(filter: unknown, fields: FieldTypes, collection: string): Filter {
  let parts = 0;

  function refuse(path: string, message: string, remedy: string): never {
    throw new AppError('collection.filter', { message, where: `filter${path} of collection “${collection}”`, remedy });
  }

  function checkValue(value: unknown, types: ReadonlySet<FieldType>, field: string, path: string): void {
    if (value === null) return;
    if (!types.has(typeof value as FieldType)) {
      const shown = typeof value === 'string' ? `“${value.slice(0, 60)}”` : String(JSON.stringify(value)).slice(0, 60);
      const names = [...types].join(' or ');
      refuse(
        path,
        `The field “${field}” holds a ${names}, but the filter compares it with ${shown}.`,
        `Give a ${names}.`,
      );
    }
    if (typeof value === 'number' && !Number.isFinite(value)) {
      refuse(path, 'A filter compares with finite numbers only.', 'Give a finite number.');
    }
    if (typeof value === 'string' && value.length > filterLimits.textUnits) {
      refuse(path, `A text in a filter may have at most ${filterLimits.textUnits} characters.`, 'Shorten the text.');
    }
  }

  function checkCondition(part: Record<string, unknown>, path: string): void {
    const { field, op, value } = part;
    if (typeof field !== 'string' || typeof op !== 'string' || value === undefined || Object.keys(part).length !== 3) {
      refuse(
        path,
        'A condition has exactly `field`, `op` and `value`.',
        'Write { "field": …, "op": "eq", "value": … }.',
      );
    }
    const types = typesOfField(field, fields);
    if (types === undefined) {
      const names = [...new Set([...Object.keys(chunkFields), ...fields.keys()])].sort();
      refuse(
        path,
        `No chunk of this collection has a field “${field.slice(0, 80)}”.${didYouMean(field, names)}`,
        `Use one of: ${names.slice(0, 40).join(', ')}${names.length > 40 ? ', …' : ''}.`,
      );
    }
    if (!(operators as readonly string[]).includes(op)) {
      refuse(
        path,
        `There is no operator “${op.slice(0, 40)}”.${didYouMean(op, operators)}`,
        `Use one of: ${operators.join(', ')}.`,
      );
    }
    if (op === 'exists') {
      if (typeof value !== 'boolean') refuse(`${path}.value`, '`exists` takes true or false.', 'Give true or false.');
    } else if (op === 'in') {
      if (!Array.isArray(value)) refuse(`${path}.value`, '`in` takes a list of values.', 'Give a list.');
      if (value.length > filterLimits.listValues) {
        refuse(`${path}.value`, `\`in\` takes at most ${filterLimits.listValues} values.`, 'Shorten the list.');
      }
      value.forEach((entry, i) => {
        checkValue(entry, types, field, `${path}.value[${i}]`);
      });
    } else if (op === 'contains' || op === 'startsWith') {
      if (!types.has('string')) {
        refuse(
          path,
          `\`${op}\` needs a text field, and “${field}” holds a ${[...types].join(' or ')}.`,
          'Use `eq` or `in`.',
        );
      }
      if (value === null) refuse(`${path}.value`, `\`${op}\` takes a text.`, 'Use `exists` to ask for missing values.');
      checkValue(value, new Set(['string']), field, `${path}.value`);
    } else if (ordering.includes(op)) {
      if (typeof value === 'boolean') refuse(`${path}.value`, 'True and false have no order.', 'Use `eq` or `ne`.');
      if (value === null) refuse(`${path}.value`, 'Nothing is larger or smaller than null.', 'Use `exists`.');
      checkValue(value, types, field, `${path}.value`);
    } else {
      checkValue(value, types, field, `${path}.value`);
    }
  }

  function check(part: unknown, path: string, depth: number): void {
    parts += 1;
    if (parts > filterLimits.parts) {
      refuse('', `A filter may have at most ${filterLimits.parts} parts.`, 'Use `in` for lists of values.');
    }
    if (depth > filterLimits.depth) {
      refuse('', `A filter may be nested at most ${filterLimits.depth} deep.`, 'Flatten nested `and` and `or`.');
    }
    if (!isJsonObject(part)) refuse(path, 'A filter is an object.', 'Write { "field": …, "op": "eq", "value": … }.');
    const [first, ...others] = Object.keys(part);
    if (others.length === 0 && first === 'not') {
      check(part['not'], `${path}.not`, depth + 1);
    } else if (others.length === 0 && (first === 'and' || first === 'or')) {
      const list = part[first];
      if (!Array.isArray(list)) refuse(`${path}.${first}`, `\`${first}\` takes a list of filters.`, 'Give a list.');
      list.forEach((entry, i) => {
        check(entry, `${path}.${first}[${i}]`, depth + 1);
      });
    } else checkCondition(part, path);
  }

  check(filter, '', 1);
  return filter as Filter;
}
