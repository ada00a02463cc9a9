import { Frames } from '../../app/core/graph/frames.ts';
import { connectionFault, directed, type PortRef, portsOfEdge } from '../nodes/connection.ts';
import { defineCommand } from './command.ts';
import { connectionPatch } from './connect-ports.ts';

export interface ReconnectArgs {
  edge: string;
  /** Which end is moved, and where to. */
  end: 'from' | 'to';
  port: PortRef;
}

/** Moves one end of a wire to another port. */
export const reconnectEdge = defineCommand<ReconnectArgs>('wire.reconnect', (doc, { edge, end, port }) => {
  const record = doc.edges.get(edge);
  if (!record) return undefined;
  const now = portsOfEdge(record, new Frames([...doc.nodes.values()]));
  if (now[end].node === port.node && now[end].port === port.port && now[end].side === port.side) return undefined;
  const wire = directed(end === 'from' ? now.to : now.from, port);
  if (!wire) return { refused: { key: 'connect.noPort' } };
  const refused = connectionFault(doc, wire, edge);
  if (refused) return { refused };
  return { patch: connectionPatch(doc, wire, edge), capture: 'now', label: { key: 'wire.reconnect' } };
});
