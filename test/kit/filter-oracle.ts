import type { Filter } from '../../app/core/capabilities/capabilities.ts';
import type { Chunk, Scalar } from '../../app/core/graph/values.ts';

/** Code points compare as UTF-8 bytes do; JavaScript's own `<` compares UTF-16 units. */
function compareText(a: string, b: string): number {
  const [x, y] = [[...a.toWellFormed()], [...b.toWellFormed()]];
  for (let i = 0; i < Math.min(x.length, y.length); i += 1) {
    const difference = (x[i]?.codePointAt(0) ?? 0) - (y[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
}

function compare(a: Scalar, b: Scalar): number | undefined {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return undefined;
}

function fieldOf(chunk: Chunk, field: string): Scalar {
  if (Object.hasOwn(chunk.metadata, field)) return chunk.metadata[field] ?? null;
  const own: Record<string, Scalar | undefined> = { ...(chunk as unknown as Record<string, Scalar>) };
  return ['file', 'title', 'documentId', 'page', 'line'].includes(field) ? (own[field] ?? null) : null;
}

const same = (a: Scalar, b: Scalar): boolean =>
  typeof a === 'string' && typeof b === 'string' ? a.toWellFormed() === b.toWellFormed() : a === b;

/**
 * The meaning of a filter, read off the documentation of checkFilter and written without looking at any store: what
 * every store is compared with. `shadowed` names metadata fields of the collection: they win over a chunk's own.
 */
export function matchesFilter(filter: Filter, chunk: Chunk, shadowed: ReadonlySet<string>): boolean {
  if ('and' in filter) return filter.and.every((part) => matchesFilter(part, chunk, shadowed));
  if ('or' in filter) return filter.or.some((part) => matchesFilter(part, chunk, shadowed));
  if ('not' in filter) return !matchesFilter(filter.not, chunk, shadowed);
  const value = shadowed.has(filter.field) ? (chunk.metadata[filter.field] ?? null) : fieldOf(chunk, filter.field);
  switch (filter.op) {
    case 'eq':
      return same(value, filter.value);
    case 'ne':
      return !same(value, filter.value);
    case 'in':
      return filter.value.some((entry) => same(value, entry));
    case 'exists':
      return (value !== null) === filter.value;
    case 'contains':
      return typeof value === 'string' && value.toWellFormed().includes(filter.value.toWellFormed());
    case 'startsWith':
      return typeof value === 'string' && value.toWellFormed().startsWith(filter.value.toWellFormed());
    default: {
      const order = compare(value, filter.value);
      if (order === undefined) return false;
      return { lt: order < 0, lte: order <= 0, gt: order > 0, gte: order >= 0 }[filter.op];
    }
  }
}
