import * as z from 'zod';
import { registry } from '../../../../nodes/registry.ts';
import { AppError } from '../../../core/errors/app-error.ts';
import { didYouMean } from '../../../core/errors/suggest.ts';
import type { Ports } from '../../../core/graph/ports.ts';
import type { AnyManifest, Family } from '../../../core/nodekit/define-node.ts';
import { type CommandContext, printJson } from '../command-context.ts';
import { tableLines, wrapped } from '../table.ts';

const families: { [family in Family]: string } = {
  io: 'In and out',
  ingest: 'Ingestion',
  retrieve: 'Retrieval',
  model: 'Models',
  check: 'Checks',
  logic: 'Logic',
};

interface FieldSchema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  description?: string;
  anyOf?: FieldSchema[];
  oneOf?: FieldSchema[];
  minimum?: number;
  maximum?: number;
}

export async function nodes(
  context: CommandContext,
  type: string | undefined,
  options: { json?: boolean },
): Promise<void> {
  const manifests = [...registry.values()].map(({ manifest }) => manifest);
  if (type === undefined) {
    if (options.json) printJson(context, manifests.map(describe));
    else list(context, manifests);
    return;
  }
  const manifest = registry.get(type)?.manifest;
  if (!manifest) {
    throw new AppError('cli.unknown', {
      message: `There is no node type “${type}”.${didYouMean(type, registry.keys())}`,
      where: type,
      remedy: 'See `pipewright nodes`.',
    });
  }
  if (options.json) printJson(context, describe(manifest));
  else show(context, manifest);
}

function configSchema(manifest: AnyManifest): { properties?: { [field: string]: FieldSchema }; required?: string[] } {
  return z.toJSONSchema(manifest.config, { io: 'input', unrepresentable: 'any' }) as never;
}

/** Everything about a node type as data. */
function describe(manifest: AnyManifest) {
  const { type, version, family, title, summary, inputs, outputs, needs, effect, examples = [], body } = manifest;
  return {
    ...{ type, version, family, title, summary, inputs, outputs, needs, effect, examples },
    container: body !== undefined,
    ...(body && { body }),
    dynamicPorts: manifest.ports !== undefined,
    config: configSchema(manifest),
  };
}

function list({ terminal }: CommandContext, manifests: readonly AnyManifest[]): void {
  for (const [family, title] of Object.entries(families)) {
    const members = manifests.filter((manifest) => manifest.family === family);
    if (members.length === 0) continue;
    terminal.out(terminal.style('bold', title));
    for (const { type, summary } of members) {
      const [first = '', ...rest] = wrapped(summary, terminal.width - 20);
      terminal.out(`  ${type.padEnd(18)}${first}`);
      for (const line of rest) terminal.out(`${' '.repeat(20)}${line}`);
    }
    terminal.out();
  }
  terminal.err('One in detail: pipewright nodes TYPE');
}

function show({ terminal }: CommandContext, manifest: AnyManifest): void {
  const heading = (text: string) => {
    terminal.out();
    terminal.out(terminal.style('bold', text));
  };
  terminal.out(`${terminal.style('bold', manifest.type)}  ${manifest.title}, version ${manifest.version}`);
  for (const line of wrapped(manifest.summary, terminal.width)) terminal.out(line);
  const facts = [`effect: ${manifest.effect}`];
  if (manifest.needs.length > 0) facts.push(`needs: ${manifest.needs.join(', ')}`);
  if (manifest.body) facts.push('a container');
  terminal.out(terminal.style('dim', facts.join(' · ')));
  ports('Inputs', manifest.inputs);
  ports('Outputs', manifest.outputs);
  if (manifest.body) {
    ports('Inside: values to read from', manifest.body.sources);
    ports('Inside: values to give back', manifest.body.sinks);
  }
  if (manifest.ports) {
    terminal.out();
    terminal.out('More ports follow from the config.');
  }
  const { properties = {}, required = [] } = configSchema(manifest);
  if (Object.keys(properties).length > 0) {
    heading('Config');
    const rows = Object.entries(properties).map(([name, field]) => [
      `  ${name}`,
      typeOf(field),
      required.includes(name) ? 'required' : field.default === undefined ? '' : JSON.stringify(field.default),
      field.description ?? manifest.form?.[name]?.help ?? manifest.form?.[name]?.label ?? '',
    ]);
    const columns = [
      { title: '  field' },
      { title: 'type', flexible: true },
      { title: 'default', flexible: true },
      { title: '', flexible: true, wraps: true },
    ];
    for (const line of tableLines(columns, rows, terminal.width)) terminal.out(line);
  }
  for (const { title, config } of manifest.examples ?? []) {
    heading(`Example: ${title}`);
    for (const line of JSON.stringify(config, null, 2).split('\n')) terminal.out(`  ${line}`);
  }

  function ports(title: string, all: Ports): void {
    if (Object.keys(all).length === 0) return;
    heading(title);
    const rows = Object.entries(all).map(([name, port]) => [
      `  ${name}`,
      `${port.type}${port.many ? ', many' : ''}${port.required ? ', required' : ''}`,
      port.help ?? '',
    ]);
    const columns = [{ title: '' }, { title: '' }, { title: '', flexible: true, wraps: true }];
    for (const line of tableLines(columns, rows, terminal.width).slice(1)) terminal.out(line);
  }
}

function typeOf(field: FieldSchema): string {
  if (field.enum) return field.enum.map(String).join('|');
  if (field.const !== undefined) return JSON.stringify(field.const);
  const parts = field.anyOf ?? field.oneOf;
  if (parts) return [...new Set(parts.map(typeOf))].join('|');
  const type = Array.isArray(field.type) ? field.type.join('|') : (field.type ?? 'any');
  const bounded = type === 'number' || type === 'integer';
  const safe = Number.MAX_SAFE_INTEGER;
  if (
    bounded &&
    field.minimum !== undefined &&
    field.maximum !== undefined &&
    field.maximum < safe &&
    field.minimum > -safe
  )
    return `${type} ${field.minimum}…${field.maximum}`;
  return type;
}
