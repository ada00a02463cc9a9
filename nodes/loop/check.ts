import type { Check, CheckFinding } from '../../app/core/nodekit/index.ts';
import { checkExpression } from '../../app/core/template/check-source.ts';
import type { loop } from './manifest.ts';

export const check: Check<typeof loop> = ({ condition, variables, mode }, { nodeId, workflow }) => {
  const findings: CheckFinding[] = [];
  const inside = new Set(workflow.nodes.filter(({ parent }) => parent === nodeId).map(({ id }) => id));
  const wired = (sink: string) =>
    workflow.edges.some(
      ({ from, to }) => to.node === nodeId && to.port === sink && (inside.has(from.node) || from.node === nodeId),
    );
  if (condition.trim() !== '') {
    findings.push(...checkExpression(condition, ['state', 'result', 'results', 'turn', ...variables], 'condition'));
  } else if (!wired('break')) {
    findings.push({
      severity: 'warning',
      field: 'condition',
      message: `Only its bounds end this loop: it has no condition for “${mode}”, and nothing is wired to its inner port “break”.`,
      remedy: 'Write a condition such as result.done, or wire something to “break”.',
    });
  }
  if (inside.size === 0) {
    findings.push({
      severity: 'warning',
      message: 'The loop is empty: its turns do nothing.',
      remedy: 'Put nodes into it: they carry its id as their `parent`.',
    });
  }
  return findings;
};
