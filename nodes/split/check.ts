import { attemptsInto, type Check, type CheckFinding } from '../../app/core/nodekit/index.ts';
import { compileJsonPath } from '../../app/core/text/json-path.ts';
import { compileRegex } from '../../app/core/text/regex.ts';
import type { split } from './manifest.ts';

export const check: Check<typeof split> = ({ by, pattern, path }) => {
  const findings: CheckFinding[] = [];
  const attempt = attemptsInto(findings);
  if (by === 'regex' && pattern !== undefined) {
    attempt('pattern', () => {
      if (!compileRegex(pattern).test('')) return;
      findings.push({
        severity: 'warning',
        field: 'pattern',
        message: 'The pattern also fits where there is nothing: such places do not split.',
        remedy: 'Use + where * stands, if that is what is meant.',
      });
    });
  }
  if (by === 'path' && path !== undefined) attempt('path', () => compileJsonPath(path));
  return findings;
};
