import type { Check, CheckFinding } from '../../app/core/nodekit/index.ts';
import type { cache } from './manifest.ts';

export const check: Check<typeof cache> = (_config, { nodeId, workflow }) => {
  const parents = new Map(workflow.nodes.map((node) => [node.id, node.parent]));
  const isInside = (id: string): boolean => {
    // A broken file may hold a ring of parents: no walk is longer than there are nodes.
    let at = parents.get(id);
    for (let steps = 0; at !== undefined && steps <= parents.size; steps += 1) {
      if (at === nodeId) return true;
      at = parents.get(at);
    }
    return false;
  };
  const outside = workflow.edges
    .filter(({ from, to }) => from.node !== nodeId && isInside(to.node) && !isInside(from.node))
    .map(({ from }) => `${from.node}.${from.port}`);
  const marked = new Set(workflow.nodes.filter(({ personal }) => personal).map(({ id }) => id));
  const kept = workflow.edges.filter(
    ({ from, to }) => to.node === nodeId && to.port === 'value' && marked.has(from.node),
  );
  const open: CheckFinding[] =
    marked.has(nodeId) || kept.length > 0
      ? [
          {
            severity: 'error',
            message:
              'What a cache node keeps lies unencrypted in the workspace, and this one would keep personal data.',
            remedy:
              'Use the policy `cache` on the nodes instead: it reuses their payloads as the journal keeps them, encrypted.',
          },
        ]
      : [];
  const unkeyed = [...new Set(outside)].map(
    (source): CheckFinding => ({
      severity: 'warning',
      message: `The nodes inside read “${source}” from outside, which is not part of the key: another value there would get the old result.`,
      remedy: 'Lead it in through the key.',
    }),
  );
  return [...open, ...unkeyed];
};
