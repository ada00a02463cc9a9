import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Json } from '../../app/core/graph/json.ts';
import { type Host, openHost } from '../../app/hosts/compose.ts';
import { type ContractService, createContractService } from '../../app/hosts/contract-router.ts';
import { dialects } from '../kit/providers/dialects.ts';
import { type ProviderServer, startProviderServer } from '../kit/providers/provider-server.ts';

/** A real workspace behind a real host, with a model provider that answers when the test says. */
export interface BenchWorkspace {
  folder: string;
  host: Host;
  service: ContractService;
  provider: ProviderServer;
  /** The provider takes requests and never answers. */
  hold(): void;
  /** The provider takes its time, then answers. */
  sayLate(text: string): void;
  /** The provider answers with these pieces, streamed. */
  say(...pieces: string[]): void;
  close(): Promise<void>;
}

const openai = dialects.find(({ provider }) => provider === 'openai-compatible') as (typeof dialects)[number];

export const SECRET = 'sk-contract-9f8e7d6c5b4a';
export const NOTES = 150;
export const MANY = 120;

const node = (id: string, type: string, config: Json = {}, more: { parent?: string; policy?: Json } = {}) => ({
  ...{ id, type, version: 1, config },
  ...more,
});
const edge = (id: string, from: string, to: string) => {
  const end = (place: string) => {
    const [name = '', port = ''] = place.split('.');
    return { node: name, port };
  };
  return { id, from: end(from), to: end(to) };
};
const flow = (name: string, parts: { [part: string]: Json }) => ({
  ...{ format: 1, id: `wf_${name}`, name, inputs: {}, outputs: {}, resources: {} },
  ...parts,
});
const anyValue = { type: 'any' };

