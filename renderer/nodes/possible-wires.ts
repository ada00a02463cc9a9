import { accepts } from '../../app/core/graph/ports.ts';
import type { Doc } from '../state/document.ts';
import { type Connection, connectionFault, type PortRef } from './connection.ts';
import { type PortSide, portAt, resolveNode } from './ports-of.ts';

/** More than anyone reads, and few enough to be looked through at once. */
const MOST = 400;

/** The wires that may be drawn between a node and the others; the likeliest, of equal types, first. */
export function possibleWires(doc: Doc, id: string): Connection[] {
  const node = doc.nodes.get(id);
  if (!node) return [];
  const found: { wire: Connection; isSame: boolean }[] = [];
  const own = [...portsOf(doc, id), ...fieldPorts(doc, id)];
  for (const other of doc.nodes.values()) {
    if (other.id === id) continue;
    for (const there of portsOf(doc, other.id))
      for (const here of own) {
        const isOut = here.side === 'out' || here.side === 'source';
        if (isOut === (there.side === 'out' || there.side === 'source')) continue;
        const wire = isOut ? { from: here, to: there } : { from: there, to: here };
        const [from, to] = [typeOf(doc, wire.from), typeOf(doc, wire.to)];
        if (!from || !to || !accepts(to, from) || connectionFault(doc, wire)) continue;
        found.push({ wire, isSame: from === to });
        if (found.length >= MOST) return sorted(found);
      }
  }
  return sorted(found);
}

function sorted(found: { wire: Connection; isSame: boolean }[]): Connection[] {
  return found.sort((a, b) => Number(b.isSame) - Number(a.isSame)).map(({ wire }) => wire);
}

function portsOf(doc: Doc, id: string): PortRef[] {
  const node = doc.nodes.get(id);
  if (!node) return [];
  const { inputs, outputs, sources, sinks } = resolveNode(node).ports;
  const of = (ports: object, side: PortSide) => Object.keys(ports).map((port): PortRef => ({ node: id, port, side }));
  return [...of(inputs, 'in'), ...of(outputs, 'out'), ...of(sources, 'source'), ...of(sinks, 'sink')];
}

/** Config fields that a wire may fill, as ports: they show on the node once one does. */
function fieldPorts(doc: Doc, id: string): PortRef[] {
  const node = doc.nodes.get(id);
  const fields = Object.keys((node && resolveNode(node).manifest?.config.shape) ?? {});
  return fields.flatMap((field): PortRef[] => {
    const port = `config/${field}`;
    return node && portAt(node, 'in', port) ? [{ node: id, port, side: 'in' }] : [];
  });
}

function typeOf(doc: Doc, { node, side, port }: PortRef) {
  const record = doc.nodes.get(node);
  return record && portAt(record, side, port)?.type;
}
