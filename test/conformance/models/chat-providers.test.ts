import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createModelGateway, type ModelGateway } from '../../../app/adapters/models/gateway.ts';
import type { ModelRequest } from '../../../app/core/capabilities/capabilities.ts';
import { type AppError, isAppError } from '../../../app/core/errors/app-error.ts';
import type { ErrorCode } from '../../../app/core/errors/error-codes.ts';
import { Profile } from '../../../app/core/workspace/workspace-config.ts';
import { type Dialect, dialects, type ErrorKind } from '../../kit/providers/dialects.ts';
import { type ProviderServer, startProviderServer } from '../../kit/providers/provider-server.ts';

const canary = 'sk-canary-7f3a91c2e5d84b06';
const request: ModelRequest = {
  profile: 'answer',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Say hello.' },
  ],
};
const schema = {
  type: 'object',
  properties: { answer: { type: 'string' } },
  required: ['answer'],
  additionalProperties: false,
};
// In all, time enough for a machine that is busy with other tests.
const timeouts = { connectMs: 2000, idleMs: 250, totalMs: 20_000 };

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

function gatewayFor(dialect: Dialect, more: object = {}): ModelGateway {
  const profile = Profile.parse({
    use: 'chat',
    provider: dialect.provider,
    model: 'some-model',
    baseUrl: server.url + dialect.basePath,
    secret: 'CANARY_KEY',
    timeouts,
    // What one try makes of an answer; when to try again is the pipeline's.
    retry: { attempts: 1 },
    ...more,
  });
  return createModelGateway({
    profiles: { answer: profile },
    secrets: (name) => (name === 'CANARY_KEY' ? canary : undefined),
    clock: {
      now: () => Date.parse('2026-06-01T00:00:00Z'),
      elapsed: () => performance.now(),
      sleep: async () => undefined,
    },
  });
}

/** What each can report apart, and how it comes out: parts of the 20 tokens in and the 7 out. */
const usages: { [provider in Dialect['provider']]: [object, object] } = {
  'openai-compatible': [
    { cached: 4, reasoning: 3 },
    { cachedInputTokens: 4, reasoningTokens: 3 },
  ],
  anthropic: [
    { cached: 4, written: 5 },
    { cachedInputTokens: 4, cacheWriteTokens: 5 },
  ],
  google: [
    { cached: 4, reasoning: 3 },
    { cachedInputTokens: 4, reasoningTokens: 3 },
  ],
  ollama: [{}, {}],
};

