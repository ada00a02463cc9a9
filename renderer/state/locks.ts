import type { Words } from '../strings/text.ts';
import { ALL, type Doc } from './document.ts';
import type { Patch } from './patch.ts';

/** Whether a node may neither be moved nor edited, for itself or with all others. */
export function isLocked({ locks }: Pick<Doc, 'locks'>, node: string): boolean {
  return locks.has(ALL) || locks.has(node);
}

/** What a patch comes to where something is locked. */
export interface Unlocked {
  patch: Patch;
  /** Why nothing may be changed. */
  refused?: Words;
}

/**
 * Leaves locked nodes as they are: in a patch that moves them they stay where they stand, and one that changes what they
 * are, or a wire that leads into them, is refused whole. Here and not in each command, so that none can forget it.
 * Locking and unlocking is always possible.
 */
export function withinLocks(doc: Doc, patch: Patch): Unlocked {
  if (doc.locks.size === 0 || isUnlocking(patch)) return { patch };
  if (doc.locks.has(ALL)) return { patch: {}, refused: { key: 'lock.all' } };
  for (const [id] of patch.nodes ?? []) if (doc.locks.has(id)) return refusal(doc, id);
  for (const [id, after] of patch.edges ?? []) {
    const target = after?.to.node ?? doc.edges.get(id)?.to.node;
    const before = doc.edges.get(id)?.to.node;
    for (const node of [target, before]) if (node !== undefined && doc.locks.has(node)) return refusal(doc, node);
  }
  for (const [id] of patch.colors ?? []) if (doc.locks.has(id)) return refusal(doc, id);
  const positions = [...(patch.positions ?? [])].filter(([id]) => !doc.locks.has(id));
  if (positions.length === (patch.positions?.size ?? 0)) return { patch };
  const [still] = [...(patch.positions?.keys() ?? [])].filter((id) => doc.locks.has(id));
  const isAll =
    positions.length === 0 && Object.entries(patch).every(([table, { size }]) => table === 'positions' || size === 0);
  return isAll && still !== undefined ? refusal(doc, still) : { patch: { ...patch, positions: new Map(positions) } };
}

/** Whether a patch does nothing but lock and unlock. */
function isUnlocking(patch: Patch): boolean {
  return Object.entries(patch).every(([table, records]) => table === 'locks' || records.size === 0);
}

function refusal(doc: Doc, node: string): Unlocked {
  return { patch: {}, refused: { key: 'lock.node', values: { node: doc.nodes.get(node)?.name ?? node } } };
}
