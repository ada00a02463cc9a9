import type { Check } from '../../app/core/nodekit/index.ts';
import { checkExpression } from '../../app/core/template/check-source.ts';
import type { router } from './manifest.ts';

export const check: Check<typeof router> = (config) => {
  const known = ['value', ...config.variables];
  const findings = config.branches.flatMap(({ when }, i) => checkExpression(when, known, `branches[${i}].when`));
  // A reserved name is reported once, not once for each branch.
  return findings.filter(
    (finding, i) =>
      findings.findIndex(({ field, message }) => field === finding.field && message === finding.message) === i,
  );
};
