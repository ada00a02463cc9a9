import { canonicalJson, type Json } from '../core/graph/json.ts';
import { INLINE_LIMIT, type ValueRef } from '../core/run/events.ts';

/** A value on its way through a run: in memory, or still only named by its reference after a resume. */
export interface Cell {
  ref: ValueRef;
  value: Json | undefined;
  loaded: boolean;
  /** Stands for the value in memo keys: equal values, equal texts. */
  key: string;
}

/**
 * Makes a cell of a value that a step gave. Large values are put into canonical form, hashed and handed to `store`.
 * @throws TypeError when the value is not JSON (BigInt, cycle)
 */
export function cellOf(
  value: Json,
  hash: (text: string) => string,
  store: (digest: string, text: string) => void,
): Cell {
  if (typeof value === 'string' && value.length > INLINE_LIMIT)
    return storedCell(value, JSON.stringify(value), hash, store);
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`a ${typeof value} is not a JSON value`);
  if (text.length > INLINE_LIMIT) return storedCell(value, canonicalJson(value), hash, store);
  return { ref: { value }, value, loaded: true, key: text };
}

function storedCell(
  value: Json,
  text: string,
  hash: (text: string) => string,
  store: (digest: string, text: string) => void,
): Cell {
  const digest = hash(text);
  store(digest, text);
  return { ref: { digest, bytes: text.length }, value, loaded: true, key: `#${digest}` };
}

/** A cell of a reference read from the log. */
export function cellOfRef(ref: ValueRef): Cell {
  if ('value' in ref) return { ref, value: ref.value, loaded: true, key: JSON.stringify(ref.value) };
  return { ref, value: undefined, loaded: false, key: `#${ref.digest}` };
}
