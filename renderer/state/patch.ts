import { canonicalJson } from '../../app/core/graph/json.ts';
import type { Doc, DocRecords, TableName } from './document.ts';

/** Records to put in place, or (`undefined`) to take away, by table and id. Whole records: a patch has no order. */
export type Patch = { readonly [T in TableName]?: ReadonlyMap<string, DocRecords[T] | undefined> };

type AnyTable = ReadonlyMap<string, unknown>;
const entriesOf = (patch: Patch) => Object.entries(patch) as [TableName, AnyTable][];

export interface AppliedPatch {
  doc: Doc;
  /** What was really changed: without records that are equal to what was there. */
  patch: Patch;
  /** Leads back. */
  inverse: Patch;
}

/** Undefined when the patch changes nothing. Tables that it does not touch stay the same objects. */
export function applyPatch(doc: Doc, patch: Patch): AppliedPatch | undefined {
  const after: { [table: string]: AnyTable } = {};
  const done: { [table: string]: Map<string, unknown> } = {};
  const inverse: { [table: string]: Map<string, unknown> } = {};
  for (const [table, changes] of entriesOf(patch)) {
    const before: AnyTable = doc[table];
    let changed: Map<string, unknown> | undefined;
    for (const [id, record] of changes) {
      const old = before.get(id);
      if (same(old, record)) continue;
      changed ??= new Map(before);
      if (record === undefined) changed.delete(id);
      else changed.set(id, record);
      done[table] = (done[table] ?? new Map()).set(id, record);
      inverse[table] = (inverse[table] ?? new Map()).set(id, old);
    }
    if (changed) after[table] = changed;
  }
  if (Object.keys(after).length === 0) return undefined;
  return { doc: { ...doc, ...after } as Doc, patch: done as Patch, inverse: inverse as Patch };
}

function same(a: unknown, b: unknown): boolean {
  return a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b));
}

/** One patch that does what the two do one after the other. */
export function followedBy(first: Patch, second: Patch): Patch {
  const both: { [table: string]: Map<string, unknown> } = {};
  for (const patch of [first, second])
    for (const [table, changes] of entriesOf(patch)) {
      both[table] ??= new Map();
      for (const [id, record] of changes) both[table].set(id, record);
    }
  return both as Patch;
}

/** The patch that leads from one document to another. */
export function patchBetween(before: Doc, after: Doc): Patch {
  const patch: { [table: string]: Map<string, unknown> } = {};
  for (const table of Object.keys(before) as TableName[]) {
    const [old, now]: [AnyTable, AnyTable] = [before[table], after[table]];
    if (old === now) continue;
    for (const id of new Set([...old.keys(), ...now.keys()])) {
      if (same(old.get(id), now.get(id))) continue;
      patch[table] = (patch[table] ?? new Map()).set(id, now.get(id));
    }
  }
  return patch as Patch;
}
