import type { Filter } from '../../core/capabilities/capabilities.ts';
import { chunkFields, type FieldType } from '../../core/capabilities/check-filter.ts';
import type { Scalar } from '../../core/graph/values.ts';
import type { FieldColumn } from './collection-schema.ts';

/**
 * A text as a literal of LanceDB's SQL: quotes doubled; a backslash means itself there. Lone surrogates cannot stand in
 * UTF-8 and are stored as U+FFFD, so the literal says the same.
 */
export function sqlText(value: string): string {
  return `'${value.toWellFormed().replaceAll("'", "''")}'`;
}

function sqlValue(value: string | number | boolean): string {
  if (typeof value === 'string') return sqlText(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  // Arrow tells -0 from 0; nobody who filters does. An exponent keeps the literal a float whatever its size.
  return (value === 0 ? 0 : value).toExponential();
}

const comparison = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

/**
 * SQL for a filter that checkFilter let through. Values become escaped literals and fields become the collection's own
 * column names: no text of the filter is ever copied as it is. Every leaf is true or false and never null, so that NOT
 * means not.
 */
export function compileFilter(filter: Filter, columns: readonly FieldColumn[]): string {
  function columnOf(field: string, type: FieldType): string | undefined {
    const own = columns.filter((column) => column.field === field);
    if (own.length > 0) return own.find((column) => column.type === type)?.column;
    const known = Object.hasOwn(chunkFields, field) ? chunkFields[field as keyof typeof chunkFields] : undefined;
    if (known !== type) return undefined;
    // Lines and pages are 32-bit columns, which LanceDB does not compare with a float literal.
    return known === 'number' ? `CAST(${field} AS DOUBLE)` : field;
  }
  function columnsOf(field: string): string[] {
    const types: FieldType[] = ['string', 'number', 'boolean'];
    return types.map((type) => columnOf(field, type)).filter((column) => column !== undefined);
  }

  function exists(field: string): string {
    const present = columnsOf(field).map((column) => `${column} IS NOT NULL`);
    return present.length === 0 ? 'false' : `(${present.join(' OR ')})`;
  }

  /** `test` of the column that holds values of this type, false where there is none. */
  function where(field: string, type: FieldType, test: (column: string) => string): string {
    const column = columnOf(field, type);
    return column === undefined ? 'false' : `(${column} IS NOT NULL AND ${test(column)})`;
  }

  function equals(field: string, value: Scalar): string {
    if (value === null) return `(NOT ${exists(field)})`;
    return where(field, typeof value as FieldType, (column) => `${column} = ${sqlValue(value)}`);
  }

  function oneOf(field: string, values: readonly Scalar[]): string {
    const parts = values.includes(null) ? [equals(field, null)] : [];
    for (const type of ['string', 'number', 'boolean'] as const) {
      const literals = values
        .filter((value) => value !== null && typeof value === type)
        .map((value) => sqlValue(value ?? ''));
      if (literals.length > 0) parts.push(where(field, type, (column) => `${column} IN (${literals.join(', ')})`));
    }
    return parts.length === 0 ? 'false' : `(${parts.join(' OR ')})`;
  }

  function joined(parts: readonly Filter[], word: 'AND' | 'OR'): string {
    if (parts.length === 0) return word === 'AND' ? 'true' : 'false';
    return `(${parts.map(compile).join(` ${word} `)})`;
  }

  function compile(part: Filter): string {
    if ('and' in part) return joined(part.and, 'AND');
    if ('or' in part) return joined(part.or, 'OR');
    if ('not' in part) return `(NOT ${compile(part.not)})`;
    switch (part.op) {
      case 'eq':
        return equals(part.field, part.value);
      case 'ne':
        return `(NOT ${equals(part.field, part.value)})`;
      case 'in':
        return oneOf(part.field, part.value);
      case 'exists':
        return part.value ? exists(part.field) : `(NOT ${exists(part.field)})`;
      case 'contains':
        return where(part.field, 'string', (column) => `contains(${column}, ${sqlText(part.value)})`);
      case 'startsWith':
        return where(part.field, 'string', (column) => `starts_with(${column}, ${sqlText(part.value)})`);
      default: {
        const { field, op, value } = part;
        if (value === null) return 'false';
        return where(field, typeof value as FieldType, (column) => `${column} ${comparison[op]} ${sqlValue(value)}`);
      }
    }
  }

  return compile(filter);
}
