import type { Json } from '../../app/core/graph/json.ts';

/** A value as people read and write it: a text as it stands, anything else as indented JSON. */
export function valueText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
}
