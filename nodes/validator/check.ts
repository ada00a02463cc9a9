import { type Check, type CheckFinding, isAppError } from '../../app/core/nodekit/index.ts';
import { compileJsonSchema } from '../../app/core/text/json-schema.ts';
import { compileRegex } from '../../app/core/text/regex.ts';
import type { validator } from './manifest.ts';

export const check: Check<typeof validator> = async (config, { connected }) => {
  const findings: CheckFinding[] = [];
  for (const [i, rule] of config.checks.entries()) {
    try {
      if (rule.kind === 'regex') compileRegex(rule.pattern);
      if (rule.kind === 'json-schema') await compileJsonSchema(rule.schema);
    } catch (thrown) {
      if (!isAppError(thrown)) throw thrown;
      findings.push({
        severity: 'error',
        field: `checks[${i}].${rule.kind === 'regex' ? 'pattern' : 'schema'}`,
        message: thrown.message,
        ...(thrown.remedy !== undefined && { remedy: thrown.remedy }),
      });
    }
    if (rule.kind === 'citations' && !connected.has('context')) {
      findings.push({
        severity: 'error',
        field: `checks[${i}]`,
        message: 'Citations cannot be checked: nothing is wired to the port context.',
        remedy: 'Wire the context that the prompt was built from to the port context.',
      });
    }
    if (rule.kind === 'length' && rule.min === undefined && rule.max === undefined) {
      findings.push({
        severity: 'warning',
        field: `checks[${i}]`,
        message: 'The rule length has neither min nor max.',
        remedy: 'Give one of them.',
      });
    }
    if (rule.kind === 'length' && (rule.min ?? 0) > (rule.max ?? Number.POSITIVE_INFINITY)) {
      findings.push({
        severity: 'error',
        field: `checks[${i}].min`,
        message: 'No text is that long and that short: min is larger than max.',
        remedy: 'Swap them.',
      });
    }
  }
  if (config.reask !== undefined && !connected.has('messages')) {
    findings.push({
      severity: 'error',
      field: 'reask',
      message: 'The model cannot be asked again: nothing is wired to the port messages.',
      remedy: 'Wire the messages of the model node that gave the answer, or remove reask.',
    });
  }
  if (config.onFail === 'fail' && connected.has('failed')) {
    findings.push({
      severity: 'warning',
      field: 'onFail',
      message: 'The port failed stays silent: with onFail: fail the step fails instead.',
      remedy: 'Set onFail to route.',
    });
  }
  return findings;
};
