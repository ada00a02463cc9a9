import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModelGateway, type ModelGateway } from '../../../app/adapters/models/gateway.ts';
import type { ModelRequest } from '../../../app/core/capabilities/capabilities.ts';
import { Profile } from '../../../app/core/workspace/workspace-config.ts';
import { type Dialect, dialects } from '../../kit/providers/dialects.ts';
import { type ProviderServer, startProviderServer } from '../../kit/providers/provider-server.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

function gatewayFor(dialect: Dialect, more: object = {}): ModelGateway {
  return createModelGateway({
    profiles: {
      m: Profile.parse({
        use: 'chat',
        provider: dialect.provider,
        model: 'some-model',
        baseUrl: server.url + dialect.basePath,
        secret: 'KEY',
        ...more,
      }),
    },
    secrets: () => 'key-of-the-test',
    clock: { now: () => 0, elapsed: () => performance.now(), sleep: async () => undefined },
  });
}

const request: ModelRequest = {
  profile: 'm',
  messages: [
    { role: 'system', content: 'Use the tools.' },
    { role: 'user', content: 'When does the office open?' },
  ],
  tools: [
    {
      name: 'search_docs',
      description: 'Searches the handbook.',
      parameters: {
        type: 'object',
        properties: { query: { type: 'string' }, limit: { type: 'integer', minimum: 1 } },
        required: ['query'],
        additionalProperties: false,
      },
    },
    { name: 'now', description: 'The time.', parameters: { type: 'object', properties: {} } },
  ],
};
const calls = [
  { id: 'call_a', name: 'search_docs', arguments: '{"query":"Öffnungszeiten 🕘","limit":3}' },
  { id: 'call_b', name: 'now', arguments: '{}' },
];

describe.each(dialects.map((dialect) => [dialect.provider, dialect] as const))('tools over %s', (_, dialect) => {
  const givesIds = ['openai-compatible', 'anthropic'].includes(dialect.provider);

  it('are offered, and calls are put together from bytes cut anywhere', async () => {
    const said: string[] = [];
    server.script({
      ...dialect.answer({ pieces: ['Let me ', 'look.'], calls, usage: { input: 20, output: 7 } }),
      pieceBytes: 5,
    });
    const response = await gatewayFor(dialect).generate(request, { onDelta: (piece) => said.push(piece) });
    expect(response).toMatchObject({ text: 'Let me look.', finish: 'tool_calls' });
    expect(response.usage).toMatchObject({ inputTokens: 20, outputTokens: 7, estimated: false });
    expect(response.toolCalls).toMatchObject([
      { id: givesIds ? 'call_a' : 'call_1', name: 'search_docs', arguments: { query: 'Öffnungszeiten 🕘', limit: 3 } },
      { id: givesIds ? 'call_b' : 'call_2', name: 'now', arguments: {} },
    ]);
    expect(response.toolCalls?.some((call) => call.malformed !== undefined)).toBe(false);
    expect(said.join('')).toBe('Let me look.');
    const body = server.requests[0]?.body;
    expect(dialect.toolsOf(body)).toEqual(['search_docs', 'now']);
    expect(JSON.stringify(body)).toContain('Searches the handbook.');
    expect(JSON.stringify(body)).toContain('"limit"');
  });

  it('are answered in the next turn, each answer with its call', async () => {
    server.script(dialect.answer({ pieces: [], calls }));
    const { toolCalls = [] } = await gatewayFor(dialect).generate(request);
    server.script(dialect.answer({ pieces: ['At nine.'] }));
    const response = await gatewayFor(dialect).generate({
      ...request,
      messages: [
        ...request.messages,
        { role: 'assistant', content: '', toolCalls },
        ...toolCalls.map(({ id, name }) => ({ role: 'tool' as const, content: `${name} gave this`, toolCallId: id })),
      ],
    });
    expect(response).toMatchObject({ text: 'At nine.', finish: 'stop' });
    expect(response.toolCalls).toBeUndefined();
    const { called, answered } = dialect.turnsOf(server.requests[0]?.body);
    expect(called.map(([, given]) => given)).toEqual([{ query: 'Öffnungszeiten 🕘', limit: 3 }, {}]);
    expect(answered.map(([, text]) => text)).toEqual(['search_docs gave this', 'now gave this']);
    if (givesIds)
      expect([called, answered].map((all) => all.map(([id]) => id))).toEqual(Array(2).fill(['call_a', 'call_b']));
    if (dialect.provider === 'google') {
      // Google wants its own signatures back, and knows an answer by the name of its function.
      expect(called.map(([name]) => name)).toEqual(['search_docs/signature of call_a', 'now/signature of call_b']);
      expect(answered.map(([name]) => name)).toEqual(['search_docs', 'now']);
    }
  });

  it('may be forbidden, left to the model or insisted on', async () => {
    const choices: { [provider: string]: unknown[] } = {
      'openai-compatible': ['none', 'auto', 'required'],
      anthropic: ['none', 'auto', 'any'],
      google: ['NONE', 'AUTO', 'ANY'],
    };
    const seen: unknown[] = [];
    for (const toolChoice of ['none', 'auto', 'required'] as const) {
      server.script(dialect.answer({ pieces: ['x'] }));
      const asked = gatewayFor(dialect).generate({ ...request, toolChoice });
      if (dialect.provider !== 'ollama') {
        await asked;
        seen.push(dialect.choiceOf(server.requests[0]?.body));
      } else if (toolChoice === 'required') await expect(asked).rejects.toMatchObject({ code: 'provider.capability' });
      else {
        await asked;
        expect(dialect.toolsOf(server.requests[0]?.body)).toHaveLength(toolChoice === 'none' ? 0 : 2);
      }
    }
    if (dialect.provider !== 'ollama') expect(seen).toEqual(choices[dialect.provider]);
  });

  it('are refused unsent where the profile says that its model has no such ability', async () => {
    server.script(dialect.answer({ pieces: ['x'] }));
    const gateway = gatewayFor(dialect, { tools: false });
    await expect(gateway.generate(request)).rejects.toMatchObject({ code: 'provider.capability' });
    expect(server.requests).toHaveLength(0);
    expect((await gateway.info('m')).abilities.tools).toBe(false);
    expect((await gatewayFor(dialect).info('m')).abilities.tools).toBe(true);
  });

  // The two others give arguments as JSON values, which cannot be garbled without the whole answer being so.
  if (givesIds) {
    it('tell of arguments that are cut off or garbled, and keep what was written', async () => {
      const cut = { id: 'call_a', name: 'search_docs', arguments: '{"query":"Off' };
      server.script(dialect.answer({ pieces: [], calls: [cut, calls[1] as typeof cut], finish: 'length' }));
      const response = await gatewayFor(dialect).generate(request);
      expect(response.finish).toBe('length');
      expect(response.toolCalls).toEqual([
        { id: 'call_a', name: 'search_docs', arguments: {}, malformed: '{"query":"Off' },
        { id: 'call_b', name: 'now', arguments: {} },
      ]);
    });
  }

  it('turn into a typed error when the stream breaks off among the arguments', async () => {
    const answer = dialect.answer({ pieces: ['Let me look.'], calls });
    const body = answer.body as string;
    server.script({ ...answer, body: body.slice(0, body.lastIndexOf('\n', body.indexOf('search_docs') + 60) + 1) });
    await expect(gatewayFor(dialect).generate(request)).rejects.toMatchObject({ code: 'provider.stream' });
  });
});

