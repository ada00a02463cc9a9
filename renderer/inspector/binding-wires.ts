import { accepts, type PortTypeName } from '../../app/core/graph/ports.ts';
import { type Connection, connectionFault, type PortRef } from '../nodes/connection.ts';
import { resolveNode } from '../nodes/ports-of.ts';
import type { Doc } from '../state/document.ts';
import type { Field } from './fields-of.ts';

/** More than anyone reads in a menu. */
const MOST = 60;

const types: { readonly [type: string]: PortTypeName } = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  array: 'list',
};

/** The wires that may fill a field of a node's config: outputs of its very type first, none whose values cannot fit. */
export function bindingWires(doc: Doc, node: string, { name, schema }: Pick<Field, 'name' | 'schema'>): Connection[] {
  const to: PortRef = { node, port: `config/${name}`, side: 'in' };
  const wanted = types[String(schema['type'])] ?? 'any';
  const found: { wire: Connection; isSame: boolean }[] = [];
  const parent = doc.nodes.get(node)?.parent;
  for (const other of doc.nodes.values()) {
    const { outputs, sources } = resolveNode(other).ports;
    const sides = [['out', outputs], ...(other.id === parent ? ([['source', sources]] as const) : [])] as const;
    for (const [side, ports] of sides)
      for (const [port, { type }] of Object.entries(ports)) {
        const wire: Connection = { from: { node: other.id, port, side }, to };
        if (other.id === node || type === 'error' || !accepts(wanted, type) || connectionFault(doc, wire)) continue;
        found.push({ wire, isSame: type === wanted });
        if (found.length >= MOST) return sorted(found);
      }
  }
  return sorted(found);
}

function sorted(found: { wire: Connection; isSame: boolean }[]): Connection[] {
  return found.sort((a, b) => Number(b.isSame) - Number(a.isSame)).map(({ wire }) => wire);
}
