import type { AnyManifest } from '../nodekit/define-node.ts';
import type { NodePorts } from './node-ports.ts';
import { needsCheck, type PortTypeName } from './ports.ts';
import type { WorkflowNode } from './workflow.ts';

/** How a value leads past a bypassed node: from one of its inputs straight to one of its outputs. */
export interface Passage {
  input: string;
  output: string;
}

/** Types whose values can be laid end to end, so that an input of many wires gives one value. */
const joined: readonly PortTypeName[] = ['list', 'documents', 'chunks', 'messages'];

/**
 * The way past a node: into its first output, from the first input of that very type, else from the first whose values
 * all fit. Undefined where none does, and for what holds other nodes, is called, or stands for a port of the whole
 * workflow: such a node can be disabled, not bypassed.
 */
export function passageOf(manifest: AnyManifest, ports: NodePorts): Passage | undefined {
  if (manifest.inert || manifest.body || manifest.tool || manifest.workflowPort) return undefined;
  const output = Object.entries(ports.outputs).find(([, { type }]) => type !== 'error');
  if (!output) return undefined;
  const [name, { type }] = output;
  const inputs = Object.entries(ports.inputs).filter(([, input]) => !input.many || joined.includes(input.type));
  const found =
    inputs.find(([, input]) => input.type === type) ?? inputs.find(([, input]) => !needsCheck(type, input.type));
  return found && { input: found[0], output: name };
}

/** Whether a node does its work in a run: not one that is disabled or bypassed. */
export function works({ disabled, bypassed }: Pick<WorkflowNode, 'disabled' | 'bypassed'>): boolean {
  return disabled !== true && bypassed !== true;
}
