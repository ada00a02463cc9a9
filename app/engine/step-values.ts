import { AppError } from '../core/errors/app-error.ts';
import { isJsonObject, type Json } from '../core/graph/json.ts';
import { type PortTypeName, portFault, portSchemas } from '../core/graph/ports.ts';
import type { PlanNode } from '../core/plan/plan.ts';
import type { Cell } from './cells.ts';

/** What arrived at a step: cells by input port, in the order of edges where a port takes many. */
export interface Arrived {
  /** Every port with at least one value. */
  cells: { [port: string]: Cell | Cell[] };
  /** Required ports that got nothing, or all ports when every wire stayed silent; then the step is skipped. */
  missing: string[];
}

/** Collects inputs from `cellOf` (by the position of a wire) and decides whether the step must be skipped. */
export function gather(node: PlanNode, cellOf: (wire: number) => Cell | undefined): Arrived {
  const cells: { [port: string]: Cell | Cell[] } = {};
  const missing: string[] = [];
  let any = false;
  for (const input of node.inputs) {
    const found: Cell[] = [];
    for (const wire of input.wires) {
      const cell = cellOf(wire);
      if (cell) found.push(cell);
    }
    if (found.length > 0) {
      any = true;
      cells[input.name] = input.port.many ? found : (found[0] as Cell);
    } else if (input.port.required) missing.push(input.name);
  }
  if (missing.length === 0 && node.wires.length > 0 && !any)
    return { cells, missing: node.inputs.filter((i) => i.wires.length > 0).map((i) => i.name) };
  return { cells, missing };
}

/**
 * The arguments of a node's run: fixed and dynamic inputs, and the config with bound fields put in.
 * @throws AppError step.input when a value does not fit its port or a bound field
 */
export function stepArguments(
  node: PlanNode,
  arrived: Arrived,
  path: string,
): { config: unknown; inputs: { [port: string]: unknown }; ports: { [port: string]: Json | Json[] | undefined } } {
  const ports: { [port: string]: Json | Json[] | undefined } = {};
  const bound: { [field: string]: Json } = {};
  let hasBound = false;
  for (const input of node.inputs) {
    const cell = arrived.cells[input.name];
    if (cell === undefined) continue;
    const value = Array.isArray(cell) ? cell.map((one) => one.value as Json) : (cell.value as Json);
    if (input.field === undefined) ports[input.name] = value;
    else {
      hasBound = true;
      bound[input.field] = value as Json;
    }
  }
  for (const wire of node.wires) if (wire.check) checkInput(node, wire.port, wire.check, ports[wire.port], path);
  return { config: hasBound ? boundConfig(node, bound, path) : node.config, inputs: ports, ports };
}

function checkInput(
  node: PlanNode,
  port: string,
  schema: {
    safeParse(value: unknown): { success: boolean; error?: { issues: { message: string; path: PropertyKey[] }[] } };
  },
  value: unknown,
  path: string,
): void {
  const many = node.inputs.find((input) => input.name === port)?.port.many ?? false;
  for (const one of many && Array.isArray(value) ? value : [value]) {
    if (one === undefined) continue;
    const parsed = schema.safeParse(one);
    if (parsed.success) continue;
    const issue = parsed.error?.issues[0];
    throw new AppError('step.input', {
      message: `The value at input “${port}” does not fit its type: ${issue?.message ?? 'it is invalid'}${issue && issue.path.length > 0 ? ` at ${issue.path.map(String).join('.')}` : ''}.`,
      where: path,
      remedy: 'Look at the step that gives this value, or put a transform in between.',
    });
  }
}

/** Whether a value that a person gives may stand in place of what arrived at a port. @throws AppError step.input */
export function checkEdit(node: PlanNode, port: string, value: Json, path: string): void {
  const input = node.inputs.find(({ name }) => name === port);
  const fault = input ? portFault(input.port, value) : 'the node has no such input';
  if (fault === undefined) return;
  throw new AppError('step.input', {
    message: `The value that was put in at “${port}” does not fit: ${fault}.`,
    where: path,
    remedy: input
      ? `It takes ${input.port.many ? 'a list of ' : ''}${input.port.type}: fork the run here with a value that fits.`
      : `It has the inputs: ${node.inputs.map(({ name }) => name).join(', ')}.`,
  });
}

function boundConfig(node: PlanNode, bound: { [field: string]: Json }, path: string): unknown {
  const parsed = node.manifest.config.safeParse({ ...(node.config as object), ...bound });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError('step.input', {
    message: `The value bound to the config field “${issue?.path.map(String).join('.') ?? ''}” does not fit: ${issue?.message ?? 'it is invalid'}.`,
    where: path,
    remedy: 'Look at the step that gives this value.',
  });
}

/** Whether a value is JSON all the way down. @throws AppError step.output naming the place */
function assertJson(value: unknown, at: string, path: string): void {
  const type = typeof value;
  if (value === null || type === 'string' || type === 'boolean') return;
  if (type === 'number' && Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) assertJson(value[i], `${at}[${i}]`, path);
    return;
  }
  const prototype = type === 'object' ? Object.getPrototypeOf(value) : undefined;
  if (isJsonObject(value) && (prototype === Object.prototype || prototype === null)) {
    for (const [key, member] of Object.entries(value))
      if (member !== undefined) assertJson(member, `${at}.${key}`, path);
    return;
  }
  throw badOutput(`“${at}” is no JSON value (${type === 'number' ? String(value) : type}).`, path);
}

function badOutput(message: string, path: string): AppError {
  return new AppError('step.output', {
    message: `The node gave an invalid output: ${message}`,
    where: path,
    remedy: 'This is a fault in the node type: please report it with the trace of the run.',
  });
}

const primitive: { [T in PortTypeName]?: string } = { text: 'string', number: 'number', boolean: 'boolean' };

/**
 * Checks what a node's run gave against its output ports; leaves out silent ones.
 * @throws AppError step.output
 */
export function checkedOutputs(
  node: PlanNode,
  given: { [port: string]: unknown },
  path: string,
): { [port: string]: Json } {
  const values: { [port: string]: Json } = {};
  if (given === null || typeof given !== 'object') throw badOutput('it gave no object of output ports.', path);
  for (const name of Object.keys(given)) {
    const value = given[name];
    if (value === undefined) continue;
    const port = Object.hasOwn(node.ports.outputs, name) ? node.ports.outputs[name] : undefined;
    if (!port || (name === 'error' && node.policy.onError?.action === 'port'))
      throw badOutput(`it has no output port “${name}”.`, path);
    const expected = primitive[port.type];
    if (expected !== undefined) {
      if (typeof value !== expected || (expected === 'number' && !Number.isFinite(value)))
        throw badOutput(`“${name}” must be a ${expected}.`, path);
      values[name] = value as Json;
    } else if (port.type === 'any' || port.type === 'json') {
      assertJson(value, name, path);
      values[name] = value as Json;
    } else {
      const parsed = portSchemas[port.type].safeParse(value);
      if (!parsed.success) {
        const issue = parsed.error.issues[0];
        throw badOutput(
          `“${[name, ...(issue?.path ?? [])].map(String).join('.')}”: ${issue?.message ?? 'it does not fit its type'}.`,
          path,
        );
      }
      values[name] = parsed.data as Json;
    }
  }
  return values;
}