const files: { [path: string]: Json | string } = {
  'pipewright.json': {
    format: 1,
    name: 'Bench',
    profiles: {
      'local-embedder': { use: 'embedding', provider: 'built-in', model: 'hashing-embedder' },
    },
    collections: {
      docs: { documents: ['documents/guide/*.md'], embedder: 'local-embedder' },
      many: { documents: ['documents/many/*.md'], embedder: 'local-embedder' },
    },
    tables: { customers: { file: 'tables/customers.csv' } },
    budgets: { day: 1000 },
  },
  'tables/customers.csv': 'id,name\n1,Ada\n',
  'prompts/plain.md': '---\nvariables: [question]\n---\n# user\n{{ question }}\n',
  'documents/guide/tools.md': '# Tools\n\nMembers may borrow up to three tools for seven days.\n',
  'documents/guide/hours.md': '# Hours\n\nThe workshop is open on weekdays from 8:00 to 17:30.\n',
  'workflows/echo.flow.json': flow('echo', {
    inputs: { value: anyValue },
    outputs: { value: anyValue },
    nodes: [node('in', 'input', { name: 'value' }), node('out', 'output', { name: 'value' })],
    edges: [edge('e1', 'in.value', 'out.value')],
  }),
  'workflows/report.flow.json': flow('report', {
    inputs: { value: anyValue },
    nodes: [
      node('in', 'input', { name: 'value' }),
      node('keep', 'write-file', { folder: 'reports', file: 'a.txt', mode: 'replace' }),
    ],
    edges: [edge('e1', 'in.value', 'keep.content')],
  }),
  'workflows/each.flow.json': flow('each', {
    inputs: { items: { type: 'list' } },
    outputs: { results: { type: 'list' } },
    nodes: [
      node('in', 'input', { name: 'items' }),
      node('each', 'map', { concurrency: 4 }),
      node('twice', 'transform', { expression: 'value * 2.0' }, { parent: 'each' }),
      node('out', 'output', { name: 'results' }),
    ],
    edges: [
      edge('e1', 'in.value', 'each.items'),
      edge('e2', 'each.item', 'twice.value'),
      edge('e3', 'twice.value', 'each.result'),
      edge('e4', 'each.results', 'out.value'),
    ],
  }),
  'workflows/found.flow.json': flow('found', {
    inputs: { question: { type: 'text' } },
    outputs: { text: { type: 'text' } },
    resources: { prompts: { plain: { file: 'prompts/plain.md' } } },
    nodes: [
      node('in', 'input', { name: 'question' }),
      node('docs', 'retriever', { collection: 'docs', mode: 'text', k: 2 }),
      node('rank', 'reranker', { topK: 1 }),
      node('pack', 'context'),
      node('prompt', 'prompt', { prompt: 'plain', variables: ['question'] }),
      node('model', 'model', { profile: 'slow' }),
      node('out', 'output', { name: 'text' }),
    ],
    edges: [
      edge('e1', 'in.value', 'docs.query'),
      edge('e2', 'in.value', 'rank.query'),
      edge('e3', 'docs.chunks', 'rank.chunks'),
      edge('e4', 'rank.chunks', 'pack.chunks'),
      edge('e5', 'pack.text', 'prompt.question'),
      edge('e6', 'prompt.messages', 'model.messages'),
      edge('e7', 'pack.context', 'model.context'),
      edge('e8', 'model.text', 'out.value'),
    ],
  }),
  'workflows/review.flow.json': flow('review', {
    inputs: { value: anyValue },
    outputs: { value: anyValue },
    nodes: [
      node('in', 'input', { name: 'value' }),
      node('ask', 'human-review', { title: 'Is this right?', actions: ['approve', 'reject'] }),
      node('out', 'output', { name: 'value' }),
    ],
    edges: [edge('e1', 'in.value', 'ask.payload'), edge('e2', 'ask.approved', 'out.value')],
  }),
  'workflows/ask.flow.json': flow('ask', {
    inputs: { question: { type: 'text' } },
    outputs: { text: { type: 'text' } },
    resources: { prompts: { plain: { file: 'prompts/plain.md' } } },
    nodes: [
      node('in', 'input', { name: 'question' }),
      node('prompt', 'prompt', { prompt: 'plain', variables: ['question'] }),
      node('model', 'model', { profile: 'slow' }),
      node('out', 'output', { name: 'text' }),
    ],
    edges: [
      edge('e1', 'in.value', 'prompt.question'),
      edge('e2', 'prompt.messages', 'model.messages'),
      edge('e3', 'model.text', 'out.value'),
    ],
  }),
  'workflows/kept.flow.json': flow('kept', {
    inputs: { question: { type: 'text' } },
    outputs: { text: { type: 'text' } },
    resources: { prompts: { plain: { file: 'prompts/plain.md' } } },
    nodes: [
      node('in', 'input', { name: 'question' }),
      node('prompt', 'prompt', { prompt: 'plain', variables: ['question'] }),
      node('model', 'model', { profile: 'slow' }, { policy: { calls: { cache: { ttlMs: 60_000 } } } }),
      node('out', 'output', { name: 'text' }),
    ],
    edges: [
      edge('e1', 'in.value', 'prompt.question'),
      edge('e2', 'prompt.messages', 'model.messages'),
      edge('e3', 'model.text', 'out.value'),
    ],
  }),
  'workflows/wrong.flow.json': flow('wrong', {
    nodes: [node('odd', 'modle')],
    edges: [],
  }),
  'workflows/large.flow.json': flow('large', {
    nodes: [],
    edges: [],
    layout: {
      notes: Array.from({ length: NOTES }, (_, n) => ({ id: `n${n}`, text: 'ä'.repeat(20_000), x: n, y: 0 })),
    },
  }),
};

export async function openBenchWorkspace(): Promise<BenchWorkspace> {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-contract-'));
  const provider = await startProviderServer();
  const config = structuredClone(files['pipewright.json']) as { profiles: { [name: string]: Json } };
  config.profiles['slow'] = {
    use: 'chat',
    provider: 'openai-compatible',
    model: 'slow-1',
    baseUrl: `${provider.url}${openai.basePath}`,
    secret: 'SLOW_KEY',
    prices: { input: 1, output: 2 },
  };
  const many = Object.fromEntries(
    Array.from({ length: MANY }, (_, n) => [
      `documents/many/page-${n}.md`,
      `# Page ${n}\n\nFact number ${n} of many.\n`,
    ]),
  );
  for (const [path, content] of Object.entries({ ...files, ...many, 'pipewright.json': config as Json })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  const home = join(folder, 'home');
  const host = await openHost({ folder, cwd: folder, env: { SLOW_KEY: SECRET }, profileDir: home });
  const service = createContractService(host);
  return {
    folder,
    host,
    service,
    provider,
    hold: () => provider.script({ ...openai.answer({ pieces: ['never'] }), stallAt: 0 }),
    sayLate: (text) => provider.script({ ...openai.answer({ pieces: [text] }), delayMs: 700 }),
    say: (...pieces) => provider.script(openai.answer({ pieces, usage: { input: 3, output: pieces.length } })),
    async close() {
      await service.close();
      await host.close();
      await provider.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
