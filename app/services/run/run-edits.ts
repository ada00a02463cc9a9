import { AppError } from '../../core/errors/app-error.ts';
import { didYouMean } from '../../core/errors/suggest.ts';
import { edgeKind, Frames } from '../../core/graph/frames.ts';
import { isJsonObject, type Json } from '../../core/graph/json.ts';
import { type NodePorts, nodePorts } from '../../core/graph/node-ports.ts';
import { type Port, type PortTypeName, portFault, portSchemas } from '../../core/graph/ports.ts';
import type { Workflow, WorkflowEdge, WorkflowNode } from '../../core/graph/workflow.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import type { BreakpointGiven, BreakpointSpec } from '../../core/run/breakpoint.ts';
import { nodeOf } from '../../core/run/step-path.ts';
import { readyBreakpoints } from '../../engine/breakpoints.ts';
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

/**
 * Whether a decision at a breakpoint fits the step: nothing but `inputs`, and each of the type of its port.
 * @throws AppError run.decision
 */
export function checkStopEdits(
  workflow: Workflow,
  registry: Registry,
  step: string,
  values: { [field: string]: Json },
): void {
  const { inputs = {}, ...rest } = values;
  const [other] = Object.keys(rest);
  if (other !== undefined || !isJsonObject(inputs)) {
    throw new AppError('run.decision', {
      message:
        other === undefined
          ? '“inputs” is no object of values by port.'
          : `At a stop nothing but “inputs” can be given, not “${other}”.`,
      where: step,
      remedy: 'Give inputs={"port": value}.',
    });
  }
  for (const [name, value] of Object.entries(inputs)) {
    const port = stopPort(workflow, registry, step, name);
    const fault = portFault(port, value);
    if (fault === undefined) continue;
    throw new AppError('run.decision', {
      message: `The value for ${step}.${name} does not fit: ${fault}.`,
      where: `${step}.${name}`,
      remedy: `Give ${port.many ? 'a list of values' : 'a value'} of the type ${port.type}.`,
    });
  }
}

/**
 * Texts that a person typed for the inputs of a step that is stopped at, as values of their ports' types.
 * @throws AppError run.decision, run.input
 */
export function stopInputs(
  workflow: Workflow,
  registry: Registry,
  step: string,
  texts: { [port: string]: string },
): { [port: string]: Json } {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const { type, many } = stopPort(workflow, registry, step, name);
      return [name, valueOfText(text, many ? 'list' : type, `${step}.${name}`)];
    }),
  );
}

/** An input of a step, by its name. @throws AppError run.decision */
function stopPort(workflow: Workflow, registry: Registry, step: string, name: string): Port {
  const ports = portsOf(workflow, registry, nodeOf(step)).inputs;
  const port = Object.hasOwn(ports, name) ? ports[name] : boundPort(workflow, nodeOf(step), name);
  if (port) return port;
  const names = Object.keys(ports);
  throw new AppError('run.decision', {
    message: `“${step}” has no input “${name}”.${didYouMean(name, names)}`,
    where: `${step}.${name}`,
    remedy: names.length > 0 ? `It has: ${names.join(', ')}.` : 'It has no inputs.',
  });
}

/** A config field that a wire fills. */
function boundPort({ edges }: Workflow, node: string, name: string): Port | undefined {
  return edges.some(({ to }) => to.node === node && to.port === name) ? { type: 'any' } : undefined;
}

/**
 * Breakpoints as the engine takes them: places found in the workflow, conditions read.
 * @throws AppError run.step_not_found, run.breakpoint, expression.*
 */
export async function breakpointsFor(workflow: Workflow, given: readonly BreakpointGiven[]): Promise<BreakpointSpec[]> {
  const specs = given.map(({ at, ...terms }): BreakpointSpec => {
    if (workflow.nodes.some(({ id }) => id === at)) return { node: at, ...terms };
    return { edge: wireAt(workflow, at).id, ...terms };
  });
  await readyBreakpoints(specs);
  return specs;
}

const wireName = ({ from, to }: WorkflowEdge) => `${from.node}.${from.port}->${to.node}.${to.port}`;

/** A wire by its id or by its two ends. */
function wireAt(workflow: Workflow, at: string): WorkflowEdge {
  const wire = workflow.edges.find((edge) => edge.id === at || wireName(edge) === at);
  if (!wire) {
    const names = workflow.edges.map(wireName);
    const known = at.includes('->') ? names : [...workflow.nodes, ...workflow.edges].map(({ id }) => id);
    throw new AppError('run.step_not_found', {
      message: `The workflow has no node or wire “${at}”.${didYouMean(at, known)}`,
      where: `breakpoint ${at}`,
      remedy: 'Give the id of a node or of a wire, or a wire by its two ends: node.port->node.port.',
    });
  }
  const kind = edgeKind(wire, new Frames(workflow.nodes));
  if (kind === 'wire' || kind === 'source') return wire;
  throw new AppError('run.breakpoint', {
    message: `The wire ${wireName(wire)} hands a result back to the container around it: no step begins there.`,
    where: `breakpoint ${at}`,
    remedy: `Stop before the node “${wire.from.node}”, or on a wire that leaves “${wire.to.node}”.`,
  });
}
