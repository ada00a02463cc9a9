import type { Check, CheckFinding } from '../../app/core/nodekit/index.ts';
import type { classify } from './manifest.ts';

export const check: Check<typeof classify> = ({ method, labels, profile }) => {
  const findings: CheckFinding[] = [];
  if (method === 'words' && profile !== undefined) {
    findings.push({
      severity: 'warning',
      field: 'profile',
      message: 'With method words no model is asked: the profile is not used.',
      remedy: 'Take it out, or set method to model.',
    });
  }
  labels.forEach(({ name, description, examples }, i) => {
    if (description !== '' || examples.length > 0) return;
    findings.push({
      severity: 'warning',
      field: `labels[${i}]`,
      message: `The label “${name}” has neither a description nor examples: only its name says what belongs under it.`,
      remedy: 'Describe it in a sentence.',
    });
  });
  return findings;
};
