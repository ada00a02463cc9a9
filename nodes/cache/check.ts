import type { Check } from '../../app/core/nodekit/index.ts';
import type { cache } from './manifest.ts';

export const check: Check<typeof cache> = (_config, { nodeId, workflow }) => {
  const marked = new Set(workflow.nodes.filter(({ personal }) => personal).map(({ id }) => id));
  const keeps = ({ from, to }: (typeof workflow.edges)[number]) =>
    to.node === nodeId && to.port === 'value' && marked.has(from.node);
  if (!marked.has(nodeId) && !workflow.edges.some(keeps)) return [];
  return [
    {
      severity: 'error',
      message: 'What a cache node keeps lies unencrypted in the workspace, and this one would keep personal data.',
      remedy:
        'Use the policy `cache` on the nodes instead: it reuses their payloads as the journal keeps them, encrypted.',
    },
  ];
};
