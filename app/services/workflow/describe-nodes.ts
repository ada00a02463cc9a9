import * as z from 'zod';
import type { NodeDescription } from '../../core/contracts/workflow.ts';
import type { Json, JsonObject } from '../../core/graph/json.ts';
import type { AnyManifest, Registry } from '../../core/nodekit/define-node.ts';

/** Every node type as data, by type: what palettes, forms and documentation show. */
export function describeNodes(registry: Registry): NodeDescription[] {
  return [...registry.values()]
    .map(({ manifest }) => describeNode(manifest))
    .sort((a, b) => (a.type < b.type ? -1 : 1));
}

export function describeNode(manifest: AnyManifest): NodeDescription {
  const { type, version, family, title, summary, inputs, outputs, needs, effect, form, examples, body, icon } =
    manifest;
  return {
    type,
    version,
    family,
    title,
    summary,
    config: z.toJSONSchema(manifest.config, { io: 'input', unrepresentable: 'any' }) as JsonObject,
    inputs: { ...inputs },
    outputs: { ...outputs },
    dynamicPorts: manifest.ports !== undefined,
    ...(body && !manifest.runsWorkflow && { body: { sources: { ...body.sources }, sinks: { ...body.sinks } } }),
    needs: [...needs],
    effect,
    form: (form ?? {}) as NodeDescription['form'],
    examples: (examples ?? []).map((example) => ({
      title: example.title,
      config: example.config as { [field: string]: Json },
    })),
    inert: manifest.inert === true,
    ...(icon && { icon }),
  };
}
