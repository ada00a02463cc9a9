import { describe, expect, it } from 'vitest';
import type { ModelRequest } from '../../core/capabilities/capabilities.ts';
import { type AppError, isAppError } from '../../core/errors/app-error.ts';
import type { Context } from '../../core/graph/values.ts';
import { abstentionSentence, isAbstention } from '../../core/text/abstention.ts';
import { Profile } from '../../core/workspace/workspace-config.ts';
import { createModelGateway } from './gateway.ts';

function gateway(profiles: { [name: string]: unknown }, secrets: { [name: string]: string } = {}) {
  return createModelGateway({
    profiles: Object.fromEntries(Object.entries(profiles).map(([name, profile]) => [name, Profile.parse(profile)])),
    secrets: (name) => secrets[name],
    clock: { now: () => 0, elapsed: () => 0, sleep: async () => undefined },
  });
}

async function failure(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.catch((thrown: unknown) => thrown);
  if (!isAppError(error)) throw new Error(`no AppError: ${String(error)}`);
  return error;
}

const reader = { use: 'chat', provider: 'built-in', model: 'extractive-reader' };
const context = (...texts: string[]): Context => ({
  text: texts.join('\n'),
  tokens: 10,
  dropped: [],
  chunks: texts.map((text, i) => ({
    id: `c${i}`,
    documentId: 'd',
    file: 'd.md',
    text,
    start: 0,
    end: text.length,
    hash: '',
    metadata: {},
    marker: String(i + 1),
    tokens: 5,
  })),
});
const ask = (question: string, more: Partial<ModelRequest> = {}): ModelRequest => ({
  profile: 'm',
  messages: [{ role: 'user', content: question }],
  question,
  ...more,
});
const facts = context(
  'The invoice export runs every night at two. Exports older than 90 days are deleted.',
  'Passwords are reset from the sign-in page.',
);

describe('createModelGateway', () => {
  it('names the profile that was probably meant', async () => {
    const error = await failure(gateway({ answer: reader }).generate({ profile: 'anwser', messages: [] }));
    expect(error.code).toBe('profile.missing');
    expect(error.message).toContain('Did you mean “answer”?');
    expect(
      (await failure(gateway({ answer: reader }).embed({ profile: 'answer', texts: ['x'], purpose: 'query' }))).code,
    ).toBe('profile.missing');
    expect((await failure(gateway({}).generate({ profile: '__proto__', messages: [] }))).code).toBe('profile.missing');
  });

  it('names the variable of a missing key, and never shows a key', async () => {
    const profile = { use: 'chat', provider: 'anthropic', model: 'claude-sonnet-4-5', secret: 'ANTHROPIC_API_KEY' };
    const unset = await failure(gateway({ m: profile }).generate(ask('x')));
    expect([unset.code, unset.message]).toEqual(['profile.key_missing', 'ANTHROPIC_API_KEY is not set.']);
    const broken = await failure(gateway({ m: profile }, { ANTHROPIC_API_KEY: 'sk-with\nbreak' }).generate(ask('x')));
    expect(broken.code).toBe('profile.key_missing');
    expect(JSON.stringify(broken.toWire())).not.toContain('sk-with');
    const { secret: _, ...none } = profile;
    expect((await failure(gateway({ m: none }).generate(ask('x')))).message).toContain('names no secret');
  });

  it('refuses an address with a password in it', async () => {
    const profile = {
      use: 'chat',
      provider: 'openai-compatible',
      model: 'm',
      baseUrl: 'http://me:pass@127.0.0.1:9/v1',
    };
    const error = await failure(gateway({ m: profile }).generate(ask('x')));
    expect(error.code).toBe('profile.invalid');
    expect(JSON.stringify(error.toWire())).not.toContain('pass@');
  });

  it('says when the profile lacks an ability that the request needs', async () => {
    const profile = {
      use: 'chat',
      provider: 'openai-compatible',
      model: 'm',
      baseUrl: 'http://127.0.0.1:9',
      jsonSchema: false,
    };
    expect((await failure(gateway({ m: profile }).generate(ask('x', { schema: { type: 'object' } })))).code).toBe(
      'provider.capability',
    );
  });

  it('tells about a profile: window from the price table, own window, built in', async () => {
    const models = gateway({
      m: reader,
      a: { use: 'chat', provider: 'anthropic', model: 'claude-sonnet-4-5', secret: 'K' },
      b: { use: 'chat', provider: 'ollama', model: 'llama3', contextWindow: 8000, jsonSchema: false },
      e: { use: 'embedding', provider: 'built-in', model: 'hashing-embedder' },
    });
    expect(await models.info('m')).toMatchObject({ builtIn: true, abilities: { jsonSchema: false, streaming: false } });
    expect((await models.info('a')).contextWindow).toBe(200_000);
    expect(await models.info('b')).toMatchObject({
      contextWindow: 8000,
      abilities: { jsonSchema: false, streaming: true },
    });
    expect([models.isBuiltIn('m'), models.isBuiltIn('a'), models.isBuiltIn('e')]).toEqual([true, false, true]);
  });
});

describe('the built-in reader as a model', () => {
  const models = gateway({ m: reader });

  it('answers with sentences of the context and their marks', async () => {
    const pieces: string[] = [];
    const response = await models.generate(ask('When does the invoice export run?', { context: facts }), {
      onDelta: (piece) => pieces.push(piece),
    });
    expect(response.text).toBe('The invoice export runs every night at two. [1]');
    expect(pieces).toEqual([response.text]);
    expect(response).toMatchObject({
      finish: 'stop',
      provider: 'built-in',
      cost: { nanoUsd: 0, known: true },
      usage: { estimated: true },
    });
  });

  it('abstains by the sentence that the product knows', async () => {
    const response = await models.generate(
      ask('Which colour has the company car of the director?', { context: facts }),
    );
    expect(response.text).toBe(abstentionSentence);
    expect(isAbstention(response.text)).toBe(true);
    expect(isAbstention((await models.generate(ask('How do I export?', { context: context() }))).text)).toBe(true);
  });

  it('takes the last message of the user when no question is given', async () => {
    const messages = [{ role: 'user' as const, content: 'When does the invoice export run?' }];
    expect((await models.generate({ profile: 'm', messages, context: facts })).text).toContain('[1]');
  });

  it('fills the schema of an answer with citations, and refuses others', async () => {
    const schema = {
      type: 'object',
      properties: {
        answer: { type: 'string' },
        citations: {
          type: 'array',
          items: {
            type: 'object',
            properties: { marker: { type: 'string' }, quote: { type: 'string' } },
            required: ['marker', 'quote'],
          },
        },
      },
      required: ['answer', 'citations'],
    };
    const { text } = await models.generate(ask('How are passwords reset?', { context: facts, schema }));
    expect(JSON.parse(text)).toEqual({
      answer: 'Passwords are reset from the sign-in page.',
      citations: [{ marker: '2', quote: 'Passwords are reset from the sign-in page.' }],
    });
    const other = { type: 'object', properties: { mood: { type: 'string' } }, required: ['mood'] };
    expect((await failure(models.generate(ask('x', { context: facts, schema: other })))).code).toBe(
      'provider.capability',
    );
  });

  it('says what is missing when there is no context at all', async () => {
    const error = await failure(models.generate(ask('x')));
    expect(error.code).toBe('provider.capability');
    expect(error.remedy).toContain('context');
  });
});
