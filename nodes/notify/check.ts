import { addressKind, attemptsInto, type Check, type CheckFinding, didYouMean } from '../../app/core/nodekit/index.ts';
import { compileTemplate } from '../../app/core/template/template.ts';
import type { notify } from './manifest.ts';

export const check: Check<typeof notify> = ({ channel, url = '', urlSecret, title, text, variables }) => {
  const findings: CheckFinding[] = [];
  const attempt = attemptsInto(findings);
  const kind = addressKind(url);
  if (channel !== 'log' && (kind === undefined || !('origin' in kind) || url.includes('{{'))) {
    findings.push({
      severity: 'error',
      field: 'url',
      message: 'The address of the hook is not written out.',
      remedy: 'Write it like https://hooks.slack.com/services, and name the secret that follows it in `urlSecret`.',
    });
  } else if (channel === 'slack' && urlSecret === undefined && /[A-Za-z0-9]{20,}/.test(url)) {
    findings.push({
      severity: 'warning',
      field: 'url',
      message: 'The address seems to hold the key of the hook: everybody who has the workflow file can read it.',
      remedy: 'Keep that part as a secret and name it in `urlSecret`.',
    });
  }
  const used = new Set<string>();
  for (const [field, template] of Object.entries({ title, text })) {
    attempt(field, () => {
      for (const name of compileTemplate(template).variables) {
        used.add(name);
        if (variables.includes(name)) continue;
        findings.push({
          severity: 'error',
          field,
          message: `The template uses “${name}”, which is not among the variables.${didYouMean(name, variables)}`,
          remedy: `Add "${name}" to \`variables\` and wire a value to the port ${name}.`,
        });
      }
    });
  }
  for (const name of variables) {
    if (used.has(name)) continue;
    findings.push({
      severity: 'warning',
      field: 'variables',
      message: `No template uses the variable “${name}”.`,
      remedy: 'Use it or remove it.',
    });
  }
  return findings;
};
