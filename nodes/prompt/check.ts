import { type Check, type CheckFinding, didYouMean, isAppError } from '../../app/core/nodekit/index.ts';
import { parsePrompt } from '../../app/core/template/prompt-file.ts';
import { compileTemplate } from '../../app/core/template/template.ts';
import type { prompt } from './manifest.ts';

interface Used {
  name: string;
  field: string;
}

export const check: Check<typeof prompt> = (config, { prompts }) => {
  const findings: CheckFinding[] = [];
  const used: Used[] = [];
  const attempt = (field: string, work: () => void) => {
    try {
      work();
    } catch (thrown) {
      if (!isAppError(thrown)) throw thrown;
      const place = thrown.where === undefined ? '' : ` (${thrown.where})`;
      findings.push({
        severity: 'error',
        field,
        message: `${thrown.message}${place}`,
        ...(thrown.remedy !== undefined && { remedy: thrown.remedy }),
      });
    }
  };

  const alias = config.prompt;
  if (alias !== undefined) {
    const text = prompts.get(alias);
    if (text === undefined) {
      findings.push({
        severity: 'error',
        field: 'prompt',
        message: `The workflow has no prompt “${alias}”.${didYouMean(alias, prompts.keys())}`,
        remedy: `Add it to the resources: { "prompts": { "${alias}": { "file": "prompts/${alias}.md" } } }.`,
      });
      return findings;
    }
    attempt('prompt', () => {
      for (const name of parsePrompt(text, `prompt ${alias}`).variables) used.push({ name, field: 'prompt' });
    });
  }
  config.messages?.forEach(({ template }, i) => {
    const field = `messages[${i}].template`;
    attempt(field, () => {
      for (const name of compileTemplate(template).variables) used.push({ name, field });
    });
  });

  // A template that does not compile says nothing about what it uses.
  if (findings.length > 0) return findings;
  const known = new Set([...config.variables, ...Object.keys(config.defaults)]);
  const missing = new Set<string>();
  for (const { name, field } of used) {
    if (known.has(name) || missing.has(name)) continue;
    missing.add(name);
    findings.push({
      severity: 'error',
      field,
      message: `The template uses “${name}”, which is not among the variables.${didYouMean(name, known)}`,
      remedy: `Add "${name}" to \`variables\` and wire a value to the port ${name}.`,
    });
  }
  const names = new Set(used.map(({ name }) => name));
  for (const name of known) {
    if (names.has(name)) continue;
    findings.push({
      severity: 'warning',
      field: config.variables.includes(name) ? 'variables' : 'defaults',
      message: `No template uses the variable “${name}”.`,
      remedy: 'Use it or remove it.',
    });
  }
  return findings;
};
