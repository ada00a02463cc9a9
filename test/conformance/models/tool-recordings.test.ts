import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModelGateway } from '../../../app/adapters/models/gateway.ts';
import { Profile } from '../../../app/core/workspace/workspace-config.ts';
import { dialects } from '../../kit/providers/dialects.ts';
import { type ProviderServer, startProviderServer } from '../../kit/providers/provider-server.ts';
import { recordedAnswers } from '../../kit/providers/recordings.ts';

// biome-ignore lint/suspicious/noExplicitAny: recorded JSON of three providers
type Event = any;
interface Called {
  name: string;
  arguments: unknown;
}

/** The calls of a recording, read in the plainest way: everything collected first, put together at the end. */
const reported: { [provider: string]: (events: Event[]) => Called[] } = {
  'openai-compatible'(events) {
    const calls = new Map<number, { name: string; text: string }>();
    for (const piece of events.flatMap((event) => event.choices?.[0]?.delta?.tool_calls ?? [])) {
      const call = calls.get(piece.index) ?? { name: piece.function.name, text: '' };
      calls.set(piece.index, { name: call.name, text: call.text + (piece.function.arguments ?? '') });
    }
    return [...calls.values()].map(({ name, text }) => ({ name, arguments: JSON.parse(text || '{}') }));
  },
  anthropic(events) {
    const begun = events.findLastIndex((event) => event.type === 'message_start');
    const own = events.slice(begun);
    return own
      .filter((event) => event.type === 'content_block_start' && event.content_block.type === 'tool_use')
      .map(({ index, content_block: { name, input } }) => {
        const text = own.map((event) => (event.index === index ? (event.delta?.partial_json ?? '') : '')).join('');
        return { name, arguments: text === '' ? input : JSON.parse(text) };
      });
  },
  google(events) {
    const calls: { name: string; args: Event; texts: Map<string, Event> }[] = [];
    for (const { functionCall: call } of events.flatMap((event) => event.candidates?.[0]?.content?.parts ?? [])) {
      if (call?.name) calls.push({ name: call.name, args: call.args ?? {}, texts: new Map() });
      for (const { jsonPath, stringValue, numberValue, boolValue } of call?.partialArgs ?? []) {
        const texts = calls.at(-1)?.texts as Map<string, Event>;
        if (stringValue === undefined) texts.set(jsonPath, numberValue ?? boolValue);
        else texts.set(jsonPath, (texts.get(jsonPath) ?? '') + stringValue);
      }
    }
    for (const { args, texts } of calls) {
      for (const [path, value] of texts) {
        const keys = path
          .slice(2)
          .split(/[.[\]]+/)
          .filter(Boolean);
        const last = keys.pop() as string;
        let at = args;
        keys.forEach((key, i) => {
          at[key] ??= /^\d+$/.test(keys[i + 1] ?? last) ? [] : {};
          at = at[key];
        });
        at[last] = value;
      }
    }
    return calls.map(({ name, args }) => ({ name, arguments: args }));
  },
};

/** Streamed answers in which a model asks for calls. */
const recordings = recordedAnswers().filter(
  ({ reply }) =>
    /event-stream/.test(reply.headers?.['content-type'] ?? '') &&
    /"tool_calls":\s*\[\{|"type":\s*"tool_use"|"functionCall"/.test(reply.body),
);

describe.skipIf(recordings.length === 0)('recorded tool calls (PIPEWRIGHT_DATA)', () => {
  let server: ProviderServer;
  beforeAll(async () => {
    server = await startProviderServer();
  });
  afterAll(() => server.close());

  it('are at hand', () => {
    expect(recordings.length).toBeGreaterThan(15);
  });

  it.each(recordings.map((one) => [one.provider, one.name, one] as const))('%s %s', async (provider, _, recording) => {
    const { reply, events } = recording;
    const dialect = dialects.find((one) => one.provider === provider);
    if (dialect === undefined) throw new Error(provider);
    const expected = reported[provider]?.(events) ?? [];
    const profile = { use: 'chat', provider, model: 'recorded', baseUrl: server.url + dialect.basePath, secret: 'KEY' };
    const gateway = createModelGateway({
      profiles: { m: Profile.parse(profile) },
      secrets: () => 'key-for-recordings',
      clock: { now: () => 0, elapsed: () => performance.now(), sleep: async () => undefined },
    });
    const spec = { description: 'x', parameters: { type: 'object', properties: { x: { type: 'string' } } } };
    // Offered or not: LangChain reads the two kinds of answers by different ways.
    for (const tools of [undefined, [{ name: 'some_tool', ...spec }]]) {
      server.script({ ...reply, pieceBytes: 777 });
      const response = await gateway.generate({
        profile: 'm',
        messages: [{ role: 'user', content: 'x' }],
        ...(tools && { tools }),
      });
      const calls = response.toolCalls ?? [];
      expect(calls.map((call) => ({ name: call.name, arguments: call.arguments }))).toEqual(expected);
      expect(calls.filter((call) => call.malformed !== undefined)).toEqual([]);
      expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
      if (calls.length > 0) expect(response.finish).toBe('tool_calls');
      expect(response.text).not.toContain('{"');
    }
  });
});
