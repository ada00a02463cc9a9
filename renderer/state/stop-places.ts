import { edgeKind, Frames } from '../../app/core/graph/frames.ts';
import type { Words } from '../strings/text.ts';
import type { Doc } from './document.ts';
import { type ItemRef, itemOf } from './items.ts';

/** Why no run can stop at a place; undefined when one can. */
export function stopFault({ nodes, edges }: Doc, ref: ItemRef): Words | undefined {
  const { kind, id } = itemOf(ref);
  const edge = kind === 'edge' ? edges.get(id) : undefined;
  if (!edge) return undefined;
  // No step begins where a body hands its result back.
  const leads = edgeKind(edge, new Frames([...nodes.values()]));
  return leads === 'wire' || leads === 'source' ? undefined : { key: 'unavailable.sinkWire' };
}
