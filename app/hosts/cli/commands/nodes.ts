import { registry } from '../../../../nodes/registry.ts';
import type { NodeDescription } from '../../../core/contracts/workflow.ts';
import { AppError } from '../../../core/errors/app-error.ts';
import { didYouMean } from '../../../core/errors/suggest.ts';
import type { Ports } from '../../../core/graph/ports.ts';
import type { Family } from '../../../core/nodekit/define-node.ts';
import { describeNode, describeNodes } from '../../../services/workflow/describe-nodes.ts';
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

interface ConfigSchema {
  properties?: { [field: string]: FieldSchema };
  required?: string[];
}

export async function nodes(
  context: CommandContext,
  type: string | undefined,
  options: { json?: boolean },
): Promise<void> {
  if (type === undefined) {
    const all = describeNodes(registry);
    if (options.json) printJson(context, all);
    else list(context, all);
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
  const node = describeNode(manifest);
  if (options.json) printJson(context, node);
  else show(context, node);
}

function list({ terminal }: CommandContext, nodes: readonly NodeDescription[]): void {
  for (const [family, title] of Object.entries(families)) {
    const members = nodes.filter((node) => node.family === family);
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

function show({ terminal }: CommandContext, node: NodeDescription): void {
  const heading = (text: string) => {
    terminal.out();
    terminal.out(terminal.style('bold', text));
  };
  terminal.out(`${terminal.style('bold', node.type)}  ${node.title}, version ${node.version}`);
  for (const line of wrapped(node.summary, terminal.width)) terminal.out(line);
  const facts = [`effect: ${node.effect}`];
  if (node.needs.length > 0) facts.push(`needs: ${node.needs.join(', ')}`);
  if (node.body) facts.push('a container');
  terminal.out(terminal.style('dim', facts.join(' · ')));
  ports('Inputs', node.inputs);
  ports('Outputs', node.outputs);
  if (node.body) {
    ports('Inside: values to read from', node.body.sources);
    ports('Inside: values to give back', node.body.sinks);
  }
  if (node.dynamicPorts) {
    terminal.out();
    terminal.out('More ports follow from the config.');
  }
  const { properties = {}, required = [] } = node.config as ConfigSchema;
  if (Object.keys(properties).length > 0) {
    heading('Config');
    const rows = Object.entries(properties).map(([name, field]) => [
      `  ${name}`,
      typeOf(field),
      required.includes(name) ? 'required' : field.default === undefined ? '' : JSON.stringify(field.default),
      field.description ?? node.form[name]?.help ?? node.form[name]?.label ?? '',
    ]);
    const columns = [
      { title: '  field' },
      { title: 'type', flexible: true },
      { title: 'default', flexible: true },
      { title: '', flexible: true, wraps: true },
    ];
    for (const line of tableLines(columns, rows, terminal.width)) terminal.out(line);
  }
  for (const { title, config } of node.examples) {
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
