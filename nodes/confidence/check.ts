import type { Check, CheckFinding } from '../../app/core/nodekit/index.ts';
import type { confidence } from './manifest.ts';

export const check: Check<typeof confidence> = (config, { connected }) => {
  const findings: CheckFinding[] = [];
  const wired = ['chunks', 'context', 'answer', 'verdict'].filter((port) => connected.has(port));
  if (wired.length === 0) {
    findings.push({
      severity: 'error',
      message: 'Nothing to judge by: none of the ports chunks, context, answer and verdict is wired.',
      remedy: 'Wire at least one of them.',
    });
  }
  if (connected.has('answer') && !connected.has('context') && config.weights.support > 0) {
    findings.push({
      severity: 'warning',
      field: 'weights',
      message: 'The support of the answer cannot be judged without the context that it cites.',
      remedy: 'Wire the context too, or set weights.support to 0.',
    });
  }
  return findings;
};
