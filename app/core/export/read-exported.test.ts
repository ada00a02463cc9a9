import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registry } from '../../../nodes/registry.ts';
import { jsonArbitrary, shuffledKeys } from '../../../test/kit/json-arbitrary.ts';
import { isAppError } from '../errors/app-error.ts';
import type { Json, JsonObject } from '../graph/json.ts';
import { Workflow } from '../graph/workflow.ts';
import { Profile } from '../workspace/workspace-config.ts';
import { type Exported, exportHash, exportText } from './exported-workflow.ts';
import { looksExported } from './looks-exported.ts';
import { readExported } from './read-exported.ts';
import { requiresOf } from './requires.ts';

const node = (id: string, type: string, config: object) => ({ id, type, version: 1, config });
const edge = (id: string, from: string, to: string) => {
  const end = (place: string) => ({ node: place.split('.')[0], port: place.split('.')[1] });
  return { id, from: end(from), to: end(to) };
};
const answer = {
  ...{ format: 1, id: 'wf_answer', name: 'Answer', inputs: { question: { type: 'text' } } },
  outputs: { text: { type: 'text' } },
  resources: { prompts: { ask: { file: 'prompts/ask.md' } }, profiles: { good: { name: 'fast' } } },
  nodes: [
    node('question', 'input', { name: 'question' }),
    node('found', 'retriever', { collection: 'docs', mode: 'text' }),
    node('prompt', 'prompt', { prompt: 'ask', variables: ['question'] }),
    node('model', 'model', { profile: 'good' }),
    node('again', 'subflow', { workflow: 'polish' }),
    node('out', 'output', { name: 'text' }),
  ],
  edges: [edge('e1', 'question.value', 'prompt.question'), edge('e2', 'prompt.messages', 'model.messages')],
};
const polish = {
  ...{ format: 1, id: 'wf_polish', name: 'Polish', inputs: { text: { type: 'text' } }, outputs: {} },
  ...{ nodes: [node('text', 'input', { name: 'text' })], edges: [] },
};
const remote = {
  ...{ use: 'chat', provider: 'openai-compatible', model: 'm-1' },
  ...{ baseUrl: 'https://models.example/v1', secret: 'MODEL_KEY', fallbacks: [{ profile: 'spare' }] },
};

/** A sound one: two workflows, a prompt, a collection, and a profile with a fallback. */
function sound(): Exported {
  const body: Omit<Exported, 'hash' | 'requires'> = {
    ...{ export: 1, pipewright: '0.1.0', main: 'workflows/answer.flow.json' },
    workflows: {
      'workflows/answer.flow.json': Workflow.parse(answer),
      'workflows/parts/polish.flow.json': Workflow.parse(polish),
    },
    prompts: { 'prompts/ask.md': '---\nvariables: [question]\n---\n# user\n{{ question }}\n' },
    config: {
      profiles: {
        fast: Profile.parse(remote),
        spare: Profile.parse({ use: 'chat', provider: 'built-in', model: 'extractive-reader' }),
        hashing: Profile.parse({ use: 'embedding', provider: 'built-in', model: 'hashing-embedder' }),
      },
      collections: {
        docs: {
          documents: ['documents/**/*.md'],
          embedder: 'hashing',
          chunking: { size: 320, overlap: 40 },
          metadata: {},
        },
      },
      tables: {},
    },
    fingerprints: { docs: 'built-in/hashing-embedder/1024/l2' },
  };
  return { ...body, hash: '', requires: requiresOf(body, registry) };
}
const text = exportText(sound());

/** The file with something changed and its hash made to fit: what whoever wants to deceive would do. */
function forged(change: (file: JsonObject) => void): string {
  const file = JSON.parse(text) as JsonObject;
  change(file);
  return JSON.stringify({ ...file, hash: exportHash(file) });
}

function refusal(given: string): [string, string] {
  try {
    readExported(given, registry, 'x.json');
  } catch (thrown) {
    if (isAppError(thrown)) return [thrown.code, thrown.where ?? ''];
    throw thrown;
  }
  return ['read', ''];
}

const at = (file: JsonObject, ...path: string[]) =>
  path.reduce((inner, key) => inner[key] as JsonObject, file) as { [key: string]: Json };

