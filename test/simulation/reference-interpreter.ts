import type { Json } from '../../app/core/graph/json.ts';
import type { Workflow, WorkflowNode } from '../../app/core/graph/workflow.ts';
import { ownId } from '../../app/core/run/step-path.ts';
import { scriptOf } from './script.ts';
import { agentCalls } from './with-containers.ts';

type Values = { [port: string]: Json };
class Failure extends Error {}
const shown = (values: readonly Json[]) => values.join(',');

/**
 * What a workflow of test nodes must give, worked out the simplest way: each node when it is asked for, one after
 * the other, no log, no time. `winners` are the wires that won races, by step path, since time decides those; `edits` is
 * what people put in place of all that a step got, by step path.
 */
export function interpret(
  workflow: Workflow,
  input: Json,
  winners: ReadonlyMap<string, string>,
  edits: ReadonlyMap<string, Json>,
): { status: 'succeeded' | 'failed'; output?: Json } {
  const members = (parent: string | undefined) => workflow.nodes.filter((node) => node.parent === parent);

  function frame(
    parent: string | undefined,
    path: string,
    given: Json | undefined,
    source: (node: string, port: string) => Json | undefined,
  ): Map<string, Values> {
    const done = new Map<string, Values>();
    const value = (node: string, port: string): Json | undefined =>
      members(parent).some((one) => one.id === node) ? settle(node)[port] : source(node, port);
    const settle = (id: string): Values => {
      let values = done.get(id);
      if (!values) {
        const node = workflow.nodes.find((one) => one.id === id) as WorkflowNode;
        values = step(node, path + ownId(id), given, value);
        done.set(id, values);
      }
      return values;
    };
    for (const node of members(parent)) settle(node.id);
    return done;
  }

  function step(
    node: WorkflowNode,
    path: string,
    given: Json | undefined,
    value: (node: string, port: string) => Json | undefined,
  ): Values {
    const edges = workflow.edges.filter(
      (edge) => edge.to.node === node.id && !(workflow.nodes.find((n) => n.id === edge.from.node)?.parent === node.id),
    );
    if (node.disabled) return {};
    const won = winners.get(path);
    const arrived = edges
      .map((edge) => [edge, value(edge.from.node, edge.from.port)] as const)
      .filter(([edge, v]) => v !== undefined && (won === undefined || won === edge.id));
    const edit = edits.get(path);
    const inputs = edit === undefined ? arrived.map(([, v]) => v as Json) : [edit];
    const needy = ['t-any', 't-race', 't-branch', 't-map', 't-output'].includes(node.type);
    if (inputs.length === 0 && (edges.length > 0 || needy)) return {};
    if (node.bypassed) return { a: inputs[0] as Json };
    try {
      return work(node, path, inputs, given, value);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const onError = node.policy?.onError;
      if (onError?.action === 'default') return onError.outputs;
      if (onError?.action === 'port') return { error: {} };
      throw error;
    }
  }

  function work(
    node: WorkflowNode,
    path: string,
    inputs: Json[],
    given: Json | undefined,
    value: (node: string, port: string) => Json | undefined,
  ): Values {
    const { config } = node;
    const text = shown(inputs);
    switch (node.type) {
      case 't-input':
        return given === undefined ? {} : { value: given };
      case 't-text':
        return { value: `${config.id}(${text})` };
      case 't-call': {
        let answer = `${config.id}(${text})`;
        for (let i = 0; i < Number(config.calls); i += 1) {
          if (scriptOf(`${path} ${i}`).refuses) throw new Failure();
          answer = `m[${i}:${answer}]`;
        }
        return { value: answer };
      }
      case 't-branch':
        return {
          ...(config.to !== 'b' && config.to !== 'none' && { a: inputs[0] as Json }),
          ...(config.to !== 'a' && config.to !== 'none' && { b: inputs[0] as Json }),
        };
      case 't-fail':
        if (text.includes(String(config.when))) throw new Failure();
        return { value: text };
      case 't-list':
        return { items: Array.from({ length: Number(config.count) }, (_, i) => `${i}:${text}`) };
      case 't-ask':
        return config.timeoutMs === undefined
          ? { value: `${config.id}:${scriptOf(path).decision}(${text})` }
          : { expired: text };
      case 't-map':
        return mapped(node, path, inputs[0] as Json[], given, value);
      case 'subflow': {
        const inside = frame(node.id, `${path}/`, inputs[0], value);
        const answer = inside.get(`${node.id}/out`)?.value;
        return answer === undefined ? {} : { a: answer };
      }
      case 'loop':
        return looped(node, path, inputs[0] as Json, given, value);
      case 'agent':
        return acted(node, path, inputs[0] as string, given, value);
      default:
        return { value: inputs[0] as Json };
    }
  }

  function mapped(
    node: WorkflowNode,
    path: string,
    items: Json[],
    given: Json | undefined,
    value: (node: string, port: string) => Json | undefined,
  ): Values {
    const sink = workflow.edges.find((edge) => edge.to.node === node.id && edge.to.port === 'result');
    const errors: Json[] = [];
    const results = items.map((item, index): Json => {
      const own: Values = { item, index };
      try {
        const done = frame(node.id, `${path}[${index}]/`, given, (from, port) =>
          from === node.id && port in own ? own[port] : value(from, port),
        );
        return (sink && done.get(sink.from.node)?.[sink.from.port]) ?? null;
      } catch (error) {
        if (!(error instanceof Failure) || !config(node).collect) throw error;
        errors.push(index);
        return null;
      }
    });
    return { results, errors };
  }

  function looped(
    node: WorkflowNode,
    path: string,
    begin: Json,
    given: Json | undefined,
    value: (node: string, port: string) => Json | undefined,
  ): Values {
    let state = begin;
    // The condition of the simulated loops says how many turns there are.
    const turns = Number(/\d+/.exec(String(node.config.condition))?.[0]);
    for (let index = 0; index < turns; index += 1) {
      const own: Values = { state, index };
      const inside = frame(node.id, `${path}[${index}]/`, given, (from, port) =>
        from === node.id && port in own ? own[port] : value(from, port),
      );
      state = inside.get('again')?.value as Json;
    }
    return { state, result: state };
  }

  /** What the tools give, turn by turn, as the model of the simulation calls them. */
  function acted(
    node: WorkflowNode,
    path: string,
    task: string,
    given: Json | undefined,
    value: (node: string, port: string) => Json | undefined,
  ): Values {
    const results: string[] = [];
    let index = 0;
    for (let turn = 0; ; turn += 1) {
      if (scriptOf(`${path} ${turn}`).refuses) throw new Failure();
      const calls = agentCalls(node.id, turn);
      if (calls.length === 0) return { text: `${task}: ${results.join(' ')}` };
      for (const { tool, q } of calls) {
        const body = `${path}[${index}]/${ownId(tool)}[0]/`;
        index += 1;
        try {
          const inside = frame(tool, body, given, (from, port) =>
            from === tool && port === 'q' ? q : value(from, port),
          );
          const sink = workflow.edges.find((edge) => edge.to.node === tool && edge.to.port === 'result');
          const result = sink && inside.get(sink.from.node)?.[sink.from.port];
          results.push(result === undefined ? 'nothing' : String(result));
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          results.push('failed');
        }
      }
    }
  }

  try {
    const output = frame(undefined, '', input, () => undefined).get('out')?.value;
    return { status: 'succeeded', ...(output !== undefined && { output }) };
  } catch (error) {
    if (error instanceof Failure) return { status: 'failed' };
    throw error;
  }
}

const config = (node: WorkflowNode) => node.config as { collect?: boolean };
