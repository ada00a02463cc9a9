import { describe, expect, it } from 'vitest';
import { registry } from '../../../nodes/registry.ts';
import { linkSubflows } from '../graph/link-subflows.ts';
import { Workflow } from '../graph/workflow.ts';
import { promptsBefore } from './prompts-before.ts';

const prompt = (id: string, alias: string) => ({
  ...{ id, type: 'prompt', version: 1 },
  config: { prompt: alias, variables: ['x'] },
});
const model = (id: string, more: object = {}) => ({ id, type: 'model', version: 1, config: { profile: 'm' }, ...more });
function flow(nodes: object[], wires: [string, string][]) {
  const end = (text: string) => {
    const [node = '', port = ''] = text.split('.');
    return { node, port };
  };
  const edges = wires.map(([from, to], i) => ({ id: `e${i}`, from: end(from), to: end(to) }));
  return Workflow.parse({ format: 1, id: 'wf_test', name: 'Test', nodes, edges });
}

describe('promptsBefore', () => {
  it('finds the nearest prompts, and none beyond another model', () => {
    const workflow = flow(
      [prompt('p1', 'draft'), model('m1'), prompt('p2', 'judge'), model('m2'), model('m3')],
      [
        ['p1.messages', 'm1.messages'],
        ['m1.text', 'p2.x'],
        ['p2.messages', 'm2.messages'],
        ['m2.messages', 'm3.messages'],
      ],
    );
    const of = (id: string) => promptsBefore(workflow, registry, id);
    expect([of('m1'), of('m2'), of('m3'), of('gone')]).toEqual([['draft'], ['judge'], [], []]);
  });

  it('knows the prompts of a workflow that a node runs by their place in the whole', () => {
    const inner = flow(
      [
        { id: 'in', type: 'input', version: 1, config: { name: 'x' } },
        prompt('p', 'inner'),
        model('m'),
        { id: 'out', type: 'output', version: 1, config: { name: 'text' } },
      ],
      [
        ['in.value', 'p.x'],
        ['p.messages', 'm.messages'],
        ['m.text', 'out.value'],
      ],
    );
    const root = flow([{ id: 'ask', type: 'subflow', version: 1, config: { workflow: 'inner' } }], []);
    const sources = new Map([['inner', { workflow: inner, prompts: {} }]]);
    const { workflow } = linkSubflows({ workflow: root, prompts: {} }, sources, registry);
    expect(promptsBefore(workflow, registry, 'ask/m')).toEqual(['ask/inner']);
  });

  it('looks out of containers and into them, and names several in the order of the workflow', () => {
    const workflow = flow(
      [
        prompt('b', 'second'),
        prompt('a', 'first'),
        { id: 'each', type: 'map', version: 1, config: {} },
        model('m', { parent: 'each' }),
        { id: 'join', type: 'transform', version: 1, config: { expression: 'value' } },
        model('after'),
      ],
      [
        ['a.messages', 'each.items'],
        ['each.item', 'm.messages'],
        ['b.text', 'm.question'],
        ['m.text', 'each.result'],
        ['each.results', 'join.value'],
        ['join.value', 'after.messages'],
      ],
    );
    expect(promptsBefore(workflow, registry, 'm')).toEqual(['second', 'first']);
    // Values of a container come from inside it, and there from a model.
    expect(promptsBefore(workflow, registry, 'after')).toEqual(['first']);
  });
});
