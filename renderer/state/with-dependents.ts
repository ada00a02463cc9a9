import type { Doc } from './document.ts';
import { followedBy, type Patch } from './patch.ts';

/**
 * The patch with what hangs on its records: bends go with their wire, and the lock of a node with the node. Here and not
 * in each command, so that nothing in a file speaks of what is gone.
 */
export function withDependents(doc: Doc, patch: Patch): Patch {
  const bends = new Map<string, undefined>();
  const locks = new Map<string, undefined>();
  for (const [id, after] of patch.edges ?? []) if (!after && doc.bends.has(id)) bends.set(id, undefined);
  for (const [id, after] of patch.nodes ?? []) if (!after && doc.locks.has(id)) locks.set(id, undefined);
  return bends.size + locks.size === 0 ? patch : followedBy(patch, { bends, locks });
}
