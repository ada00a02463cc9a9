import type { Check, CheckFinding } from '../../app/core/nodekit/index.ts';
import type { code } from './manifest.ts';

/** What looks like help and is none here: said before the run says it. */
const absent: readonly [RegExp, string, string][] = [
  [/\brequire\s*\(|\bimport\s*[({"'*]|^\s*import\s/m, 'modules', 'Write what is needed into the code.'],
  [
    /\bfetch\s*\(|\bXMLHttpRequest\b/,
    'the network',
    'Use the node http-request before this one, and wire its answer here.',
  ],
  [/\bsetTimeout\s*\(|\bsetInterval\s*\(/, 'timers', 'Use the node wait.'],
  [/\bprocess\s*\.|\bDeno\s*\./, 'a process', 'Wire what is needed to an input.'],
  [/\bconsole\s*\./, 'a console', 'Use log(…).'],
];

export const check: Check<typeof code> = ({ code: text, outputs }) => {
  const findings: CheckFinding[] = absent
    .filter(([pattern]) => pattern.test(text))
    .map(([, what, remedy]) => ({
      severity: 'warning',
      field: 'code',
      message: `The code seems to use ${what}, which the sandbox does not have.`,
      remedy,
    }));
  if (!/\breturn\b/.test(text)) {
    findings.push({
      severity: 'warning',
      field: 'code',
      message: 'The code returns nothing, so all its outputs stay silent.',
      remedy: `End it with return { ${outputs[0]?.name ?? 'result'}: … };`,
    });
  }
  return findings;
};
