import { canonicalJson, type Json } from '../core/graph/json.ts';
import { INLINE_LIMIT, type ValueRef } from '../core/run/events.ts';
import type { StoredValue } from './journal.ts';

/** A value on its way through a run: in memory, or still only named by its reference after a resume. */
export interface Cell {
  ref: ValueRef;
  value: Json | undefined;
  loaded: boolean;
  /** Stands for the value in memo keys: equal values, equal texts. */
  key: string;
}

/** A keeper that hands large values to `store`; with `personal` all of them, so that they are encrypted. */
export function valueKeeper(
  hash: (text: string) => string,
  store: (value: StoredValue) => void,
  personal: boolean,
): ValueKeeper {
  return {
    hash,
    keep: (digest, text) => store({ digest, text, personal }),
    inlineLimit: personal ? 0 : INLINE_LIMIT,
  };
}

/** The value of a cell, read once by its digest when only the reference was known. */
export async function loadCell(cell: Cell, read: (digest: string) => Promise<Json>): Promise<Json> {
  if (!cell.loaded) {
    cell.value = 'value' in cell.ref ? cell.ref.value : await read(cell.ref.digest);
    cell.loaded = true;
  }
  return cell.value as Json;
}

/** How values of one node are kept. */
export interface ValueKeeper {
  hash(text: string): string;
  /** Stores a text beside the log under its digest. */
  keep(digest: string, text: string): void;
  /** Longest JSON text that stays inside its event; 0 where payloads are personal and must be encrypted. */
  inlineLimit: number;
}

/**
 * Makes a cell of a value that a step gave. Large values are put into canonical form, hashed and handed to the keeper.
 * @throws TypeError when the value is not JSON (BigInt, cycle)
 */
export function cellOf(value: Json, keeper: ValueKeeper): Cell {
  if (typeof value === 'string' && value.length > keeper.inlineLimit)
    return storedCell(value, JSON.stringify(value), keeper);
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`a ${typeof value} is not a JSON value`);
  if (text.length > keeper.inlineLimit) return storedCell(value, canonicalJson(value), keeper);
  return { ref: { value }, value, loaded: true, key: text };
}

function storedCell(value: Json, text: string, keeper: ValueKeeper): Cell {
  const digest = keeper.hash(text);
  keeper.keep(digest, text);
  return { ref: { digest, bytes: text.length }, value, loaded: true, key: `#${digest}` };
}

/** A cell of a reference read from the log. */
export function cellOfRef(ref: ValueRef): Cell {
  if ('value' in ref) return { ref, value: ref.value, loaded: true, key: JSON.stringify(ref.value) };
  return { ref, value: undefined, loaded: false, key: `#${ref.digest}` };
}