async function failure(promise: Promise<unknown>): Promise<AppError> {
  const thrown = await promise.then(
    (value) => expect.fail(`expected an error, got ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (!isAppError(thrown)) throw thrown;
  expect(JSON.stringify(thrown.toWire())).not.toContain(canary);
  return thrown;
}

describe.each(dialects.map((dialect) => [dialect.provider, dialect] as const))('chat over %s', (_, dialect) => {
  it('gives text, finish, model and the usage that was reported', async () => {
    const [said, counted] = usages[dialect.provider];
    server.script(
      dialect.answer({
        pieces: ['Hello', ' wörld', '!'],
        usage: { input: 20, output: 7, ...said },
        model: 'the-model-1',
      }),
    );
    const response = await gatewayFor(dialect).generate(request);
    expect(response).toMatchObject({
      text: 'Hello wörld!',
      finish: 'stop',
      model: 'the-model-1',
      provider: dialect.provider,
    });
    expect(response.usage).toEqual({ inputTokens: 20, outputTokens: 7, estimated: false, ...counted });
    expect(response.cost).toMatchObject({ known: false, nanoUsd: 0 });
    expect(server.requests).toHaveLength(1);
    expect(dialect.keyOf(server.requests[0]?.headers ?? {})).toContain(canary);
    expect(JSON.stringify(server.requests[0]?.body)).toContain('Say hello.');
  });

  it('streams every piece in order, from bytes cut anywhere', async () => {
    server.script({
      ...dialect.answer({ pieces: ['a', 'β', '🙂', ' end'], usage: { input: 1, output: 4 } }),
      pieceBytes: 3,
    });
    const pieces: string[] = [];
    const response = await gatewayFor(dialect).generate(request, { onDelta: (piece) => pieces.push(piece) });
    expect(response.text).toBe('aβ🙂 end');
    expect(pieces.join('')).toBe(response.text);
    expect(pieces.length).toBeGreaterThan(1);
    expect(response.firstMs).toBeLessThanOrEqual(response.ms);
  });

  it('passes settings and the JSON Schema on', async () => {
    server.script(dialect.answer({ pieces: ['{"answer":"hello"}'] }));
    const response = await gatewayFor(dialect).generate({
      ...request,
      schema,
      temperature: 0.3,
      maxTokens: 55,
      stop: ['END'],
    });
    expect(JSON.parse(response.text)).toEqual({ answer: 'hello' });
    const body = server.requests[0]?.body;
    expect(dialect.schemaOf(body)).toMatchObject({ type: 'object', required: ['answer'] });
    const sent = JSON.stringify(body);
    for (const setting of ['0.3', '55', '"END"']) expect(sent).toContain(setting);
  });

  // Anthropic's protocol has no answer without usage.
  if (dialect.provider !== 'anthropic') {
    it('marks usage as estimated when none is reported', async () => {
      server.script(dialect.answer({ pieces: ['Hello there'] }));
      const { usage } = await gatewayFor(dialect).generate(request);
      expect(usage.estimated).toBe(true);
      expect(usage.inputTokens).toBeGreaterThan(5);
      expect(usage.outputTokens).toBeGreaterThan(0);
    });
  }

  it('says when the answer was cut at its limit', async () => {
    server.script(dialect.answer({ pieces: ['Hel'], finish: 'length' }));
    expect((await gatewayFor(dialect).generate(request)).finish).toBe('length');
  });

  const ollama = dialect.provider === 'ollama';
  const cases: [number, ErrorKind, ErrorCode][] = [
    [dialect.provider === 'google' ? 400 : 401, 'auth', 'provider.auth'],
    [403, 'permission', 'provider.permission'],
    [429, 'requests', 'provider.rate_limit_requests'],
    [429, 'tokens', ollama ? 'provider.rate_limit_requests' : 'provider.rate_limit_tokens'],
    [dialect.provider === 'anthropic' || ollama ? 402 : 429, 'quota', 'provider.quota'],
    [400, 'context', 'provider.context_window'],
    [404, 'model', 'provider.model_not_found'],
    [400, 'invalid', 'provider.invalid_request'],
    [500, 'server', 'provider.http_500'],
    [502, 'server', 'provider.http_502'],
    [503, 'overloaded', dialect.provider === 'anthropic' ? 'provider.overloaded' : 'provider.http_503'],
    [529, 'overloaded', 'provider.overloaded'],
    [504, 'server', 'provider.http_504'],
    [408, 'server', 'provider.http_408'],
    [409, 'invalid', 'provider.http_409'],
  ];
  it.each(cases)('status %i (%s) is %s, asked once', async (status, kind, code) => {
    const reply = dialect.error(status, kind);
    server.script({ ...reply, headers: { ...reply.headers, 'retry-after': '3' } });
    const error = await failure(gatewayFor(dialect).generate(request));
    expect(error.code).toBe(code);
    expect(error.data).toMatchObject({ status, retryAfterMs: 3000, provider: dialect.provider });
    expect(error.where).toContain('profile answer');
    expect(error.remedy).toBeTruthy();
    expect(server.requests).toHaveLength(1);
  });

  it('does not repeat a key that the provider echoes', async () => {
    const echo = `bad key ${canary} / ${Buffer.from(canary).toString('base64')} / ${encodeURIComponent(`${canary}/`)}`;
    server.script({ status: 401, body: JSON.stringify({ error: { message: echo, type: 'x' } }) });
    const error = await failure(gatewayFor(dialect).generate(request));
    expect(error.message).toContain('[secret]');
    expect(error.message).not.toContain(Buffer.from(canary).toString('base64').slice(0, 20));
  });

  it('turns a cut at any place into a typed error, never into a shorter answer', async () => {
    const answer = dialect.answer({ pieces: ['Hello', ' world'], usage: { input: 2, output: 2 } });
    const length = Buffer.byteLength(answer.body as string);
    const ends = dialect.provider === 'openai-compatible' ? 0.6 : 0.8;
    for (let at = 0; at < length * ends; at += Math.ceil(length / 12)) {
      server.script({ ...answer, cutAt: at });
      const error = await failure(gatewayFor(dialect).generate(request));
      expect(['provider.stream', 'provider.network']).toContain(error.code);
    }
  });

  it('tells an answer that merely stops from a complete one', async () => {
    const answer = dialect.answer({ pieces: ['Hello', ' world'] });
    const body = (answer.body as string).slice(0, (answer.body as string).indexOf(' world'));
    server.script({ ...answer, body: body.slice(0, body.lastIndexOf('\n') + 1) });
    expect((await failure(gatewayFor(dialect).generate(request))).code).toBe('provider.stream');
  });

  it('reports an error event in the middle of a stream', async () => {
    server.script(dialect.brokenStream());
    const error = await failure(gatewayFor(dialect).generate(request));
    expect(error.code).toBe(dialect.provider === 'ollama' ? 'provider.stream' : 'provider.http_500');
    expect(error.message).toMatch(/error|terminated/);
  });

  it('reports what is not in the protocol', async () => {
    const headers = { 'content-type': dialect.provider === 'ollama' ? 'application/x-ndjson' : 'text/event-stream' };
    for (const body of ['data: {"choices": [}\n\n{nonsense\n', '<html>Sign in</html>\n']) {
      server.script({ headers, body });
      expect((await failure(gatewayFor(dialect).generate(request))).code).toBe('provider.protocol');
    }
  });

  it('limits silence and the whole', async () => {
    const answer = dialect.answer({ pieces: ['Hello', ' world'] });
    server.script({ ...answer, stallAt: 60 });
    expect((await failure(gatewayFor(dialect).generate(request))).code).toBe('provider.timeout_idle');
    server.script({ ...answer, delayMs: 600 });
    const total = { timeouts: { ...timeouts, totalMs: 200 } };
    expect((await failure(gatewayFor(dialect, total).generate(request))).code).toBe('provider.timeout');
    expect((await gatewayFor(dialect).generate(request)).text).toBe('Hello world');
  });

  it('lets an answer take longer than the limit on silence, as long as it goes on', async () => {
    server.script({ ...dialect.answer({ pieces: ['one ', 'two ', 'three'] }), pieceBytes: 50, gapMs: 50 });
    const response = await gatewayFor(dialect).generate(request);
    expect(response.text).toBe('one two three');
    expect(response.ms).toBeGreaterThan(timeouts.idleMs);
  });

  it('stops at once when cancelled, before and in the middle', async () => {
    server.script({ ...dialect.answer({ pieces: ['Hello', ' world'] }), stallAt: 400 });
    const middle = new AbortController();
    const stopped = failure(gatewayFor(dialect).generate(request, { signal: middle.signal }));
    // Not before it has arrived: it would be counted among those of a later test.
    await vi.waitFor(() => expect(server.requests).toHaveLength(1), { interval: 5, timeout: timeouts.connectMs });
    setTimeout(() => middle.abort(), 30);
    expect((await stopped).code).toBe('run.cancelled');
    server.requests.length = 0;
    expect((await failure(gatewayFor(dialect).generate(request, { signal: AbortSignal.abort() }))).code).toBe(
      'run.cancelled',
    );
    expect(server.requests).toHaveLength(0);
  });

  it('follows no redirect and says when nothing listens', async () => {
    server.script({ status: 307, headers: { location: 'http://127.0.0.1:1/steal' }, body: '' });
    expect((await failure(gatewayFor(dialect).generate(request))).code).toBe('provider.protocol');
    expect(server.requests).toHaveLength(1);
    const nowhere = gatewayFor(dialect, { baseUrl: 'http://127.0.0.1:1' });
    expect((await failure(nowhere.generate(request))).code).toBe('provider.unreachable');
    const unknown = gatewayFor(dialect, { baseUrl: 'http://no-such-host.invalid' });
    expect((await failure(unknown.generate(request))).code).toBe('provider.unreachable');
  });

  it('refuses a prompt that cannot fit without sending it', async () => {
    server.script(dialect.answer({ pieces: ['x'] }));
    const long = { ...request, messages: [{ role: 'user' as const, content: 'a word and another '.repeat(500) }] };
    const error = await failure(gatewayFor(dialect, { contextWindow: 1500 }).generate(long));
    expect(error.code).toBe('provider.context_window');
    expect(error.data?.['promptTokens']).toBeGreaterThan(1900);
    expect(server.requests).toHaveLength(0);
    await gatewayFor(dialect, { contextWindow: 2200 }).generate(long);
    expect(server.requests).toHaveLength(1);
  });
});

it('an answer withheld for its content is an error only when nothing is left of it', async () => {
  for (const dialect of dialects.filter((one) => one.provider !== 'ollama')) {
    server.script(dialect.answer({ pieces: [], finish: 'content_filter' }));
    expect((await failure(gatewayFor(dialect).generate(request))).code).toBe('provider.content_filter_output');
    server.script(dialect.answer({ pieces: ['Hello'], finish: 'content_filter' }));
    expect(await gatewayFor(dialect).generate(request)).toMatchObject({ text: 'Hello', finish: 'content_filter' });
  }
});

it('refusals that a provider tells in its own way', async () => {
  const [openai, , google] = dialects as [Dialect, Dialect, Dialect];
  server.script(
    openai.recorded([
      JSON.stringify({ model: 'm', choices: [{ index: 0, delta: { refusal: 'I cannot.' }, finish_reason: 'stop' }] }),
    ]),
  );
  expect((await failure(gatewayFor(openai).generate(request))).code).toBe('output.refusal');
  server.script(google.recorded([JSON.stringify({ promptFeedback: { blockReason: 'SAFETY' }, modelVersion: 'm' })]));
  expect((await failure(gatewayFor(google).generate(request))).code).toBe('provider.content_filter_input');
});

it('asks a server of OpenAI’s protocol to report usage of streams', async () => {
  const [openai] = dialects as [Dialect];
  server.script(openai.answer({ pieces: ['x'] }));
  await gatewayFor(openai).generate(request);
  expect(server.requests[0]?.body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
});

describe('a server of OpenAI’s protocol that answers with plain JSON though asked to stream', () => {
  const [openai] = dialects as [Dialect];
  const whole = (message: object, finish = 'stop') => ({
    id: 'c1',
    object: 'chat.completion',
    created: 1,
    model: 'plain-1',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
    usage: { prompt_tokens: 20, completion_tokens: 7, total_tokens: 27, prompt_tokens_details: { cached_tokens: 4 } },
  });
  const reply = (body: unknown, pieceBytes = 1000) => ({
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body, null, 2),
    pieceBytes,
  });

  it('is understood, with usage, finish reason and model, in pieces cut anywhere', async () => {
    const said: string[] = [];
    server.script(reply(whole({ content: 'Grüße\n\ndata: 🙂' }, 'length'), 7));
    const response = await gatewayFor(openai).generate(request, { onDelta: (piece) => said.push(piece) });
    expect(response).toMatchObject({
      text: 'Grüße\n\ndata: 🙂',
      finish: 'length',
      model: 'plain-1',
      usage: { inputTokens: 20, outputTokens: 7, cachedInputTokens: 4, estimated: false },
    });
    expect(said).toEqual(['Grüße\n\ndata: 🙂']);
    expect(server.requests[0]?.body).toMatchObject({ stream: true });
  });

  it('tells of refusals and errors as a stream does', async () => {
    server.script(reply(whole({ content: null, refusal: 'I cannot.' })));
    expect((await failure(gatewayFor(openai).generate(request))).code).toBe('output.refusal');
    server.script(
      reply({ error: { type: 'server_error', code: 'server_error', message: 'The server had an error.' } }),
    );
    expect((await failure(gatewayFor(openai).generate(request))).code).toBe('provider.http_500');
  });

  it('is refused when it is another kind of server, and cut off when it breaks off', async () => {
    for (const body of [{ ok: true }, [], 'hello', { choices: [] }, { choices: [{ text: 'old' }] }]) {
      server.script(reply(body));
      expect((await failure(gatewayFor(openai).generate(request))).code).toBe('provider.protocol');
    }
    server.script({ headers: { 'content-type': 'application/json' }, body: '{"choices": [' });
    expect((await failure(gatewayFor(openai).generate(request))).code).toBe('provider.protocol');
    server.script({ ...reply(whole({ content: 'Hello' })), cutAt: 80 });
    expect((await failure(gatewayFor(openai).generate(request))).class).toBe('network.reset');
    server.script({ ...reply(whole({ content: 'Hello' })), stallAt: 80 });
    expect((await failure(gatewayFor(openai).generate(request))).code).toBe('provider.timeout_idle');
  });
});

describe('an answer that a gateway begins anew', () => {
  const anthropic = dialects.find(({ provider }) => provider === 'anthropic') as Dialect;
  const lines = (text: string) => String(anthropic.answer({ pieces: [text], usage: { input: 3, output: 2 } }).body);
  const second = lines('Good morning.');
  /** The beginning of an answer, and another whole one behind it. */
  const spliced = {
    ...anthropic.answer({ pieces: [] }),
    body: lines('Hello wor').split('event: content_block_stop')[0] + second,
  };

  it('is no answer when some of its text is out already, and is asked for again', async () => {
    server.script(spliced);
    expect((await failure(gatewayFor(anthropic).generate(request))).code).toBe('provider.stream');
    server.script(spliced, { ...anthropic.answer({ pieces: [] }), body: second });
    let seen = '';
    const twice = gatewayFor(anthropic, { retry: { attempts: 2, baseMs: 1 } });
    const { text } = await twice.generate(request, {
      onDelta: (piece) => {
        seen += piece;
      },
      onRestart: () => {
        seen = '';
      },
    });
    expect([text, seen]).toEqual(['Good morning.', 'Good morning.']);
  });
});
