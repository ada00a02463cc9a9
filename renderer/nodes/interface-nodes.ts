import type { Json } from '../../app/core/graph/json.ts';
import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import type { AnyManifest, RunsWorkflow } from '../../app/core/nodekit/define-node.ts';
import { nodeTypes } from './node-types.ts';

export type Direction = 'input' | 'output';

interface InterfaceType {
  manifest: AnyManifest;
  /** The config field that holds the name. */
  field: string;
  config: { [field: string]: Json };
}

const known = new Map<Direction, InterfaceType>();

/** The node type that stands for an input or output of a workflow: found by what manifests say of themselves. */
function interfaceType(direction: Direction): InterfaceType {
  const kept = known.get(direction);
  if (kept) return kept;
  for (const { manifest } of nodeTypes.values())
    for (const { config } of manifest.examples ?? []) {
      const port = manifest.workflowPort?.(manifest.config.parse(config));
      const field = port && Object.keys(config).find((key) => config[key] === port.name);
      if (port?.direction !== direction || field === undefined) continue;
      const found = { manifest, field, config };
      known.set(direction, found);
      return found;
    }
  throw new Error(`no node type stands for an ${direction}`);
}

/** A node that stands for the input or output of that name, and its port that the value passes through. */
export function interfaceNode(direction: Direction, id: string, name: string): { node: WorkflowNode; port: string } {
  const { manifest, field, config } = interfaceType(direction);
  const [port = ''] = Object.keys(direction === 'input' ? manifest.outputs : manifest.inputs);
  const { type, version } = manifest;
  return { node: { id, type, version, config: { ...config, [field]: name } }, port };
}

/** The node type that runs another workflow of the workspace. */
export function subflowType(): { manifest: AnyManifest; runs: RunsWorkflow<unknown> } {
  for (const { manifest } of nodeTypes.values())
    if (manifest.runsWorkflow) return { manifest, runs: manifest.runsWorkflow };
  throw new Error('no node type runs another workflow');
}
