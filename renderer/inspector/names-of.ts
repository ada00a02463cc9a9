import type * as z from 'zod';
import { nodePorts } from '../../app/core/graph/node-ports.ts';
import type { WorkflowNode } from '../../app/core/graph/workflow.ts';
import { manifestOf } from '../nodes/node-types.ts';
import { resolveNode } from '../nodes/ports-of.ts';

const known = new WeakMap<WorkflowNode, readonly string[]>();

/**
 * Variables that the expressions and templates of a node may use: its inputs, and what its fields say they know besides.
 * While a field is half written, its inputs are those that it has with an example in that field's place.
 */
export function namesOf(node: WorkflowNode): readonly string[] {
  const names = known.get(node) ?? make(node);
  known.set(node, names);
  return names;
}

function make(node: WorkflowNode): readonly string[] {
  const { manifest, ports, fits } = resolveNode(node);
  if (!manifest) return [];
  const fixed = Object.keys(manifest.inputs);
  const inputs = Object.keys((fits ? ports : (portsWhenMended(node) ?? ports)).inputs);
  const besides = Object.values(manifest.form ?? {}).flatMap((form) => form?.names ?? []);
  return [...new Set([...fixed, ...inputs, ...besides])].filter((name) => !name.includes('/') && name !== 'error');
}

/** Field by field: a value that does not fit gives way to that of an example, and what fields say together is left out. */
function portsWhenMended(node: WorkflowNode) {
  const manifest = manifestOf(node.type);
  if (!manifest) return undefined;
  const fields = manifest.config.shape as { [field: string]: z.ZodType };
  const config: { [field: string]: unknown } = {};
  for (const [name, schema] of Object.entries(fields)) {
    const tries = [node.config[name], ...(manifest.examples ?? []).map((one) => one.config[name]), undefined];
    const fitting = tries.map((value) => schema.safeParse(value)).find(({ success }) => success);
    if (!fitting) return undefined;
    if (fitting.data !== undefined) config[name] = fitting.data;
  }
  return nodePorts(node, manifest, config);
}
