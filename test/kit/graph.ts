import type { Json } from '../../app/core/graph/json.ts';
import { type Policy, Workflow } from '../../app/core/graph/workflow.ts';

export interface GraphNode {
  id: string;
  type: string;
  config?: { [key: string]: Json };
  parent?: string;
  policy?: Policy;
  disabled?: boolean;
  bypassed?: boolean;
  personal?: boolean;
}

/**
 * A workflow in few words: wires are `a.port > b.port`; without a port it is `value` at the start and `values` at the
 * end. Inputs are declared by the nodes of type `t-input` or `input`, outputs likewise.
 */
export function graph(
  nodes: readonly GraphNode[],
  wires: readonly string[],
  more: { [key: string]: Json } = {},
): Workflow {
  const named = (suffix: string) =>
    Object.fromEntries(
      nodes.filter((n) => n.type.endsWith(suffix)).map((n) => [n.config?.name as string, { type: 'any' }]),
    );
  return Workflow.parse({
    format: 1,
    id: 'wf_test-graph',
    name: 'Test graph',
    inputs: named('input'),
    outputs: named('output'),
    nodes: nodes.map((n) => ({ version: 1, config: {}, ...n })),
    edges: wires.map((wire, i) => {
      const [from, to] = wire.split('>').map((end) => end.trim().split('.'));
      return {
        id: `e${String(i).padStart(4, '0')}`,
        from: { node: from?.[0], port: from?.[1] ?? 'value' },
        to: { node: to?.[0], port: to?.[1] ?? 'values' },
      };
    }),
    ...more,
  });
}
