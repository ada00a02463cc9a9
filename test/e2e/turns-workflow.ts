import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../app/core/graph/json.ts';

const node = (id: string, type: string, config: Json = {}, more: { parent?: string; name?: string } = {}) => ({
  ...{ id, type, version: 1, config },
  ...more,
});
const edge = (from: string, to: string) => {
  const end = (place: string) => {
    const [name = '', port = ''] = place.split('.');
    return { node: name, port };
  };
  return { id: `${from}-${to}`.replaceAll('.', '-'), from: end(from), to: end(to) };
};

/** `turns`: a subflow for each item of a list, between waits, and then one answer. */
export interface TurnsOptions {
  /** What the expression of the last node is. */
  last?: string;
  /** How long each turn takes. */
  wait?: string;
  /** Whether a person has to say yes before the end. */
  review?: boolean;
}

/** Writes the workflow `turns` and the workflow `shout` that it runs inside, as a person with an editor may. */
export function writeTurns(
  folder: string,
  { last = 'string(size(value))', wait = '1ms', review = false }: TurnsOptions = {},
): void {
  const write = (name: string, parts: { [part: string]: Json }) => {
    mkdirSync(join(folder, 'workflows'), { recursive: true });
    const file = { format: 1, id: `wf_${name}`, inputs: {}, outputs: {}, resources: {}, ...parts };
    writeFileSync(join(folder, `workflows/${name}.flow.json`), `${JSON.stringify(file, undefined, 2)}\n`);
  };
  write('shout', {
    name: 'Shout',
    inputs: { word: { type: 'any' } },
    outputs: { loud: { type: 'any' } },
    nodes: [
      node('word', 'input', { name: 'word' }),
      node('mark', 'transform', { expression: "string(value) + '!'" }, { name: 'Mark' }),
      node('loud', 'output', { name: 'loud' }),
    ],
    edges: [edge('word.value', 'mark.value'), edge('mark.value', 'loud.value')],
  });
  write('turns', {
    name: 'Turns',
    inputs: { items: { type: 'list', default: ['a', 'b', 'c'] } },
    outputs: { count: { type: 'any' } },
    nodes: [
      node('in', 'input', { name: 'items' }, { name: 'Items' }),
      node('each', 'map', { concurrency: 1 }, { name: 'Each item' }),
      node('rest', 'wait', { for: wait }, { name: 'Rest', parent: 'each' }),
      node('shout', 'subflow', { workflow: 'wf_shout' }, { name: 'Shout it', parent: 'each' }),
      node('last', 'transform', { expression: last }, { name: 'Count' }),
      ...(review ? [node('ask', 'human-review', { title: 'Is it right?', actions: ['approve', 'reject'] })] : []),
      node('out', 'output', { name: 'count' }, { name: 'Answer' }),
    ],
    edges: [
      edge('in.value', 'each.items'),
      edge('each.item', 'rest.value'),
      edge('rest.value', 'shout.word'),
      edge('shout.loud', 'each.result'),
      edge('each.results', 'last.value'),
      ...(review
        ? [edge('last.value', 'ask.payload'), edge('ask.approved', 'out.value')]
        : [edge('last.value', 'out.value')]),
    ],
  });
}
