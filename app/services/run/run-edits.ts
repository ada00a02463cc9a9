import { AppError } from '../../core/errors/app-error.ts';
import { didYouMean } from '../../core/errors/suggest.ts';
import type { Json } from '../../core/graph/json.ts';
import { type NodePorts, nodePorts } from '../../core/graph/node-ports.ts';
import { type PortTypeName, portSchemas } from '../../core/graph/ports.ts';
import type { Workflow, WorkflowNode } from '../../core/graph/workflow.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import { nodeOf } from '../../core/run/step-path.ts';
import type { Breakpoint } from '../../engine/breakpoints.ts';
import type { StartOptions } from '../../engine/engine.ts';

/** An input as JSON from a program, or as text that a person typed: then the declared type decides how it is read. */
export type GivenInput = { json: Json } | { text: string };

/** The inputs of a run as values. @throws AppError run.input */
export function givenInputs(workflow: Workflow, inputs: { [name: string]: GivenInput }): { [name: string]: Json } {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, given]) => {
      const type = workflow.inputs[name]?.type ?? 'text';
      return [name, 'json' in given ? given.json : valueOfText(given.text, type, `input ${name}`)];
    }),
  );
}

/** A value for one port of a step: text as given by a person, or JSON from a program. */
export interface PortValueGiven {
  step: string;
  port: string;
  value: { text: string } | { json: Json };
}

export interface BreakpointGiven {
  /** Id of a node or of an edge. */
  at: string;
  /** CEL over `inputs` and `step`. */
  when?: string;
}

/** @throws AppError run.step_not_found */
export function requireNode(workflow: Workflow, id: string): WorkflowNode {
  const node = workflow.nodes.find((one) => one.id === id);
  if (node) return node;
  const ids = workflow.nodes.map((one) => one.id);
  throw new AppError('run.step_not_found', {
    message: `The workflow has no node “${id}”.${didYouMean(id, ids)}`,
    where: workflow.name,
    remedy: `Its nodes are: ${ids.slice(0, 30).join(', ')}${ids.length > 30 ? ' …' : '.'}`,
  });
}

/**
 * Text that a person typed, as a value of a port's type: text stays text, other types are JSON. For `any` and `json`
 * what is no JSON is text.
 * @throws AppError run.input
 */
export function valueOfText(text: string, type: PortTypeName, where: string): Json {
  if (type === 'text') return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    if (type === 'any' || type === 'json') return text;
    throw new AppError('run.input', {
      message: `${where} takes a ${type}, and this is not JSON: ${JSON.stringify(text.slice(0, 60))}`,
      where,
      remedy: `Give it as JSON, ${type === 'number' ? 'such as 3' : type === 'boolean' ? 'true or false' : 'in quotes for the shell'}.`,
    });
  }
}

function portsOf(workflow: Workflow, registry: Registry, id: string): NodePorts {
  const node = requireNode(workflow, id);
  const manifest = registry.get(node.type)?.manifest;
  if (manifest) return nodePorts(node, manifest, manifest.config.parse(node.config));
  throw new AppError('workflow.unknown_node_type', { message: `“${node.type}” is not a known node type.`, where: id });
}

function checked(given: PortValueGiven, type: PortTypeName): Json {
  const where = `${given.step}.${given.port}`;
  const value = 'json' in given.value ? given.value.json : valueOfText(given.value.text, type, where);
  const parsed = portSchemas[type].safeParse(value);
  if (parsed.success) return parsed.data as Json;
  throw new AppError('run.input', {
    message: `The value for ${where} is no ${type}: ${parsed.error.issues[0]?.message ?? 'it does not fit'}.`,
    where,
    remedy: `Give a value of the type ${type}.`,
  });
}

/**
 * Values in place of computed ones: `pins` replace outputs, `edits` replace an input where the node has one of that
 * name, and else an output.
 * @throws AppError run.step_not_found, run.input
 */
export function stepEdits(
  workflow: Workflow,
  registry: Registry,
  { pins = [], edits = [] }: { pins?: readonly PortValueGiven[]; edits?: readonly PortValueGiven[] },
): NonNullable<StartOptions['edits']> {
  const result: NonNullable<StartOptions['edits']> = {};
  const put = (given: PortValueGiven, inputsToo: boolean) => {
    const ports = portsOf(workflow, registry, nodeOf(given.step));
    const side = inputsToo && ports.inputs[given.port] ? 'inputs' : 'outputs';
    const port = ports[side][given.port];
    if (!port) {
      const names = [...(inputsToo ? Object.keys(ports.inputs) : []), ...Object.keys(ports.outputs)];
      throw new AppError('run.step_not_found', {
        message: `“${given.step}” has no ${inputsToo ? 'port' : 'output'} “${given.port}”.${didYouMean(given.port, names)}`,
        where: `${given.step}.${given.port}`,
        remedy: names.length > 0 ? `It has: ${names.join(', ')}.` : 'It has no ports.',
      });
    }
    const step = result[given.step] ?? {};
    const value = checked(given, port.many ? 'list' : port.type);
    result[given.step] = { ...step, [side]: { ...step[side], [given.port]: value } };
  };
  for (const pin of pins) put(pin, false);
  for (const edit of edits) put(edit, true);
  return result;
}

/** @throws AppError run.step_not_found, expression.* */
export async function breakpointsFor(workflow: Workflow, given: readonly BreakpointGiven[]): Promise<Breakpoint[]> {
  const breakpoints: Breakpoint[] = [];
  for (const { at, when } of given) {
    const isNode = workflow.nodes.some(({ id }) => id === at);
    if (!isNode && !workflow.edges.some(({ id }) => id === at)) {
      const ids = [...workflow.nodes, ...workflow.edges].map(({ id }) => id);
      throw new AppError('run.step_not_found', {
        message: `The workflow has no node or wire “${at}”.${didYouMean(at, ids)}`,
        where: `breakpoint ${at}`,
        remedy: 'Give the id of a node or of an edge.',
      });
    }
    const place = isNode ? { node: at } : { edge: at };
    if (when === undefined) breakpoints.push(place);
    else {
      const { compileExpression } = await import('../../core/template/expression.ts');
      const expression = compileExpression(when);
      breakpoints.push({ ...place, when: (about) => expression.evaluate({ ...about }) === true });
    }
  }
  return breakpoints;
}
