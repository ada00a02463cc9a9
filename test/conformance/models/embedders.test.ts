import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModelGateway } from '../../../app/adapters/models/gateway.ts';
import { isAppError } from '../../../app/core/errors/app-error.ts';
import { Profile } from '../../../app/core/workspace/workspace-config.ts';
import { type ProviderServer, type ScriptedReply, startProviderServer } from '../../kit/providers/provider-server.ts';

interface EmbeddingDialect {
  provider: string;
  answer(vectors: number[][], tokens: number | undefined): ScriptedReply;
  textsOf(body: { [key: string]: never }): unknown[];
}

const dialects: EmbeddingDialect[] = [
  {
    provider: 'openai-compatible',
    answer: (vectors, tokens) => ({
      body: JSON.stringify({
        object: 'list',
        model: 'm',
        data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
        ...(tokens !== undefined && { usage: { prompt_tokens: tokens, total_tokens: tokens } }),
      }),
    }),
    textsOf: (body) => body['input'] ?? [],
  },
  {
    provider: 'google',
    answer: (vectors, tokens) => ({
      body: JSON.stringify({
        embeddings: vectors.map((values) => ({ values })),
        ...(tokens !== undefined && { usageMetadata: { promptTokenCount: tokens } }),
      }),
    }),
    textsOf: (body) =>
      ((body['requests'] ?? []) as { content: { parts: { text: string }[] } }[]).map(
        (one) => one.content.parts[0]?.text,
      ),
  },
  {
    provider: 'ollama',
    answer: (vectors, tokens) => ({
      body: JSON.stringify({
        model: 'm',
        embeddings: vectors,
        ...(tokens !== undefined && { prompt_eval_count: tokens }),
      }),
    }),
    textsOf: (body) => body['input'] ?? [],
  },
];

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

function gateway(provider: string, more: object = {}) {
  const profile = Profile.parse(
    provider === 'built-in'
      ? { use: 'embedding', provider, model: 'hashing-embedder', ...more }
      : { use: 'embedding', provider, model: 'embed-1', baseUrl: server.url, secret: 'KEY', batch: 2, ...more },
  );
  return createModelGateway({
    profiles: { e: profile },
    secrets: () => 'embedding-key-1234',
    clock: { now: () => 0, elapsed: () => 0, sleep: async () => undefined },
  });
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.catch((thrown: unknown) => thrown);
  return isAppError(error) ? error.code : `no AppError: ${String(error)}`;
}

describe.each([...dialects.map((dialect) => dialect.provider), 'built-in'])('embedding over %s', (provider) => {
  it('gives one vector of unit length a text, the same for the same text, and a fingerprint', async () => {
    const dialect = dialects.find((one) => one.provider === provider);
    if (dialect)
      server.script(
        dialect.answer(
          [
            [3, 4],
            [0, 2],
          ],
          9,
        ),
        dialect.answer([[3, 4]], 4),
      );
    const texts = ['one\ntwo', 'other words', 'one\ntwo'];
    const response = await gateway(provider).embed({ profile: 'e', texts, purpose: 'document' });
    expect(response.vectors).toHaveLength(3);
    for (const vector of response.vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 9);
    expect(response.vectors[2]).toEqual(response.vectors[0]);
    expect(response.vectors[1]).not.toEqual(response.vectors[0]);
    expect(response.fingerprint).toContain(String(response.vectors[0]?.length));
    expect(response.usage.inputTokens).toBeGreaterThan(5);
    if (dialect) {
      expect(response.usage).toEqual({ inputTokens: 13, outputTokens: 0, estimated: false });
      expect(server.requests.map((request) => dialect.textsOf(request.body))).toEqual([
        ['one\ntwo', 'other words'],
        ['one\ntwo'],
      ]);
    }
  });

  it('gives nothing for nothing', async () => {
    expect((await gateway(provider).embed({ profile: 'e', texts: [], purpose: 'query' })).vectors).toEqual([]);
  });
});

describe.each(dialects.map((dialect) => [dialect.provider, dialect] as const))(
  'embedding errors over %s',
  (provider, dialect) => {
    const ask = (more: object = {}, texts = ['a', 'b']) =>
      gateway(provider, more).embed({ profile: 'e', texts, purpose: 'query' });

    it('classifies refusals, wrong counts and wrong lengths, and asks once', async () => {
      server.script({ status: 401, body: '{"error":{"message":"no"}}' });
      expect(await codeOf(ask())).toBe('provider.auth');
      expect(server.requests).toHaveLength(1);
      server.script(dialect.answer([[1, 0]], 1));
      expect(await codeOf(ask())).toBe('provider.protocol');
      server.script(dialect.answer([[1, 0], [1]], 1));
      expect(await codeOf(ask())).toBe('provider.protocol');
      server.script(
        dialect.answer(
          [
            [1, 0],
            [0, 0],
          ],
          1,
        ),
      );
      expect(await codeOf(ask())).toBe('provider.protocol');
      server.script(
        dialect.answer(
          [
            [1, 0],
            [0, 1],
          ],
          1,
        ),
      );
      expect(await codeOf(ask({ dimensions: 8 }))).toBe('provider.protocol');
      server.script({ body: '<html></html>' });
      expect(await codeOf(ask())).toBe('provider.protocol');
      server.script({
        ...dialect.answer(
          [
            [1, 0],
            [0, 1],
          ],
          1,
        ),
        cutAt: 20,
      });
      expect(await codeOf(ask())).toBe('provider.network');
    });

    it('asks for the number of dimensions that the profile says', async () => {
      server.script(dialect.answer([[1, 0, 0, 0, 0, 0, 0, 0]], 1));
      await ask({ dimensions: 8 }, ['a']);
      expect(JSON.stringify(server.requests[0]?.body)).toMatch(/"(dimensions|outputDimensionality)":8/);
    });

    it('estimates usage that is not reported', async () => {
      server.script(dialect.answer([[1, 0]], undefined));
      const { usage } = await ask({}, ['five words are in here']);
      expect(usage.estimated).toBe(true);
      expect(usage.inputTokens).toBeGreaterThan(3);
    });
  },
);
