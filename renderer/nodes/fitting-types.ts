import type { AnyManifest } from '../../app/core/nodekit/define-node.ts';
import { addNode } from '../commands/add-node.ts';
import { isRefusal } from '../commands/command.ts';
import type { Doc } from '../state/document.ts';
import type { PortRef } from './connection.ts';
import { nodeTypes } from './node-types.ts';

let sorted: readonly AnyManifest[] | undefined;

/** The types that a palette offers, by title. */
export function placeableTypes(): readonly AnyManifest[] {
  // When it is first asked for: a browser takes a while to learn the order of a language.
  sorted ??= [...nodeTypes.values()]
    .map(({ manifest }) => manifest)
    .filter(({ inert }) => inert !== true)
    .sort((a, b) => a.title.localeCompare(b.title));
  return sorted;
}

/** Those of them that could be joined to a port: found by trying, so that the menu offers exactly what will work. */
export function fittingTypes(doc: Doc, connect: PortRef): AnyManifest[] {
  const node = doc.nodes.get(connect.node);
  const parent = connect.side === 'source' || connect.side === 'sink' ? node?.id : node?.parent;
  return placeableTypes().filter(({ type }) => {
    const at = { x: 0, y: 0 };
    const edit = addNode.run(doc, { type, at, connect, ...(parent !== undefined && { parent }) });
    return edit !== undefined && !isRefusal(edit) && (edit.patch.edges?.size ?? 0) > 0;
  });
}
