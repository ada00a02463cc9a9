import type { AnyManifest } from '../nodekit/define-node.ts';
import type { Port, Ports } from './ports.ts';
import type { WorkflowNode } from './workflow.ts';

/** The ports that one node really has, with its config and policy. */
export interface NodePorts {
  inputs: Ports;
  outputs: Ports;
  /** Inside a container: where wires of its body may start and end. */
  sources: Ports;
  sinks: Ports;
}

const none: Ports = {};
const errorPort: Port = { type: 'error', help: 'The error, when the policy sends it here.' };

/** `config` must fit the manifest's schema. */
export function nodePorts(node: Pick<WorkflowNode, 'policy'>, manifest: AnyManifest, config: unknown): NodePorts {
  const dynamic = manifest.ports?.(config);
  const outputs = dynamic?.outputs ? { ...manifest.outputs, ...dynamic.outputs } : manifest.outputs;
  return {
    inputs: dynamic?.inputs ? { ...manifest.inputs, ...dynamic.inputs } : manifest.inputs,
    outputs: node.policy?.onError?.action === 'port' ? { ...outputs, error: errorPort } : outputs,
    sources: dynamic?.sources ? { ...manifest.body?.sources, ...dynamic.sources } : (manifest.body?.sources ?? none),
    sinks: dynamic?.sinks ? { ...manifest.body?.sinks, ...dynamic.sinks } : (manifest.body?.sinks ?? none),
  };
}

/** Widgets of fields that are evaluated. */
const codeWidgets = ['template', 'expression', 'sql', 'code'];

/** Whether a config field is evaluated: then it comes from the file alone, never from a wire (second-order evaluation). */
export function holdsCode(field: string, manifest: AnyManifest): boolean {
  const form = manifest.form?.[field];
  return form !== undefined && (form.code === true || codeWidgets.includes(form.widget));
}

/** The config field that an input port `config/<field>` binds, if the port is one and a wire may fill the field. */
export function boundField(port: string, manifest: AnyManifest): string | undefined {
  if (!port.startsWith('config/')) return undefined;
  const field = port.slice('config/'.length);
  return Object.hasOwn(manifest.config.shape, field) && !holdsCode(field, manifest) ? field : undefined;
}
