import { describe, expect, it } from 'vitest';
import { Workflow } from '../../app/core/graph/workflow.ts';
import { createDocumentStore } from '../state/document-store.ts';
import type { StringKey } from '../strings/text.ts';
import { isRefusal } from './command.ts';
import { extractSubflow } from './extract-subflow.ts';
import { extraction, workflowOfExtraction } from './extraction.ts';
import { unpackSubflow } from './unpack-subflow.ts';

type Node = { id: string; type: string; config?: object; [more: string]: unknown };
const transform = (id: string, more: object = {}): Node => ({
  ...{ id, type: 'transform', config: { expression: 'value' } },
  ...more,
});
const input: Node = { id: 'in', type: 'input', config: { name: 'question' } };
const output: Node = { id: 'out', type: 'output', config: { name: 'answer' } };

/** Wires as `a > b`, with ports where they are not `value`: `a.x > b.y`. */
function open(nodes: Node[], wires: string[], more: object = {}) {
  const end = (text = '') => {
    const [node = '', port = 'value'] = text.split('.');
    return { node, port };
  };
  const workflow = Workflow.parse({
    ...{ format: 1, id: 'wf_outer', name: 'Outer' },
    inputs: { question: { type: 'text' } },
    outputs: { answer: { type: 'any' } },
    nodes: nodes.map((node) => ({ version: 1, ...node })),
    edges: wires.map((wire, at) => {
      const [from, to] = wire.split(' > ');
      return { id: `e${at}`, from: end(from), to: end(to) };
    }),
    ...more,
  });
  return createDocumentStore('workflows/outer.flow.json', workflow, { hash: 'h', modifiedAt: 0 });
}

function convert(document: ReturnType<typeof open>, items: string[]) {
  const piece = extraction(document.store.getState().doc, items);
  if (isRefusal(piece)) throw new Error(piece.refused.key);
  const names = { inputs: piece.inputs.map(({ name }) => name), outputs: piece.outputs.map(({ name }) => name) };
  const refused = document.run(extractSubflow, { items, workflow: 'wf_piece', name: 'My piece', names });
  if (refused) throw new Error(refused.key);
  return Workflow.parse(workflowOfExtraction(piece, { id: 'wf_piece', name: 'My piece', names }));
}

const wiresOf = ({ edges }: Pick<Workflow, 'edges'>) =>
  edges.map(({ from, to }) => `${from.node}.${from.port} > ${to.node}.${to.port}`).sort();

describe('a selection as a workflow of its own', () => {
  it('has one port for each place that its border wires come from, named after what passes', () => {
    const document = open(
      [
        input,
        transform('one', { config: { expression: 'value + tone', variables: ['tone'] } }),
        transform('two', { name: 'Kind words' }),
        transform('tone'),
        output,
        { ...output, id: 'also', config: { name: 'also' } },
      ],
      ['in > one', 'in > two', 'in > tone', 'tone > one.tone', 'one > out', 'one > also', 'two > also'],
      { outputs: { answer: { type: 'any' }, also: { type: 'any' } } },
    );
    const inside = convert(document, ['one', 'two']);
    expect(inside.inputs).toEqual({
      question: { type: 'any', required: true },
      tone: { type: 'any', required: false },
    });
    expect(Object.keys(inside.outputs)).toEqual(['transform', 'kind_words']);
    expect(wiresOf(inside)).toEqual(
      ['question.value > one.value', 'question.value > two.value', 'tone.value > one.tone']
        .concat(['one.value > transform.value', 'two.value > kind_words.value'])
        .sort(),
    );
    const outside = document.workflow();
    expect(wiresOf(outside)).toEqual(
      ['in.value > tone.value', 'in.value > my-piece.question', 'tone.value > my-piece.tone']
        .concat([
          'my-piece.transform > out.value',
          'my-piece.transform > also.value',
          'my-piece.kind_words > also.value',
        ])
        .sort(),
    );
    expect(outside.nodes.find(({ id }) => id === 'my-piece')).toMatchObject({
      name: 'My piece',
      config: { workflow: 'wf_piece', interface: { inputs: inside.inputs, outputs: inside.outputs } },
    });
    document.undo();
    expect(document.isDirty()).toBe(false);
  });

  it('takes along what its nodes name, and keeps personal data personal at its border', () => {
    const resources = {
      prompts: { answer: { file: 'prompts/answer.md' }, other: { file: 'prompts/other.md' } },
      profiles: { spare: { name: 'spare-model' }, unused: { name: 'x' } },
    };
    const document = open(
      [
        { ...input, personal: true },
        {
          ...{ id: 'ask', type: 'prompt', config: { prompt: 'answer' } },
          policy: { calls: { fallbacks: [{ profile: 'spare' }] } },
        },
        transform('end', { personal: true }),
        output,
      ],
      ['in > ask.question', 'ask.messages > end', 'end > out'],
      { resources },
    );
    const inside = convert(document, ['ask', 'end']);
    expect(inside.resources).toEqual({
      prompts: { answer: { file: 'prompts/answer.md' } },
      profiles: { spare: { name: 'spare-model' } },
    });
    expect(inside.nodes.filter(({ personal }) => personal).map(({ id }) => id)).toEqual([
      'end',
      'question',
      'transform',
    ]);
  });

  it('works inside a container, whose inner ports are outside then', () => {
    const document = open(
      [input, { id: 'each', type: 'map' }, transform('inner', { parent: 'each' }), output],
      ['in > each.items', 'each.item > inner', 'inner > each.result', 'each.results > out'],
    );
    const inside = convert(document, ['inner']);
    expect(wiresOf(inside)).toEqual(['inner.value > transform.value', 'item.value > inner.value'].sort());
    const outside = document.workflow();
    expect(outside.nodes.find(({ type }) => type === 'subflow')?.parent).toBe('each');
    expect(wiresOf(outside)).toContain('each.item > my-piece.item');
    expect(wiresOf(outside)).toContain('my-piece.transform > each.result');
  });

  const tool = { id: 'look', type: 'tool', parent: 'agent', config: { name: 'look', description: 'Looks.' } };
  const cases: [string, Node[], string[], string[], StringKey][] = [
    ['nothing', [input], [], [], 'extract.nothing'],
    ['an input', [input, transform('a')], ['in > a'], ['in', 'a'], 'extract.interface'],
    [
      'nodes of two containers',
      [{ id: 'each', type: 'map' }, transform('inner', { parent: 'each' }), transform('a')],
      [],
      ['inner', 'a'],
      'extract.frames',
    ],
    ['a type that nobody knows', [{ id: 'x', type: 'from-the-future' }], [], ['x'], 'extract.unknown'],
    ['a tool without its agent', [{ id: 'agent', type: 'agent' }, tool], [], ['look'], 'extract.tool'],
    [
      'a race with others outside',
      [input, transform('a'), { id: 'first', type: 'merge', config: { mode: 'first' } }],
      ['in > a', 'in > first.values', 'a > first.values'],
      ['first'],
      'extract.race',
    ],
    [
      'nodes with one between them',
      [input, transform('a'), transform('b'), transform('c')],
      ['in > a', 'a > b', 'b > c'],
      ['a', 'c'],
      'extract.cycle',
    ],
  ];
  it.each(cases)('is refused for %s', (_what, nodes, wires, items, key) => {
    expect(() => convert(open(nodes, wires), items)).toThrow(key);
  });
});

