import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createModelGateway } from '../../../app/adapters/models/gateway.ts';
import type { CallOptions } from '../../../app/core/capabilities/capabilities.ts';
import { toAppError } from '../../../app/core/errors/app-error.ts';
import { Profile } from '../../../app/core/workspace/workspace-config.ts';
import { type ProviderServer, startProviderServer } from '../../kit/providers/provider-server.ts';
import { type RerankDialect, rerankDialects } from '../../kit/providers/rerank-dialects.ts';

const KEY = 'rerank-key-1234567890';
let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

const texts = ['The office is closed on Sunday.', 'Failed calls are retried three times.', 'Prices per seat.'];
const query = 'How often is a failed call retried?';

function gateway(provider: string, more: object = {}) {
  const waits: number[] = [];
  const models = createModelGateway({
    profiles: {
      r: Profile.parse({
        use: 'rerank',
        provider,
        model: 'rank-1',
        baseUrl: `${server.url}/v2/`,
        secret: 'K',
        ...more,
      }),
      words: Profile.parse({ use: 'rerank', provider: 'built-in', model: 'coverage-reranker' }),
      typo: Profile.parse({ use: 'rerank', provider: 'built-in', model: 'coverage-rerank' }),
      chat: Profile.parse({ use: 'chat', provider: 'built-in', model: 'extractive-reader' }),
    },
    secrets: (name) => (name === 'K' ? KEY : undefined),
    clock: { now: () => 0, elapsed: () => 0, sleep: async (ms) => void waits.push(ms) },
    random: () => 1,
  });
  return { models, waits };
}