describe('an exported workflow', () => {
  it('says all that it requires, and is read as it was written, in any order of keys', () => {
    const read = readExported(text, registry);
    expect(read.requires).toEqual({
      nodes: { input: 1, model: 1, output: 1, prompt: 1, retriever: 1, subflow: 1 },
      abilities: ['collections', 'embedder', 'model'],
      profiles: [
        {
          name: 'fast',
          use: 'chat',
          provider: 'openai-compatible',
          model: 'm-1',
          origin: 'https://models.example',
          secret: 'MODEL_KEY',
        },
        { name: 'hashing', use: 'embedding', provider: 'built-in', model: 'hashing-embedder', builtIn: true },
        { name: 'spare', use: 'chat', provider: 'built-in', model: 'extractive-reader', builtIn: true },
      ],
      secrets: ['MODEL_KEY'],
      collections: [
        {
          name: 'docs',
          embedder: 'hashing',
          documents: ['documents/**/*.md'],
          fingerprint: 'built-in/hashing-embedder/1024/l2',
        },
      ],
      tables: [],
      documents: [],
      grants: [],
    });
    expect(exportText(read)).toBe(text);
    expect(looksExported(text)).toBe(true);
    expect(looksExported(JSON.stringify(answer))).toBe(false);
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (random) => {
        const shuffled = shuffledKeys(JSON.parse(text) as Json, () => random.next().value as number);
        expect(exportText(readExported(JSON.stringify(shuffled), registry))).toBe(text);
      }),
      { numRuns: 30 },
    );
  });

  it('is refused when anything in it was changed', () => {
    const paths: (string | number)[][] = [];
    const walk = (value: Json, path: (string | number)[]) => {
      if (value !== null && typeof value === 'object')
        for (const [key, member] of Object.entries(value))
          walk(member as Json, [...path, Array.isArray(value) ? Number(key) : key]);
      else paths.push(path);
    };
    walk(JSON.parse(text) as Json, []);
    fc.assert(
      fc.property(fc.constantFrom(...paths), jsonArbitrary, (path, value) => {
        const file = JSON.parse(text) as { [key: string | number]: Json };
        const holder = path.slice(0, -1).reduce((inner, key) => inner[key] as typeof file, file);
        const last = path.at(-1) as string;
        fc.pre(JSON.stringify(holder[last]) !== JSON.stringify(value));
        holder[last] = value;
        expect(refusal(JSON.stringify(file))[0]).toMatch(/^export\.(tampered|invalid|newer)$/);
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, (file: JsonObject) => void, string, string]>([
    [
      'a list that hides a provider',
      (f) => void (at(f, 'requires')['profiles'] as Json[]).shift(),
      'export.tampered',
      '$.requires',
    ],
    [
      'a list that hides a key',
      (f) => Object.assign(at(f, 'requires'), { secrets: [] }),
      'export.tampered',
      '$.requires',
    ],
    [
      'a workflow that nothing runs',
      (f) => Object.assign(at(f, 'workflows'), { 'workflows/x.flow.json': { ...polish, id: 'wf_other' } }),
      'export.invalid',
      'x.flow.json',
    ],
    [
      'a prompt that nothing names',
      (f) => Object.assign(at(f, 'prompts'), { 'prompts/x.md': 'x' }),
      'export.invalid',
      'x.md',
    ],
    [
      'a prompt outside the folder',
      (f) => Object.assign(at(f, 'prompts'), { '../x.md': 'x' }),
      'export.invalid',
      '$.prompts',
    ],
    [
      'a prompt that is not there',
      (f) => void delete at(f, 'prompts')['prompts/ask.md'],
      'export.invalid',
      '$.prompts',
    ],
    [
      'a main workflow that is not there',
      (f) => Object.assign(f, { main: 'workflows/x.flow.json' }),
      'export.invalid',
      '$.main',
    ],
    [
      'a workflow outside the folder',
      (f) => Object.assign(at(f, 'workflows'), { '../x.flow.json': polish }),
      'export.invalid',
      '$.workflows',
    ],
    [
      'a profile that nothing names',
      (f) => Object.assign(at(f, 'config', 'profiles'), { x: remote }),
      'export.invalid',
      'profiles.x',
    ],
    [
      'a key in an address',
      (f) => Object.assign(at(f, 'config', 'profiles', 'fast'), { baseUrl: 'https://me:pass@models.example' }),
      'export.invalid',
      'baseUrl',
    ],
    [
      'a key in a query',
      (f) => Object.assign(at(f, 'config', 'profiles', 'fast'), { baseUrl: 'https://models.example/?key=1' }),
      'export.invalid',
      'baseUrl',
    ],
    [
      'an address that is no web address',
      (f) => Object.assign(at(f, 'config', 'profiles', 'fast'), { baseUrl: 'file:///etc/passwd' }),
      'export.invalid',
      'baseUrl',
    ],
    [
      'a key itself',
      (f) => Object.assign(at(f, 'config', 'profiles', 'fast'), { key: 'sk-1' }),
      'export.invalid',
      'fast.key',
    ],
    ['a newer form', (f) => Object.assign(f, { export: 2 }), 'export.newer', '$.export'],
    ['an unknown field', (f) => Object.assign(f, { command: 'rm -rf ~' }), 'export.invalid', '$.command'],
    [
      'a node of a newer release',
      (f) =>
        Object.assign((at(f, 'workflows', 'workflows/answer.flow.json')['nodes'] as JsonObject[])[3] as JsonObject, {
          version: 99,
        }),
      'workflow.newer_node',
      'answer.flow.json',
    ],
    ...[
      '../secrets/*',
      '/etc/*',
      '~/.ssh/*',
      '.ssh/*',
      'a/.git/**',
      '{.ssh,a}/*',
      '{a,}.ssh/*',
      'C:/x/*',
      'a\\..\\b',
      'a//b',
    ].map((pattern): [string, (file: JsonObject) => void, string, string] => [
      `documents ${pattern}`,
      (f) => Object.assign(at(f, 'config', 'collections', 'docs'), { documents: [pattern] }),
      'export.invalid',
      'documents',
    ]),
  ])('with a fitting hash is refused with %s', (_what, change, code, where) => {
    const [got, place] = refusal(forged(change));
    expect(got).toBe(code);
    expect(place).toContain(where);
  });

  it('is refused unread when it is no sound JSON', () => {
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    for (const given of [
      '',
      'null',
      '[]',
      '{}',
      '{"export":1',
      text.slice(0, -20),
      `{"export":1,"x":${deep}}`,
      text.replace('{', '{"__proto__":{},'),
      text.replace('{', '{"export":1,'),
    ])
      expect(refusal(given)[0]).toBe('export.invalid');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
