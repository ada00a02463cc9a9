import type * as z from 'zod';
import type { Capabilities } from '../../app/core/capabilities/capabilities.ts';
import type { Json, JsonObject } from '../../app/core/graph/json.ts';
import { type Ports, portSchemas } from '../../app/core/graph/ports.ts';
import type { AnyManifest, AnyRun, Run } from '../../app/core/nodekit/define-node.ts';

export interface NodeGiven<M extends AnyManifest> {
  config?: z.input<M['config']>;
  /** Values by input port, dynamic ones too. */
  inputs?: { [port: string]: unknown };
  /** Fakes of the capabilities that the node needs; one that is missing fails when it is used. */
  cap?: { [C in keyof Capabilities]?: Partial<Capabilities[C]> };
  /** Prompt texts by alias. */
  prompts?: { [alias: string]: string };
  signal?: AbortSignal;
  step?: Partial<{ runId: string; path: string; nodeId: string; attempt: number; definition: string }>;
}

export interface NodeResult {
  /** Silent ports are absent. */
  outputs: { [port: string]: Json };
  /** What the node told the trace, merged as the engine does. */
  detail: JsonObject;
  emitted: string[];
}

/**
 * Runs one node as the engine would, on fake capabilities: the config is parsed, inputs and outputs are checked against
 * the ports, only the capabilities that the manifest names are handed over.
 */
export async function runNode<M extends AnyManifest>(
  manifest: M,
  run: Run<M>,
  given: NodeGiven<M>,
): Promise<NodeResult> {
  const config = manifest.config.parse(given.config ?? {});
  const dynamic = manifest.ports?.(config) ?? {};
  const inputs: Ports = { ...manifest.inputs, ...dynamic.inputs };
  const outputs: Ports = { ...manifest.outputs, ...dynamic.outputs };

  const values: { [port: string]: Json | Json[] | undefined } = {};
  for (const [name, value] of Object.entries(given.inputs ?? {})) {
    const port = inputs[name];
    if (!port) throw new TypeError(`${manifest.type} has no input “${name}”`);
    if (value === undefined) continue;
    const schema = port.many ? portSchemas[port.type].array() : portSchemas[port.type];
    values[name] = schema.parse(value) as Json;
  }
  for (const [name, port] of Object.entries(inputs)) {
    if (port.required && values[name] === undefined)
      throw new TypeError(`the input “${name}” is required: the engine would skip this step`);
  }

  const result: NodeResult = { outputs: {}, detail: {}, emitted: [] };
  const step = {
    runId: 'run_test',
    path: 'node1',
    nodeId: 'node1',
    attempt: 1,
    definition: 'definition',
    ...given.step,
  };
  const produced = await (run as AnyRun)(
    { config, inputs: values, ports: values },
    {
      cap: Object.fromEntries(manifest.needs.map((name: keyof Capabilities) => [name, fake(name, given.cap?.[name])])),
      signal: given.signal ?? new AbortController().signal,
      step,
      emit: (delta: string) => result.emitted.push(delta),
      detail: (facts: JsonObject) => Object.assign(result.detail, structuredClone(facts)),
      prompt: (alias: string) => {
        const text = given.prompts?.[alias];
        if (text === undefined) throw new TypeError(`no prompt “${alias}” was given to the test`);
        return text;
      },
    },
  );
  for (const [name, value] of Object.entries(produced)) {
    if (value === undefined) continue;
    const port = outputs[name];
    if (!port) throw new TypeError(`${manifest.type} has no output “${name}”`);
    result.outputs[name] = portSchemas[port.type].parse(value) as Json;
  }
  return result;
}

function fake(capability: string, methods: object = {}): object {
  return new Proxy(methods, {
    get(target, method) {
      const found: unknown = Reflect.get(target, method);
      if (found === undefined) throw new TypeError(`the test gave no fake for ${capability}.${String(method)}`);
      return found;
    },
  });
}
