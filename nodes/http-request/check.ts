import {
  addressKind,
  attemptsInto,
  type Check,
  type CheckFinding,
  didYouMean,
  type Json,
  makeReach,
} from '../../app/core/nodekit/index.ts';
import { compileTemplate } from '../../app/core/template/template.ts';
import type { httpRequest } from './manifest.ts';

const keyHeader = /^(authorization|.*(api-?key|token|secret).*)$/i;

export const check: Check<typeof httpRequest> = (config) => {
  const findings: CheckFinding[] = [];
  const attempt = attemptsInto(findings);
  const used = new Map<string, string>();
  const template = (field: string, text: string) =>
    attempt(field, () => {
      for (const name of compileTemplate(text).variables) if (!used.has(name)) used.set(name, field);
    });

  template('url', config.url);
  const kind = addressKind(config.url);
  if (kind === undefined) {
    findings.push({
      severity: 'error',
      field: 'url',
      message: 'The host does not stand in the address, so nobody can say where it leads.',
      remedy:
        'Write https://api.example.com/{{ path }}, or give one variable as the whole address and name its `hosts`.',
    });
  } else if ('variable' in kind && config.hosts.length === 0) {
    findings.push({
      severity: 'error',
      field: 'hosts',
      message: `The whole address comes from ${kind.variable}, and no host is named that it may lead to.`,
      remedy: 'Name them in `hosts`, such as ["api.example.com"].',
    });
  }
  for (const [i, host] of config.hosts.entries()) attempt(`hosts[${i}]`, () => makeReach('network', host));
  for (const [name, text] of Object.entries(config.headers)) {
    template(`headers.${name}`, text);
    if (keyHeader.test(name) && !text.includes('{{')) {
      findings.push({
        severity: 'warning',
        field: `headers.${name}`,
        message: 'This looks like a key: everybody who has the workflow file can read it.',
        remedy: 'Keep it as a secret and name that under `secrets`.',
      });
    }
  }
  const { body } = config;
  if (body?.kind === 'json') for (const [field, text] of textsOf(body.value, 'body.value')) template(field, text);
  if (body?.kind === 'text') template('body.text', body.text);
  if (body?.kind === 'form')
    for (const [name, text] of Object.entries(body.fields)) template(`body.fields.${name}`, text);
  if (body !== undefined && (config.method === 'GET' || config.method === 'HEAD')) {
    findings.push({
      severity: 'warning',
      field: 'body',
      message: `Servers do not read a body that comes with ${config.method}.`,
      remedy: 'Put values into the address, or use POST.',
    });
  }

  // A template that does not compile says nothing about what it uses.
  if (findings.some(({ severity }) => severity === 'error')) return findings;
  for (const [name, field] of used) {
    if (config.variables.includes(name)) continue;
    findings.push({
      severity: 'error',
      field,
      message: `The template uses “${name}”, which is not among the variables.${didYouMean(name, config.variables)}`,
      remedy: `Add "${name}" to \`variables\` and wire a value to the port ${name}.`,
    });
  }
  for (const name of config.variables) {
    if (used.has(name)) continue;
    findings.push({
      severity: 'warning',
      field: 'variables',
      message: `Nothing uses the variable “${name}”.`,
      remedy: 'Use it or remove it.',
    });
  }
  return findings;
};

function* textsOf(value: Json, field: string): Generator<[string, string]> {
  if (typeof value === 'string') yield [field, value];
  else if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* textsOf(item, `${field}[${i}]`);
  else if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value)) yield* textsOf(member, `${field}.${name}`);
}
