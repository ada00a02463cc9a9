import { WorkspaceConfig } from '../../../app/core/workspace/workspace-config.ts';

// biome-ignore lint/suspicious/noExplicitAny: hostile files are made by breaking this one in ways that no type allows
export type Loose = any;

const node = (id: string, type: string, config: object = {}, more: object = {}) => ({
  id,
  type,
  version: 1,
  config,
  ...more,
});

const edge = (id: string, wire: string) => {
  const [from, to] = wire.split(' > ').map((end) => {
    const [node, port] = end.split('.');
    return { node, port };
  });
  return { id, from, to };
};

/** A workflow with nothing wrong in it, of nodes of many types: what the hostile files are made from. */
export function soundWorkflow(): Loose {
  return {
    format: 1,
    id: 'wf_sound-one',
    name: 'Nothing wrong here',
    inputs: { question: { type: 'text' } },
    outputs: { answer: { type: 'any' } },
    resources: {
      prompts: { answer: { file: 'prompts/answer.md' } },
      profiles: { reader: { name: 'reader' } },
      collections: { docs: { name: 'docs' } },
    },
    nodes: [
      node('question', 'input', { name: 'question' }),
      node('ask', 'prompt', { prompt: 'answer', variables: ['question'] }),
      node('answer', 'model', { profile: 'reader', citations: 'none' }),
      node('check', 'validator', {
        checks: [
          { kind: 'regex', pattern: '[a-z]' },
          { kind: 'json-schema', schema: {} },
        ],
      }),
      node('pick', 'router', { branches: [{ name: 'short', when: 'size(value) < 100' }] }),
      node('each', 'map'),
      node('item', 'transform', { expression: 'value' }, { parent: 'each' }),
      node('join', 'merge'),
      node('out', 'output', { name: 'answer' }),
    ],
    edges: [
      edge('e0', 'question.value > ask.question'),
      edge('e1', 'ask.messages > answer.messages'),
      edge('e2', 'answer.text > check.value'),
      edge('e3', 'check.passed > pick.value'),
      edge('e4', 'pick.short > join.values'),
      edge('e5', 'pick.default > each.items'),
      edge('e6', 'each.item > item.value'),
      edge('e7', 'item.value > each.result'),
      edge('e8', 'each.results > join.values'),
      edge('e9', 'join.value > out.value'),
    ],
  };
}

/** A node beside the sound ones, and a wire: what a change adds. */
export const addNode = (flow: Loose, id: string, type: string, config: object = {}, more: object = {}) =>
  flow.nodes.push(node(id, type, config, more));
export const addEdge = (flow: Loose, id: string, wire: string) => flow.edges.push(edge(id, wire));

/** The workspace that the files are opened in. */
export const corpusWorkspace = WorkspaceConfig.parse({
  format: 1,
  name: 'Corpus',
  profiles: { reader: { use: 'chat', provider: 'built-in', model: 'extractive-reader' } },
  collections: {},
});
export const corpusPrompt = '---\nvariables: [question]\n---\n# user\n{{ question }}\n';