describe.each(rerankDialects.map((dialect) => [dialect.provider, dialect] as const))(
  'reranking over %s',
  (provider, dialect) => {
    const ask = (more: object = {}, options: CallOptions = {}) =>
      gateway(provider, more).models.rerank({ profile: 'r', query, texts }, options);
    const failure = async (more: object = {}, options: CallOptions = {}) =>
      toAppError(await ask(more, options).catch((thrown: unknown) => thrown));
    const once = { retry: { attempts: 1 } };

    it('gives each text its score by its place, and says what it used', async () => {
      server.script(
        dialect.answer(
          [
            [1, 0.98],
            [2, 0.1],
            [0, 0.02],
          ],
          { tokens: 61, searches: 1 },
        ),
      );
      const answer = await ask({ prices: { input: 0.05, output: 0, searches: 2 } });
      expect(answer).toMatchObject({
        scores: [0.02, 0.98, 0.1],
        provider,
        model: 'rank-1',
        usage: { inputTokens: 61, outputTokens: 0, estimated: false },
        // 61 tokens at $0.05 a million, and for Cohere a search at $2 a thousand.
        cost: { nanoUsd: 61 * 50 + (provider === 'cohere' ? 2_000_000 : 0), known: true, priceVersion: 'profile' },
      });
      expect(answer.tries).toBeUndefined();
      const [request] = server.requests;
      expect(request).toMatchObject({
        method: 'POST',
        path: '/v2/rerank',
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        body: { model: 'rank-1', query, documents: texts },
      });
      expect(request?.body.top_n ?? request?.body.top_k).toBe(texts.length);
    });

    it('estimates what the service does not count, and knows no price that nobody told', async () => {
      server.script(
        dialect.answer([
          [0, 1],
          [1, 1],
          [2, 1],
        ]),
      );
      const { usage, cost } = await ask();
      expect(usage.estimated).toBe(true);
      // The query is counted with every text.
      expect(usage.inputTokens).toBeGreaterThan(30);
      expect(cost.known).toBe(false);
    });

    it.each<[number, string, string, number]>([
      [400, 'invalid request', 'provider.invalid_request', 1],
      [401, 'invalid api token', 'provider.auth', 1],
      [402, 'insufficient balance', 'provider.quota', 1],
      [403, 'not allowed', 'provider.permission', 1],
      [404, 'model not found', 'provider.model_not_found', 1],
      [429, 'too many requests', 'provider.rate_limit_requests', 6],
      [500, 'internal error', 'provider.http_500', 3],
      [503, 'unavailable', 'provider.http_503', 4],
    ])('knows status %i', async (status, message, code, leastTries) => {
      server.script(dialect.error(status, `${message} ${KEY}`));
      const error = await failure({ breaker: false, retryBudget: { share: 1, atLeast: 100 } });
      expect(error.code).toBe(code);
      expect(error.message).toContain(message);
      expect(JSON.stringify(error.toWire())).not.toContain(KEY);
      if (leastTries === 1) expect(server.requests).toHaveLength(1);
      else expect(server.requests.length).toBeGreaterThan(1);
    });

    it('tries again after as long as the service says', async () => {
      server.script(
        { ...dialect.error(429, 'slow down'), headers: { 'retry-after': '2' } },
        dialect.answer([
          [2, 3],
          [0, 2],
          [1, 1],
        ]),
      );
      const { models, waits } = gateway(provider);
      expect(await models.rerank({ profile: 'r', query, texts })).toMatchObject({
        scores: [2, 1, 3],
        tries: [{ error: 'provider.rate_limit_requests', waitMs: 2000 }, { profile: 'r' }],
      });
      expect(waits).toEqual([2000]);
    });

    it.each<[string, Parameters<RerankDialect['answer']>[0]]>([
      ['a text without a score', [[0, 1]]],
      [
        'a score twice',
        [
          [0, 1],
          [1, 1],
          [1, 1],
        ],
      ],
      [
        'a text that was not sent',
        [
          [0, 1],
          [1, 1],
          [3, 1],
        ],
      ],
      [
        'half a place',
        [
          [0, 1],
          [1, 1],
          [1.5, 1],
        ],
      ],
      [
        'no number',
        [
          [0, 1],
          [1, 1],
          [2, 'much' as never],
        ],
      ],
    ])('refuses %s', async (_, results) => {
      server.script(dialect.answer(results));
      expect((await failure(once)).code).toBe('provider.protocol');
    });

    it.each<[string, object, string]>([
      ['what is no JSON', { body: '<html>' }, 'provider.protocol'],
      ['another answer', { body: '{"ok":true}' }, 'provider.protocol'],
      ['a cut', { body: '{"results":[{"index":0', cutAt: 10 }, 'provider.network'],
      ['a redirect', { status: 302, headers: { location: 'http://example.com' }, body: '' }, 'provider.protocol'],
    ])('tells %s', async (_, reply, code) => {
      server.script(reply as never);
      expect((await failure(once)).code).toBe(code);
    });

    it('tells silence, and ends when it is cancelled', async () => {
      server.script({ ...dialect.answer([[0, 1]]), stallAt: 5 });
      expect((await failure({ ...once, timeouts: { idleMs: 30 } })).code).toBe('provider.timeout_idle');
      const controller = new AbortController();
      server.script({ ...dialect.answer([[0, 1]]), stallAt: 5 });
      const asked = ask({}, { signal: controller.signal });
      asked.catch(() => undefined);
      await vi.waitFor(() => expect(server.requests).toHaveLength(1));
      controller.abort();
      await expect(asked).rejects.toMatchObject({ code: 'run.cancelled' });
    });

    it('falls back to the built-in reranker by policy, and says so', async () => {
      server.script(dialect.error(503, 'unavailable'));
      const answer = await ask({ fallbacks: [{ profile: 'chat' }, { profile: 'words' }], retry: { attempts: 2 } });
      expect(answer).toMatchObject({
        provider: 'built-in',
        fallback: { place: 2, name: 'words', because: 'http.503' },
        cost: { nanoUsd: 0, known: true },
      });
      expect(answer.scores.indexOf(Math.max(...answer.scores))).toBe(1);
      expect(server.requests).toHaveLength(2);
    });

    it('sends no personal data where the profile says so, and asks nobody for nothing', async () => {
      server.script(dialect.answer([]));
      const about = { personal: true, policy: {} } as never;
      expect((await failure({ personalData: false }, { about })).code).toBe('provider.personal_data');
      expect((await gateway(provider).models.rerank({ profile: 'r', query, texts: [] })).scores).toEqual([]);
      expect(server.requests).toEqual([]);
    });
  },
);

describe('reranker profiles', () => {
  it('the built-in one needs nobody and no policy', async () => {
    const { scores, cost, usage } = await gateway('cohere').models.rerank({ profile: 'words', query, texts });
    expect(scores.indexOf(Math.max(...scores))).toBe(1);
    expect(cost).toMatchObject({ nanoUsd: 0, known: true });
    expect(usage).toMatchObject({ inputTokens: 0 });
  });

  it.each<[string, string, string]>([
    ['words1', 'profile.missing', 'Did you mean “words”?'],
    ['chat', 'profile.missing', 'is not a reranker'],
    ['typo', 'profile.invalid', 'Did you mean “coverage-reranker”?'],
  ])('%s is refused', async (profile, code, words) => {
    const asked = gateway('cohere').models.rerank({ profile, query, texts });
    await expect(asked).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it('wants a key for the services themselves', async () => {
    const asked = gateway('jina', { baseUrl: undefined, secret: 'NONE' }).models.rerank({ profile: 'r', query, texts });
    await expect(asked).rejects.toMatchObject({ code: 'profile.key_missing' });
  });
});
