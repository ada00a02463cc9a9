import { workflowFileText } from '../../core/graph/content-hash.ts';
import { canonicalFileText, type Json } from '../../core/graph/json.ts';
import { Workflow } from '../../core/graph/workflow.ts';
import type { NewFile } from './init-workspace.ts';

/** What `pipewright init` writes: it runs without a key, without a network and without an ingestion before. */
export function starterFiles(name: string): NewFile[] {
  return [
    { path: 'pipewright.json', text: canonicalFileText(config(name)) },
    { path: 'workflows/answer.flow.json', text: workflowFileText(workflow) },
    { path: 'prompts/answer.md', text: prompt },
    { path: 'documents/handbook.md', text: handbook },
    ignored,
  ];
}

/** The server whose models a new workspace asks, instead of the one that a template names. */
export interface ModelServer {
  baseUrl?: string;
  model?: string;
  /** Name of the variable that holds its key; a server of one's own without one wants none. */
  secret?: string;
}

/** The files of a template as those of a new workspace of this name. */
export function templateFiles(files: readonly NewFile[], name: string, server: ModelServer = {}): NewFile[] {
  const configured = (text: string): string => {
    const config = JSON.parse(text) as { profiles: { [profile: string]: { [field: string]: Json } } };
    const profiles = Object.entries(config.profiles).map(([profile, about]) => [
      profile,
      about['use'] === 'chat' ? onServer(about, server) : about,
    ]);
    return canonicalFileText({ ...config, name, profiles: Object.fromEntries(profiles) });
  };
  return [
    ...files.map(({ path, text }) => ({ path, text: path === 'pipewright.json' ? configured(text) : text })),
    ignored,
  ];
}

/** The key of one server is never meant for another. */
function onServer(profile: { [field: string]: Json }, { baseUrl, model, secret }: ModelServer) {
  const { secret: usual, ...rest } = profile;
  const key = secret ?? (baseUrl === undefined ? usual : undefined);
  return {
    ...rest,
    ...(key !== undefined && { secret: key }),
    ...(baseUrl !== undefined && { baseUrl }),
    ...(model !== undefined && { model }),
  };
}

const ignored: NewFile = {
  path: '.gitignore',
  text: '# The machine state of Pipewright: runs, collections, caches.\n.pipewright/\n',
};

const config = (name: string): Json => ({
  format: 1,
  name,
  profiles: {
    reader: { use: 'chat', provider: 'built-in', model: 'extractive-reader' },
    'local-embedder': { use: 'embedding', provider: 'built-in', model: 'hashing-embedder' },
  },
  collections: { docs: { documents: ['documents/**/*'], embedder: 'local-embedder' } },
});

const prompt = `---
description: Answers from the numbered context only, with a marker after each statement.
variables: [question, context]
---
# system
Answer from the numbered context and nothing else. After each statement write the number of its source in square
brackets, for example [1]. When the context does not hold the answer, say that you cannot answer from the sources.

# user
Context:
{{ context }}

Question:
{{ question }}
`;

const handbook = `# Handbook of the Harbour Workshop

Replace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.

## Opening hours

The workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon.

## Borrowing tools

Members may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask
at the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.

## Lost and damaged tools

Report damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first
year and free of charge after that.
`;

const node = (id: string, type: string, values: { [field: string]: Json } = {}) => ({
  id,
  type,
  version: 1,
  config: values,
});
const edge = (id: string, from: [string, string], to: [string, string]) => ({
  id,
  from: { node: from[0], port: from[1] },
  to: { node: to[0], port: to[1] },
});

const workflow = Workflow.parse({
  format: 1,
  id: 'wf_answer',
  name: 'Answer from documents',
  description: 'Reads the documents, picks the passages that fit the question, and answers from them with citations.',
  inputs: { question: { type: 'text', required: true, description: 'What you want to know.' } },
  outputs: { answer: { type: 'answer', description: 'Text with citations.' } },
  resources: {
    prompts: { answer: { file: 'prompts/answer.md' } },
    profiles: { reader: { name: 'reader' } },
  },
  nodes: [
    node('question', 'input', { name: 'question' }),
    node('documents', 'load-documents', { patterns: ['**/*.md'] }),
    node('chunks', 'chunk', { size: 120, overlap: 0 }),
    node('ranked', 'reranker', { method: 'coverage+mmr', topK: 4 }),
    node('context', 'context', { budgetTokens: 1200 }),
    node('prompt', 'prompt', { prompt: 'answer', variables: ['question', 'context'] }),
    node('model', 'model', { profile: 'reader' }),
    node('answer', 'output', { name: 'answer' }),
  ],
  edges: [
    edge('e1', ['documents', 'documents'], ['chunks', 'documents']),
    edge('e2', ['chunks', 'chunks'], ['ranked', 'chunks']),
    edge('e3', ['question', 'value'], ['ranked', 'query']),
    edge('e4', ['ranked', 'chunks'], ['context', 'chunks']),
    edge('e5', ['context', 'text'], ['prompt', 'context']),
    edge('e6', ['question', 'value'], ['prompt', 'question']),
    edge('e7', ['prompt', 'messages'], ['model', 'messages']),
    edge('e8', ['context', 'context'], ['model', 'context']),
    edge('e9', ['question', 'value'], ['model', 'question']),
    edge('e10', ['model', 'answer'], ['answer', 'value']),
  ],
});
