import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeptResponse, ResponseFacts, ResponseStore } from '../../core/cache/kept-responses.ts';
import type { CallAbout, CallOptions } from '../../core/capabilities/capabilities.ts';
import { AppError } from '../../core/errors/app-error.ts';
import type { JsonObject } from '../../core/graph/json.ts';
import type { Policy } from '../../core/graph/workflow.ts';
import { Profile } from '../../core/workspace/workspace-config.ts';
import type { GatewayCall } from './call-stages.ts';
import { KeptResponses } from './response-cache.ts';

const answer = (text: string, more: JsonObject = {}): JsonObject => ({
  text,
  finish: 'stop',
  usage: { inputTokens: 10, outputTokens: 5, estimated: false },
  cost: { nanoUsd: 900, known: true, priceVersion: '2026-11' },
  model: 'm-1',
  provider: 'openai-compatible',
  ms: 40,
  firstMs: 4,
  ...more,
});

class MemoryStore implements ResponseStore {
  readonly rows = new Map<string, KeptResponse & { storedAt: number; facts: ResponseFacts; ttlMs: number }>();
  time = 0;
  async take(key: string) {
    return this.rows.get(key);
  }
  async put(key: string, kept: KeptResponse, facts: ResponseFacts, ttlMs: number) {
    this.rows.set(key, { ...structuredClone(kept), storedAt: this.time, facts, ttlMs });
  }
}

const about = (policy: Policy, more: Partial<CallAbout> = {}): CallAbout => ({
  ...{ runId: 'run_1', workflowId: 'wf_a', workflowHash: 'h', step: 'm', node: 'm', attempt: 1, call: 0 },
  ...{ personal: false, policy, tags: [], prompt: () => undefined, sources: async () => '' },
  ...more,
});
const asked: Policy = { calls: { cache: { ttlMs: 1000 } } };

function call(
  text: string,
  options: CallOptions = {},
  more: Partial<GatewayCall> & { settings?: object } = {},
): GatewayCall {
  const { settings, ...rest } = more;
  return {
    kind: 'chat',
    name: 'fast',
    profile: Profile.parse({ use: 'chat', provider: 'openai-compatible', model: 'm-1', ...settings }),
    request: { profile: 'fast', messages: [{ role: 'user', content: text }] },
    options: { about: about(asked), ...options },
    ...rest,
  };
}

function setup() {
  const store = new MemoryStore();
  const cache = new KeptResponses({ store: async () => store, now: () => store.time });
  let asks = 0;
  /** Answers by script: pieces, or an error. */
  const work =
    (pieces: readonly string[], more: JsonObject = {}) =>
    async ({ onDelta }: CallOptions): Promise<JsonObject> => {
      asks += 1;
      for (const piece of pieces) {
        await Promise.resolve();
        onDelta?.(piece);
      }
      return answer(pieces.join(''), more);
    };
  return { store, cache, work, asks: () => asks };
}

/** What a viewer has before it in the end. */
function viewer() {
  const shown: string[] = [];
  const options: CallOptions = { onDelta: (text) => shown.push(text), onRestart: () => shown.splice(0) };
  return { shown, options };
}

const down = () => new AppError('provider.http_500', { message: 'Down.' });

