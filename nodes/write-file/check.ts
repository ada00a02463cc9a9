import {
  attemptsInto,
  type Check,
  type CheckFinding,
  didYouMean,
  isPlainPath,
  makeReach,
} from '../../app/core/nodekit/index.ts';
import { compileTemplate } from '../../app/core/template/template.ts';
import type { writeFile } from './manifest.ts';

export const check: Check<typeof writeFile> = (config) => {
  const findings: CheckFinding[] = [];
  const attempt = attemptsInto(findings);
  attempt('folder', () => makeReach('write', config.folder));
  attempt('file', () => {
    const { variables } = compileTemplate(config.file);
    for (const name of variables) {
      if (config.variables.includes(name)) continue;
      findings.push({
        severity: 'error',
        field: 'file',
        message: `The template uses “${name}”, which is not among the variables.${didYouMean(name, config.variables)}`,
        remedy: `Add "${name}" to \`variables\` and wire a value to the port ${name}.`,
      });
    }
    if (variables.length === 0 && !isPlainPath(config.file)) {
      findings.push({
        severity: 'error',
        field: 'file',
        message: 'This is no path of a file below its folder.',
        remedy: 'Use names without ..: no drive, no hidden part, none of \\ : * ? " < > |.',
      });
    }
  });
  return findings;
};
