import type { Filter } from '../../../app/core/capabilities/capabilities.ts';
import type { Scalar } from '../../../app/core/graph/values.ts';

/** What people fill in to search only in a part of a collection. Empty texts leave nothing out. */
export interface FilterTexts {
  /** How the file's path begins. */
  file: string;
  /** A field of the metadata, and what it must be. */
  field: string;
  value: string;
}

export function searchFilter({ file, field, value }: FilterTexts): Filter | undefined {
  const parts: Filter[] = [];
  if (file.trim() !== '') parts.push({ field: 'file', op: 'startsWith', value: file.trim() });
  if (field.trim() !== '') parts.push({ field: field.trim(), op: 'eq', value: scalar(value.trim()) });
  return parts.length > 1 ? { and: parts } : parts[0];
}

/** Numbers and truth values are compared as such; what stands in quotes is a text whatever it looks like. */
function scalar(text: string): Scalar {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string' ? value : text;
  } catch {
    return text;
  }
}
