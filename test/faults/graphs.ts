import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Workflow } from '../../app/core/graph/workflow.ts';
import { type GraphNode, graph } from '../kit/graph.ts';

/** A workflow whose questions begin with the run's topic and the path of the step that asks. */
export interface FaultGraph {
  name: string;
  workflow: Workflow;
  /** Paths of the steps that call the model. */
  askers: string[];
  /** Calls that can be under way at the same time. */
  width: number;
}

const input: GraphNode = { id: 'in', type: 'input', config: { name: 'topic' } };
const output: GraphNode = { id: 'out', type: 'output', config: { name: 'answer' } };
const asker = (id: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  type: 'model',
  config: { profile: 'paid', citations: 'none' },
  ...more,
});
const prompt = (id: string, template: string, variables: string[], more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  type: 'prompt',
  config: { messages: [{ role: 'user', template }], variables },
  ...more,
});

const range = (length: number) => Array.from({ length }, (_, i) => i);

/** Each question holds a piece of the answer before it. */
function chain(length: number, name = 'chain'): FaultGraph {
  const nodes = range(length).flatMap((i) => [
    prompt(`p${i}`, `{{ topic }} m${i}\n{{ before }}`, ['topic', 'before']),
    asker(`m${i}`),
    { id: `t${i}`, type: 'transform', config: { language: 'template', expression: '{{ value | slice: 0, 40 }}' } },
  ]);
  const wires = range(length).flatMap((i) => [
    `in > p${i}.topic`,
    `${i === 0 ? 'in' : `t${i - 1}`} > p${i}.before`,
    `p${i}.messages > m${i}.messages`,
    `m${i}.text > t${i}.value`,
    `m${i}.text > all.values`,
  ]);
  const all: GraphNode = { id: 'all', type: 'merge', config: { mode: 'all' } };
  return {
    name,
    workflow: graph([input, ...nodes, all, output], [...wires, 'all > out.value'], { name }),
    askers: range(length).map((i) => `m${i}`),
    width: 1,
  };
}

function fanOut(width: number): FaultGraph {
  const nodes = range(width).flatMap((i) => [prompt(`p${i}`, `{{ topic }} m${i}`, ['topic']), asker(`m${i}`)]);
  const wires = range(width).flatMap((i) => [
    `in > p${i}.topic`,
    `p${i}.messages > m${i}.messages`,
    `m${i}.text > all.values`,
  ]);
  const all: GraphNode = { id: 'all', type: 'merge', config: { mode: 'all' } };
  const last = [prompt('p', '{{ topic }} m\n{{ all | size }}', ['topic', 'all']), asker('m')];
  return {
    name: 'fan-out',
    workflow: graph(
      [input, ...nodes, all, ...last, { id: 'both', type: 'merge', config: { mode: 'all' } }, output],
      [
        ...wires,
        'in > p.topic',
        'all > p.all',
        'p.messages > m.messages',
        'all > both.values',
        'm.text > both.values',
        'both > out.value',
      ],
      { name: 'fan-out' },
    ),
    askers: [...range(width).map((i) => `m${i}`), 'm'],
    width,
  };
}

function map(items: number, concurrency: number): FaultGraph {
  const list: GraphNode = {
    id: 'list',
    type: 'transform',
    config: { expression: `[${range(items).join(', ')}].map(i, value + " " + string(i))` },
  };
  return {
    name: 'map',
    workflow: graph(
      [
        input,
        list,
        { id: 'each', type: 'map', config: { concurrency } },
        prompt('p', '{{ topic }} each[{{ index }}]/m\n{{ item }}', ['topic', 'index', 'item'], { parent: 'each' }),
        asker('m', { parent: 'each' }),
        output,
      ],
      [
        'in > list.value',
        'list > each.items',
        'in > p.topic',
        'each.item > p.item',
        'each.index > p.index',
        'p.messages > m.messages',
        'm.text > each.result',
        'each.results > out.value',
      ],
      { name: 'map' },
    ),
    askers: range(items).map((i) => `each[${i}]/m`),
    width: concurrency,
  };
}

export const graphs = { chain: chain(6), fanOut: fanOut(8), map: map(12, 4) };

/** What loads all that a call of a model needs. */
export const warmUp = chain(1, 'warm-up');

/** The run's topic and the step: what a question begins with. */
export const callOf = (question: string): string => question.split('\n', 1)[0] ?? '';

/** Writes a workspace whose model is the provider at `url`. */
export function writeWorkspace(folder: string, url: string, ...flows: FaultGraph[]): void {
  const write = (path: string, content: unknown) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), JSON.stringify(content));
  };
  write('pipewright.json', {
    format: 1,
    name: 'Faults',
    profiles: {
      paid: {
        use: 'chat',
        provider: 'openai-compatible',
        model: 'paid-1',
        baseUrl: `${url}/v1`,
        contextWindow: 100_000,
        prices: { input: 1, output: 2 },
      },
    },
  });
  for (const { name, workflow } of flows) write(`workflows/${name}.flow.json`, { ...workflow, id: `wf_${name}` });
}