describe('kept answers', () => {
  it('answer an equal call in the same pieces, for nothing, and say so', async () => {
    const { cache, work, store, asks } = setup();
    const first = await cache.answer(call('q'), work(['It ', 'takes ', 'days.']));
    expect(first).toMatchObject({ text: 'It takes days.', ms: 40 });
    expect(first).not.toHaveProperty('cached');
    store.time = 90_000;
    const { shown, options } = viewer();
    const again = await cache.answer(call('q', options), work(['never']));
    expect(asks()).toBe(1);
    expect(shown).toEqual(['It ', 'takes ', 'days.']);
    expect(again).toEqual({
      ...answer('It takes days.', { ms: 0 }),
      firstMs: undefined,
      usage: { inputTokens: 0, outputTokens: 0, estimated: false },
      cost: { nanoUsd: 0, known: true, priceVersion: '2026-11' },
      cached: { key: [...store.rows.keys()][0], ageMs: 90_000, savedNanoUsd: 900 },
    });
    const [row] = [...store.rows.values()];
    expect(row).toMatchObject({ ttlMs: 1000, facts: { workflowId: 'wf_a', node: 'm', nanoUsd: 900 } });
    expect(JSON.stringify(row)).not.toContain('"q"');
  });

  it('are kept only where a policy says so: of a profile at temperature 0, of a node at any', async () => {
    const kept = { settings: { cache: { ttlMs: 1000 } } };
    const at = (temperature: number | undefined) => ({
      request: { profile: 'fast', messages: [], ...(temperature !== undefined && { temperature }) },
    });
    const times = async (given: GatewayCall) => {
      const { cache, work, asks } = setup();
      for (let n = 0; n < 2; n += 1) await cache.answer(given, work(['a']));
      return asks();
    };
    const plain: CallOptions = { about: about({}) };
    expect(await times(call('q', plain))).toBe(2);
    expect(await times(call('q', plain, { ...kept, ...at(0) }))).toBe(1);
    expect(await times(call('q', plain, { ...kept, ...at(0.7) }))).toBe(2);
    expect(await times(call('q', plain, { ...kept, ...at(undefined) }))).toBe(2);
    expect(await times(call('q', { about: about(asked) }, at(0.7)))).toBe(1);
    expect(await times(call('q', { about: about({ calls: { cache: false } }) }, { ...kept, ...at(0) }))).toBe(2);
    // Personal payloads lie nowhere open; who may call tools acts.
    expect(await times(call('q', { about: about(asked, { personal: true }) }))).toBe(2);
    const tools = [{ name: 'pay', description: '', parameters: {} }];
    expect(await times(call('q', {}, { request: { messages: [], tools } }))).toBe(2);
    expect(await times(call('q', {}, { request: { messages: [], tools: [] } }))).toBe(1);
  });

  it('never cross scopes, prompts or documents; vectors depend on their texts alone', async () => {
    const { cache, work, asks } = setup();
    const of = (scope: string, sources: string) =>
      call('q', { about: about({ calls: { cache: { ttlMs: 1, scope } } }, { sources: async () => sources }) });
    for (const scope of ['', 'acme', 'globex'])
      for (const sources of ['', 's1', 's2'])
        expect(await cache.answer(of(scope, sources), work(['a']))).not.toHaveProperty('cached');
    expect(asks()).toBe(9);
    expect(await cache.answer(of('acme', 's2'), work(['a']))).toHaveProperty('cached');

    const vector = (sources: string): GatewayCall => ({
      ...of('', sources),
      kind: 'embedding',
      request: { profile: 'e', texts: ['x'], purpose: 'query' },
    });
    const vectors = async () => ({ vectors: [[1, 0]], fingerprint: 'f' });
    await cache.answer(vector('s1'), vectors);
    expect(await cache.answer(vector('s2'), vectors)).toMatchObject({ vectors: [[1, 0]], cached: { ageMs: 0 } });
  });

  it('keep no failure, no cut or withheld answer, and none that another gave', async () => {
    for (const more of [
      { finish: 'length' },
      { finish: 'content_filter' },
      { finish: 'tool_calls' },
      { fallback: { place: 1, name: 'other', because: 'http.500' } },
      { provider: 'policy' },
    ]) {
      const { cache, work, store, asks } = setup();
      for (let n = 0; n < 2; n += 1) await cache.answer(call('q'), work(['a'], more));
      expect([asks(), store.rows.size], JSON.stringify(more)).toEqual([2, 0]);
    }
    const { cache, work, store } = setup();
    await expect(cache.answer(call('q'), () => Promise.reject(down()))).rejects.toMatchObject({
      code: 'provider.http_500',
    });
    expect(store.rows.size).toBe(0);
    expect(await cache.answer(call('q'), work(['a'], { tries: [{ profile: 'fast', ms: 1 }] }))).toHaveProperty('tries');
    expect(await cache.answer(call('q'), work([]))).not.toHaveProperty('tries');
  });

  it('are asked for anew, and replaced, when a step is tried again', async () => {
    const { cache, work, asks } = setup();
    await cache.answer(call('q'), work(['wrong']));
    const retried = { about: about(asked, { attempt: 2 }) };
    expect(await cache.answer(call('q', retried), work(['right']))).toMatchObject({ text: 'right' });
    expect(await cache.answer(call('q'), work([]))).toMatchObject({ text: 'right', cached: {} });
    expect(asks()).toBe(2);
  });

  it('cost nobody the answer when the store fails', async () => {
    const failures: unknown[] = [];
    const broken = new AppError('storage.corrupt', { message: 'Damaged.' });
    for (const store of [
      () => Promise.reject(broken),
      async () => ({ take: () => Promise.reject(broken), put: () => Promise.reject(broken) }),
    ]) {
      const cache = new KeptResponses({ store, now: () => 0, onFailure: (error) => failures.push(error) });
      expect(await cache.answer(call('q'), async () => answer('a'))).toMatchObject({ text: 'a' });
    }
    expect(failures).toEqual([broken, broken, broken, broken]);
  });
});