describe('servers that keep to OpenAI’s protocol loosely', () => {
  const [openai] = dialects as [Dialect];
  const delta = (piece: object, finish: string | null = null) =>
    JSON.stringify({ model: 'm', choices: [{ index: 0, delta: piece, finish_reason: finish }] });
  const called = async (lines: string[]) => {
    server.script(openai.recorded(lines));
    return (await gatewayFor(openai).generate(request)).toolCalls;
  };
  const whole = (id: string, q: number, more: object = {}) => ({
    id,
    type: 'function',
    function: { name: 'f', arguments: `{"q":${q}}` },
    ...more,
  });

  it('give whole calls all at the same index', async () => {
    expect(
      await called([
        delta({ tool_calls: [whole('a', 1, { index: 0 })] }),
        delta({ tool_calls: [whole('b', 2, { index: 0 })] }, 'stop'),
      ]),
    ).toEqual([
      { id: 'a', name: 'f', arguments: { q: 1 } },
      { id: 'b', name: 'f', arguments: { q: 2 } },
    ]);
  });

  it('leave the index out, repeat id and name, or give arguments as an object', async () => {
    expect(
      await called([
        delta({ tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{"q"' } }] }),
        delta({ tool_calls: [{ id: 'a', function: { name: 'f', arguments: ':1}' } }] }),
        delta({ tool_calls: [{ id: 'b', function: { name: 'g', arguments: { q: 2 } } }] }, 'tool_calls'),
      ]),
    ).toEqual([
      { id: 'a', name: 'f', arguments: { q: 1 } },
      { id: 'b', name: 'g', arguments: { q: 2 } },
    ]);
  });

  it('answer with plain JSON though asked to stream', async () => {
    server.script({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        id: 'c1',
        model: 'm',
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: null, tool_calls: [whole('a', 1), whole('b', 2)] },
            finish_reason: 'tool_calls',
          },
        ],
      }),
    });
    expect(await gatewayFor(openai).generate(request)).toMatchObject({
      finish: 'tool_calls',
      toolCalls: [
        { id: 'a', arguments: { q: 1 } },
        { id: 'b', arguments: { q: 2 } },
      ],
    });
  });
});
