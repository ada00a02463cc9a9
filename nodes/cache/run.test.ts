import { describe, expect, it } from 'vitest';
import type { CacheEntry } from '../../app/core/capabilities/capabilities.ts';
import type { Workflow } from '../../app/core/graph/workflow.ts';
import { AppError, type Json } from '../../app/core/nodekit/index.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { check } from './check.ts';
import { cache } from './manifest.ts';
import { run } from './run.ts';

function world() {
  const entries = new Map<string, CacheEntry>();
  const state = { now: 1_000_000, calls: 0 };
  async function ask(
    key: Json,
    options: { config?: object; definition?: string; body?: () => Promise<{ [port: string]: Json }> } = {},
  ) {
    return runNode(cache, run, {
      config: options.config ?? { ttlMs: 1000 },
      inputs: { key },
      step: { definition: options.definition ?? 'd1' },
      cap: {
        cache: {
          get: async ({ key }) => entries.get(key) ?? null,
          put: async ({ key, value, ttlMs }) => {
            entries.set(key, { value, storedAt: state.now, expiresAt: state.now + ttlMs });
            return { stored: true };
          },
        },
        clock: { now: () => state.now },
        body: {
          run: async (index, sources) => {
            expect(index).toBe(0);
            expect(sources).toEqual({ key });
            state.calls += 1;
            return options.body ? options.body() : { value: `made ${state.calls}` };
          },
        },
      },
    });
  }
  return { entries, state, ask };
}

describe('cache', () => {
  it('runs its body once for equal keys, and says so', async () => {
    const { state, ask } = world();
    const first = await ask({ q: 'Why?', n: 1 });
    expect(first.outputs).toEqual({
      value: 'made 1',
      hit: false,
      info: { key: expect.stringMatching(/^[0-9a-f]{12}$/), hit: false, ageMs: 0 },
    });
    state.now += 400;
    const second = await ask({ n: 1, q: 'Why?' });
    expect(second.outputs).toEqual({
      value: 'made 1',
      hit: true,
      info: { ...(first.outputs['info'] as object), hit: true, ageMs: 400 },
    });
    expect(second.detail).toEqual(second.outputs['info']);
    expect(state.calls).toBe(1);
  });

  it.each<[string, Json, object]>([
    ['another key', 'b', {}],
    ['a key of another type', ['a'], {}],
    ['another namespace', 'a', { config: { ttlMs: 1000, namespace: 'v2' } }],
    ['an edited body', 'a', { definition: 'd2' }],
  ])('makes %s anew', async (_name, key, options) => {
    const { state, ask } = world();
    await ask('a');
    expect((await ask(key, options)).outputs['hit']).toBe(false);
    expect(state.calls).toBe(2);
  });

  it('makes it anew when it is no longer fresh', async () => {
    const { state, ask } = world();
    await ask('a');
    state.now += 1000;
    expect((await ask('a')).outputs).toMatchObject({ hit: false, value: 'made 2' });
  });

  it('keeps null, which is a value', async () => {
    const { state, ask } = world();
    await ask('a', { body: async () => ({ value: null }) });
    expect((await ask('a')).outputs).toMatchObject({ hit: true, value: null });
    expect(state.calls).toBe(1);
  });

  it('keeps neither errors nor silence', async () => {
    const { entries, ask } = world();
    await expect(
      ask('a', { body: () => Promise.reject(new AppError('output.empty', { message: 'Empty.' })) }),
    ).rejects.toMatchObject({ code: 'output.empty' });
    expect((await ask('a', { body: async () => ({}) })).outputs).toMatchObject({ hit: false });
    expect((await ask('a', { body: async () => ({}) })).outputs).not.toHaveProperty('value');
    expect(entries.size).toBe(0);
  });

  it('shows nothing of the key itself', async () => {
    const { entries, ask } = world();
    const { outputs, detail } = await ask('ada@example.org');
    expect(JSON.stringify([...entries.keys(), outputs['info'], detail])).not.toContain('ada');
  });
});

describe('check', () => {
  const node = (id: string, parent?: string) => ({ id, type: 'x', version: 1, config: {}, ...(parent && { parent }) });
  const edge = (id: string, from: [string, string], to: [string, string]) => ({
    id,
    from: { node: from[0], port: from[1] },
    to: { node: to[0], port: to[1] },
  });
  const about = (edges: ReturnType<typeof edge>[]) => ({
    nodeId: 'c',
    connected: new Set<string>(),
    prompts: new Map<string, string>(),
    workflow: {
      nodes: [node('a'), node('c'), node('m', 'c'), node('in', 'm')],
      edges,
    } as unknown as Workflow,
  });
  const config = cache.config.parse({});

  it('is content with a body', async () => {
    const edges = [
      edge('1', ['a', 'out'], ['c', 'key']),
      edge('2', ['c', 'key'], ['m', 'items']),
      edge('3', ['m', 'results'], ['c', 'value']),
      edge('4', ['m', 'item'], ['in', 'x']),
    ];
    expect(await check(config, about(edges))).toEqual([]);
  });

  it('refuses to keep what is marked personal: its entries are not encrypted', async () => {
    const into = edge('1', ['m', 'results'], ['c', 'value']);
    for (const id of ['c', 'm', 'a']) {
      const given = about([into]);
      const nodes = given.workflow.nodes.map((one) => (one.id === id ? { ...one, personal: true } : one));
      const found = await check(config, { ...given, workflow: { ...given.workflow, nodes } });
      expect(found.map(({ severity }) => severity)).toEqual(id === 'a' ? [] : ['error']);
    }
  });
});