describe('equal calls at once', () => {
  it('share one: a hundred cost as much as one', async () => {
    const { cache, work, asks } = setup();
    const viewers = Array.from({ length: 100 }, viewer);
    const all = await Promise.all(
      viewers.map(({ options }) => cache.answer(call('q', options), work(['a', 'b', 'c']))),
    );
    expect(asks()).toBe(1);
    expect(all.filter((one) => 'cached' in one)).toHaveLength(99);
    expect(all.reduce((sum, { cost }) => sum + (cost as { nanoUsd: number }).nanoUsd, 0)).toBe(900);
    for (const { shown } of viewers) expect(shown).toEqual(['a', 'b', 'c']);
  });

  it('show a late comer what it missed, and nobody anything that is void', async () => {
    const { cache } = setup();
    const [early, late] = [viewer(), viewer()];
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const leading = cache.answer(call('q', early.options), async ({ onDelta, onRestart }) => {
      onDelta?.('half');
      await gate;
      onRestart?.();
      onDelta?.('whole');
      return answer('whole');
    });
    await new Promise((resolve) => setImmediate(resolve));
    const following = cache.answer(call('q', late.options), () => Promise.reject(new Error('asked twice')));
    await new Promise((resolve) => setImmediate(resolve));
    expect(late.shown).toEqual(['half']);
    go();
    expect(await following).toMatchObject({ text: 'whole', cached: { ageMs: 0, savedNanoUsd: 900 } });
    await leading;
    expect([early.shown, late.shown]).toEqual([['whole'], ['whole']]);
  });

  it('go their own ways when the one that asked failed', async () => {
    const { cache, work, asks } = setup();
    const failing = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      throw down();
    };
    const leading = cache.answer(call('q'), failing);
    const { shown, options } = viewer();
    const others = [cache.answer(call('q', options), work(['mine'])), cache.answer(call('q'), work(['own']))];
    await expect(leading).rejects.toMatchObject({ code: 'provider.http_500' });
    expect((await Promise.all(others)).map(({ text }) => text)).toEqual(['mine', 'own']);
    expect([asks(), shown]).toEqual([2, ['mine']]);
  });

  it('follow the next one when the one that asked was cancelled; who is cancelled while following cancels nobody', async () => {
    const { cache, work, asks } = setup();
    const [leader, follower] = [new AbortController(), new AbortController()];
    const hanging = ({ signal, onDelta }: CallOptions) =>
      new Promise<JsonObject>((_, reject) => {
        onDelta?.('void');
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    const leading = cache.answer(call('q', { signal: leader.signal }), hanging);
    await new Promise((resolve) => setImmediate(resolve));
    const gone = cache.answer(call('q', { signal: follower.signal }), work(['never']));
    const { shown, options } = viewer();
    const next = cache.answer(call('q', options), work(['next']));
    const last = cache.answer(call('q'), work(['never']));
    await new Promise((resolve) => setImmediate(resolve));
    follower.abort(new Error('not needed'));
    await expect(gone).rejects.toThrow('not needed');
    expect(asks()).toBe(0);
    leader.abort(new Error('cancelled'));
    await expect(leading).rejects.toThrow('cancelled');
    expect((await Promise.all([next, last])).map(({ text }) => text)).toEqual(['next', 'next']);
    expect([asks(), shown]).toEqual([1, ['next']]);
  });

  it('are not harmed by what one of them does with its pieces', async () => {
    const { cache, work } = setup();
    const leading = cache.answer(call('q'), work(['a', 'b']));
    const bad = cache.answer(
      call('q', {
        onDelta: () => {
          throw new Error('of its own');
        },
      }),
      work([]),
    );
    const good = cache.answer(call('q'), work([]));
    await expect(bad).rejects.toThrow('of its own');
    expect((await Promise.all([leading, good])).map(({ text }) => text)).toEqual(['ab', 'ab']);
  });

  it('give each caller the answer to its own question, whatever fails and whoever leaves', async () => {
    const event = fc.record({
      question: fc.nat(2),
      outcome: fc.constantFrom('good', 'fails', 'leaves'),
      waits: fc.nat(4),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 14 }), async (events) => {
        const { cache, store } = setup();
        const turn = () => new Promise((resolve) => setImmediate(resolve));
        const calls = events.map(async ({ question, outcome, waits }) => {
          for (let n = 0; n < waits; n += 1) await turn();
          const { shown, options } = viewer();
          const leaving = new AbortController();
          if (outcome === 'leaves') void turn().then(() => leaving.abort(new Error('left')));
          const result = await cache
            .answer(call(`q${question}`, { ...options, signal: leaving.signal }), async ({ onDelta, signal }) => {
              onDelta?.('a');
              await turn();
              await turn();
              signal?.throwIfAborted();
              if (outcome === 'fails') throw down();
              onDelta?.(String(question));
              return answer(`a${question}`);
            })
            .catch((thrown: Error) => thrown.message);
          if (typeof result === 'string') expect(result).toBe(outcome === 'leaves' ? 'left' : 'Down.');
          else {
            expect(result['text']).toBe(`a${question}`);
            expect(shown.join('')).toBe(`a${question}`);
          }
          return result;
        });
        await Promise.all(calls);
        for (const { response } of store.rows.values()) expect(response['text']).toMatch(/^a[0-2]$/);
        // Nothing is left under way: who asks now is answered.
        for (const question of [0, 1, 2])
          expect(await cache.answer(call(`q${question}`), async () => answer(`a${question}`))).toMatchObject({
            text: `a${question}`,
          });
      }),
      { numRuns: 60 },
    );
  });
});
