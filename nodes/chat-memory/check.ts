import type { Check, CheckFinding } from '../../app/core/nodekit/index.ts';
import type { chatMemory } from './manifest.ts';

export const check: Check<typeof chatMemory> = ({ older, profile, turns, tokens }, { nodeId, workflow }) => {
  const findings: CheckFinding[] = [];
  const node = workflow.nodes.find(({ id }) => id === nodeId);
  if (node?.policy?.cache !== undefined) {
    findings.push({
      severity: 'error',
      message: 'The policy cache would answer from an earlier turn: what was said since is no part of its key.',
      remedy: 'Take the policy cache off this node.',
    });
  }
  if (older === 'drop' && profile !== undefined) {
    findings.push({
      severity: 'warning',
      field: 'profile',
      message: 'Nothing is summed up with `older: drop`: the profile is not used.',
      remedy: 'Take it out, or set older to summary.',
    });
  }
  if (older === 'drop' && (turns === 0 || tokens === 0)) {
    findings.push({
      severity: 'warning',
      field: turns === 0 ? 'turns' : 'tokens',
      message: 'Nothing of a conversation is ever given to the nodes inside.',
      remedy: 'Raise it, or set older to summary.',
    });
  }
  return findings;
};
