import type { Doc } from '../state/document.ts';
import { resolveNode } from './ports-of.ts';

/** A conversation that a workflow keeps: the input that names it, and where it is kept. */
export interface KeptSession {
  input: string;
  space: string;
}

/**
 * The inputs of a workflow that say which conversation a run goes on with: those that are wired to a node that keeps one.
 * One whose name is made of several values is for nobody to pick.
 */
export function keptSessions({ nodes, edges }: Pick<Doc, 'nodes' | 'edges'>): KeptSession[] {
  const found = new Map<string, KeptSession>();
  for (const { from, to } of edges.values()) {
    const keeper = nodes.get(to.node);
    const source = nodes.get(from.node);
    if (!keeper || !source || keeper.disabled) continue;
    const { manifest, fits } = resolveNode(keeper);
    if (!fits || manifest?.keepsSession?.input !== to.port) continue;
    const named = resolveNode(source);
    const port = named.fits ? named.manifest?.workflowPort?.(named.manifest.config.parse(source.config)) : undefined;
    if (port?.direction !== 'input') continue;
    const space = manifest.keepsSession.space(manifest.config.parse(keeper.config));
    found.set(port.name, { input: port.name, space });
  }
  return [...found.values()];
}