describe('unpacking', () => {
  const inner = Workflow.parse({
    ...{ format: 1, id: 'wf_inner', name: 'Inner' },
    inputs: { text: { type: 'text' } },
    outputs: { reply: { type: 'any' }, same: { type: 'any' } },
    resources: { prompts: { answer: { file: 'prompts/inner.md' }, plain: { file: 'prompts/plain.md' } } },
    nodes: [
      { id: 'in', type: 'input', version: 1, config: { name: 'text' } },
      { id: 'ask', type: 'prompt', version: 1, config: { prompt: 'answer' } },
      { id: 'plain', type: 'prompt', version: 1, config: { prompt: 'plain' } },
      { id: 'out', type: 'output', version: 1, config: { name: 'reply' } },
      { id: 'same', type: 'output', version: 1, config: { name: 'same' } },
    ],
    edges: [
      { id: 'a', from: { node: 'in', port: 'value' }, to: { node: 'ask', port: 'question' } },
      { id: 'b', from: { node: 'ask', port: 'messages' }, to: { node: 'out', port: 'value' } },
      { id: 'c', from: { node: 'in', port: 'value' }, to: { node: 'same', port: 'value' } },
    ],
  });
  const face = { inputs: inner.inputs, outputs: inner.outputs };
  const subflow = (more: object = {}): Node => ({
    ...{ id: 'run', type: 'subflow', config: { workflow: 'wf_inner', interface: face } },
    ...more,
  });
  const two = { ...output, id: 'two', config: { name: 'two' } };
  const wires = ['in > run.text', 'run.reply > out', 'run.same > two'];

  it('leads wires past the border, and gives an alias another name where it means something else here', () => {
    const resources = { prompts: { answer: { file: 'prompts/outer.md' } } };
    const document = open([input, { ...transform('ask') }, subflow(), output, two], wires, { resources });
    expect(document.run(unpackSubflow, { node: 'run', workflow: inner })).toBeUndefined();
    const { nodes, edges, resources: now } = document.workflow();
    expect(wiresOf({ edges })).toEqual([
      'ask-2.messages > out.value',
      'in.value > ask-2.question',
      'in.value > two.value',
    ]);
    expect(now.prompts).toEqual({
      answer: { file: 'prompts/outer.md' },
      answer_2: { file: 'prompts/inner.md' },
      plain: { file: 'prompts/plain.md' },
    });
    expect(nodes.find(({ id }) => id === 'ask-2')?.config).toEqual({ prompt: 'answer_2' });
    expect(nodes.some(({ type }) => type === 'subflow')).toBe(false);
    document.undo();
    expect(document.isDirty()).toBe(false);
  });

  const refusals: [string, Node, string[], StringKey][] = [
    ['a disabled node', subflow({ disabled: true }), wires, 'unpack.disabled'],
    ['a node with a policy', subflow({ policy: { timeoutMs: 100 } }), wires, 'unpack.policy'],
    ['an input that nothing leads to', subflow(), wires.slice(1), 'unpack.unwired'],
    ['a wire at a port that is gone', subflow(), [...wires, 'in > run.old'], 'unpack.stray'],
  ];
  it.each(refusals)('is refused for %s', (_what, node, drawn, key) => {
    const document = open([input, node, output, two], drawn);
    expect(document.run(unpackSubflow, { node: 'run', workflow: inner })).toMatchObject({ key });
    expect(document.store.getState().history.past).toEqual([]);
  });
});
