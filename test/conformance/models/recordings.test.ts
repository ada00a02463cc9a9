import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModelGateway } from '../../../app/adapters/models/gateway.ts';
import { isAppError } from '../../../app/core/errors/app-error.ts';
import { Profile } from '../../../app/core/workspace/workspace-config.ts';
import { dialects } from '../../kit/providers/dialects.ts';
import { type ProviderServer, startProviderServer } from '../../kit/providers/provider-server.ts';
import { recordedStream, recordingsFolder, recordingsIn } from '../../kit/providers/recordings.ts';

const folder = recordingsFolder();

// biome-ignore lint/suspicious/noExplicitAny: recorded JSON of three providers
type Event = any;
/** What was used, told by the recording alone: whole input, whole output. */
const reported: { [dialect: string]: (events: Event[]) => [number, number] | undefined } = {
  'openai-compatible'(events) {
    const usage = events.findLast((event) => event.usage)?.usage;
    return usage && [usage.prompt_tokens, usage.completion_tokens];
  },
  anthropic(events) {
    const usage = Object.assign({}, events.findLast((event) => event.type === 'message_start')?.message.usage);
    for (const event of events) if (event.type === 'message_delta') Object.assign(usage, event.usage);
    return [
      usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0),
      usage.output_tokens,
    ];
  },
  google(events) {
    const usage = events.findLast((event) => event.usageMetadata)?.usageMetadata;
    return (
      usage && [
        usage.promptTokenCount + (usage.toolUsePromptTokenCount ?? 0),
        usage.totalTokenCount - usage.promptTokenCount - (usage.toolUsePromptTokenCount ?? 0),
      ]
    );
  },
};
const texts: { [dialect: string]: (events: Event[]) => string } = {
  'openai-compatible': (events) => events.map((event) => event.choices?.[0]?.delta?.content ?? '').join(''),
  anthropic: (events) => events.map((event) => (event.delta?.type === 'text_delta' ? event.delta.text : '')).join(''),
  google: (events) =>
    events
      .flatMap((event) =>
        (event.candidates?.[0]?.content?.parts ?? []).map((part: Event) => (part.thought ? '' : (part.text ?? ''))),
      )
      .join(''),
};

const sources: [string, string][] = [
  ['openai-compatible', 'openai/chat'],
  ['openai-compatible', 'openai-compatible'],
  ['openai-compatible', 'deepseek/chat'],
  ['anthropic', 'anthropic'],
  ['google', 'google'],
];

describe.skipIf(folder === undefined)('recorded streams (PIPEWRIGHT_DATA)', () => {
  let server: ProviderServer;
  beforeAll(async () => {
    server = await startProviderServer();
  });
  afterAll(() => server.close());

  const cases = sources.flatMap(([provider, under]) =>
    recordingsIn(folder ?? '', under).map((name) => [provider, name] as const),
  );

  it('are at hand', () => {
    expect(cases.length).toBeGreaterThan(20);
  });

  it.each(cases)('%s %s', async (provider, name) => {
    const lines = recordedStream(folder ?? '', name);
    const events: Event[] = lines.map((line) => JSON.parse(line));
    const dialect = dialects.find((one) => one.provider === provider);
    if (dialect === undefined) throw new Error(provider);
    server.script({ ...dialect.recorded(lines), pieceBytes: 1000 });
    const gateway = createModelGateway({
      profiles: {
        m: Profile.parse({
          use: 'chat',
          provider,
          model: 'recorded',
          baseUrl: server.url + dialect.basePath,
          secret: 'KEY',
        }),
      },
      secrets: () => 'key-for-recordings',
      clock: { now: () => 0, elapsed: () => performance.now(), sleep: async () => undefined },
    });
    const broken = events.some((event) => event.type === 'error' || event.error);
    const outcome = await gateway
      .generate({ profile: 'm', messages: [{ role: 'user', content: 'x' }] })
      .catch((error: unknown) => error);
    if (isAppError(outcome)) {
      const refused = events.some((event) => event.delta?.stop_reason === 'refusal');
      const ended = JSON.stringify(events.slice(-2)).match(/message_stop|finish_reason":"|finishReason/);
      expect([name, outcome.code, broken || refused || ended === null]).toEqual([name, outcome.code, true]);
      return;
    }
    expect(broken).toBe(false);
    const response = outcome as Awaited<ReturnType<typeof gateway.generate>>;
    expect(response.text).toBe(texts[provider]?.(events));
    const usage = reported[provider]?.(events);
    if (usage === undefined) expect(response.usage.estimated).toBe(true);
    else
      expect([response.usage.inputTokens, response.usage.outputTokens, response.usage.estimated]).toEqual([
        ...usage,
        false,
      ]);
  });
});
