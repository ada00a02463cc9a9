import { describe, expect, it } from 'vitest';
import { registry } from '../../nodes/registry.ts';
import { sha256Hex } from '../core/graph/hash.ts';
import { Workflow } from '../core/graph/workflow.ts';
import { buildPlan } from '../core/plan/plan.ts';
import type { RunSnapshot } from './engine-ports.ts';
import { StepIdentity } from './step-identity.ts';
import { StepSources } from './step-sources.ts';

const node = (id: string, type: string, config: object, parent?: string) => ({
  ...{ id, type, version: 1, config },
  ...(parent !== undefined && { parent }),
});
const edges = (...wires: string[]) =>
  wires.map((wire, i) => {
    const [from = '', to = ''] = wire.split(' > ');
    const end = (place: string) => ({ node: place.split('.')[0], port: place.split('.')[1] });
    return { id: `e${i}`, from: end(from), to: end(to) };
  });

/** A prompt, filled with what a search found, for a model in a map; and a model beside that reads another prompt. */
const workflow = Workflow.parse({
  format: 1,
  id: 'wf_sources',
  name: 'Sources',
  inputs: { question: { type: 'text' }, items: { type: 'list' } },
  resources: {
    prompts: { first: { file: 'prompts/first.md' }, second: { file: 'prompts/second.md' } },
    collections: { docs: { name: 'handbook' } },
  },
  nodes: [
    node('question', 'input', { name: 'question' }),
    node('items', 'input', { name: 'items' }),
    node('search', 'retriever', { collection: 'docs', mode: 'text' }),
    node('context', 'context', {}),
    node('prompt', 'prompt', { prompt: 'first', variables: ['context'] }),
    node('each', 'map', {}),
    node('inner', 'model', { profile: 'fast' }, 'each'),
    node('aside', 'prompt', { prompt: 'second', variables: ['question'] }),
    node('other', 'model', { profile: 'fast' }),
    node('plain', 'model', { profile: 'fast' }),
  ],
  edges: edges(
    'question.value > search.query',
    'search.chunks > context.chunks',
    'context.context > prompt.context',
    'items.value > each.items',
    'prompt.messages > inner.messages',
    'inner.text > each.result',
    'question.value > aside.question',
    'aside.messages > other.messages',
    'items.value > plain.messages',
  ),
});

function setup(change: { prompts?: { [alias: string]: string }; docs?: string } = {}) {
  const asked: string[] = [];
  const snapshot: RunSnapshot = { workflow, prompts: { first: 'one', second: 'two', ...change.prompts }, profiles: {} };
  const ports = {
    hash: sha256Hex,
    fingerprint: async ({ kind, name }: { kind: string; name: string }) => {
      asked.push(`${kind} ${name}`);
      return change.docs ?? 'v1';
    },
  };
  const sources = new StepSources(buildPlan(workflow, registry).root, new StepIdentity(ports, snapshot));
  return { sources, asked };
}

describe('what the answers of a step rest on', () => {
  it('is what it and all before it read, through containers, and nothing beside', async () => {
    const { sources, asked } = setup();
    const all = { inner: await sources.of('each[3]/inner'), other: await sources.of('other') };
    expect(await sources.of('plain')).toBe('');
    const changed = async (change: Parameters<typeof setup>[0]) => {
      const { sources: now } = setup(change);
      return [(await now.of('each[0]/inner')) !== all.inner, (await now.of('other')) !== all.other];
    };
    expect(await changed({})).toEqual([false, false]);
    expect(await changed({ prompts: { first: 'One' } })).toEqual([true, false]);
    expect(await changed({ prompts: { second: 'Two' } })).toEqual([false, true]);
    expect(await changed({ docs: 'v2' })).toEqual([true, false]);
    // By the workspace's name, once a run.
    await sources.of('each[4]/inner');
    expect(asked).toEqual(['collection handbook']);
  });
});
