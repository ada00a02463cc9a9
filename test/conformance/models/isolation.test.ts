import { channel } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { createModelGateway } from '../../../app/adapters/models/gateway.ts';
import { Profile } from '../../../app/core/workspace/workspace-config.ts';
import { dialects } from '../../kit/providers/dialects.ts';
import { startProviderServer } from '../../kit/providers/provider-server.ts';

afterEach(() => vi.unstubAllEnvs());

/** Variables by which LangChain or a provider's library would trace, log, reroute or authenticate on its own. */
function setTraps(elsewhere: string): void {
  for (const name of [
    'LANGSMITH_TRACING',
    'LANGCHAIN_TRACING_V2',
    'LANGSMITH_TRACING_V2',
    'LANGCHAIN_TRACING',
    'LANGCHAIN_VERBOSE',
  ])
    vi.stubEnv(name, 'true');
  for (const name of [
    'LANGSMITH_ENDPOINT',
    'LANGCHAIN_ENDPOINT',
    'LANGSMITH_GATEWAY_URL',
    'OPENAI_BASE_URL',
    'ANTHROPIC_BASE_URL',
    'ANTHROPIC_API_URL',
    'OLLAMA_BASE_URL',
    'OLLAMA_HOST',
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'http_proxy',
    'https_proxy',
  ]) {
    vi.stubEnv(name, elsewhere);
  }
  for (const name of [
    'LANGSMITH_API_KEY',
    'LANGSMITH_GATEWAY',
    'OPENAI_API_KEY',
    'ANTHROPIC_API_KEY',
    'ANTHROPIC_AUTH_TOKEN',
    'GOOGLE_API_KEY',
    'OLLAMA_API_KEY',
    'OPENAI_ORGANIZATION',
    'OPENAI_ORG_ID',
    'OPENAI_PROJECT_ID',
  ]) {
    vi.stubEnv(name, 'from-the-environment');
  }
  vi.stubEnv('ANTHROPIC_CUSTOM_HEADERS', 'x-trap: from-the-environment');
  vi.stubEnv('OPENAI_LOG', 'debug');
  vi.stubEnv('ANTHROPIC_LOG', 'debug');
}

it.each(dialects.map((dialect) => [dialect.provider, dialect] as const))(
  'over %s nothing of the environment changes where a call goes, what it carries or who else hears of it',
  async (provider, dialect) => {
    const server = await startProviderServer();
    const elsewhere = await startProviderServer();
    elsewhere.script({ body: '{}' });
    setTraps(elsewhere.url);
    const ports = new Set<number | undefined>();
    const watch = (message: unknown): void => {
      const { socket } = message as { socket: Socket };
      socket.once('connect', () => ports.add(socket.remotePort));
    };
    channel('net.client.socket').subscribe(watch);
    const printed = ['log', 'info', 'debug', 'warn', 'error'].map((method) =>
      vi.spyOn(console, method as 'log').mockImplementation(() => undefined),
    );
    try {
      server.script(dialect.answer({ pieces: ['Hello'] }));
      const gateway = createModelGateway({
        profiles: {
          m: Profile.parse({
            use: 'chat',
            provider,
            model: 'm',
            baseUrl: server.url + dialect.basePath,
            secret: 'OWN',
          }),
        },
        secrets: () => 'the-own-key-12345',
        clock: { now: () => 0, elapsed: () => 0, sleep: async () => undefined },
      });
      await gateway.generate(
        { profile: 'm', messages: [{ role: 'user', content: 'private words' }] },
        { onDelta: () => undefined },
      );
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect([...ports]).toEqual([Number(new URL(server.url).port)]);
      expect(elsewhere.requests).toEqual([]);
      expect(server.requests).toHaveLength(1);
      const headers = JSON.stringify(server.requests[0]?.headers);
      expect(headers).not.toContain('from-the-environment');
      expect(headers).toContain('the-own-key-12345');
      expect(printed.flatMap((spy) => spy.mock.calls)).toEqual([]);
    } finally {
      channel('net.client.socket').unsubscribe(watch);
      for (const spy of printed) spy.mockRestore();
      await server.close();
      await elsewhere.close();
    }
  },
);
