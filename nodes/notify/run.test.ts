import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../app/core/capabilities/capabilities.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { check } from './check.ts';
import { notify } from './manifest.ts';
import { run } from './run.ts';

async function told(config: object, inputs: object = { text: 'hello' }) {
  const sent: HttpRequest[] = [];
  const logged: unknown[] = [];
  const http = {
    send: async (request: HttpRequest) => {
      sent.push(request);
      return { status: 202, headers: {}, bytes: 0, origins: [], ms: 1 };
    },
  };
  const log = { write: (entry: unknown) => void logged.push(entry) };
  const { outputs } = await runNode(notify, run, {
    config: config as never,
    inputs: { ...inputs },
    cap: { http, log },
  });
  return { sent, logged, outputs };
}
const hook = { url: 'https://hooks.example/services', urlSecret: 'HOOK' };
const bodyOf = (request: HttpRequest | undefined) => JSON.parse(request?.body ?? 'null');

describe('a notification', () => {
  it('goes to the log of the run', async () => {
    const { logged, sent, outputs } = await told({ level: 'warning', title: 'About {{ text }}' });
    expect([logged, sent, outputs]).toEqual([
      [{ level: 'warning', message: 'About hello: hello' }],
      [],
      { text: 'hello' },
    ]);
  });

  it('goes to a webhook, with a key by which the server knows a second one', async () => {
    const { sent, outputs } = await told({ ...hook, channel: 'webhook', level: 'error', title: 'T' });
    expect(outputs).toEqual({ status: 202, text: 'hello' });
    expect(sent[0]).toMatchObject({ method: 'POST', ...hook, idempotencyHeader: 'Idempotency-Key', maxRedirects: 0 });
    expect(bodyOf(sent[0])).toEqual({ title: 'T', text: 'hello', level: 'error', run: 'run_test', step: 'node1' });
  });

  it('mentions nobody and hides no link in a chat', async () => {
    const text = '<!channel> <https://evil.example|your bank> & *bold*';
    const { sent } = await told({ ...hook, channel: 'slack', title: '{{ text }}' }, { text });
    const plain = '&lt;!channel&gt; &lt;https://evil.example|your bank&gt; &amp; *bold*';
    expect(bodyOf(sent[0])).toEqual({ text: `*${plain.replaceAll('*', '∗')}*\n${plain}` });
  });
});

describe('its check', () => {
  it.each([
    [{}, []],
    [{ channel: 'slack' }, ['error url']],
    [{ channel: 'slack', url: 'https://{{ text }}/x' }, ['error url']],
    [{ channel: 'slack', url: 'https://hooks.example/{{ text }}' }, ['error url']],
    [{ channel: 'slack', ...hook }, []],
    [{ channel: 'slack', url: 'https://hooks.example/services/T0/B0/abcdefghijklmnopqrstuvwx' }, ['warning url']],
    [{ text: '{{ other }}' }, ['error text', 'warning variables']],
    [{ title: '{{ x' }, ['error title']],
  ])('%j: %j', async (config, expected) => {
    const about = { nodeId: 'n', connected: new Set<string>(), workflow: {} as never, prompts: new Map() };
    const findings = await check(notify.config.parse(config), about);
    expect(findings.map(({ severity, field }) => `${severity} ${field}`)).toEqual(expected);
  });
  it('and its reach agree', () => {
    const reaches = (config: object) => notify.reaches?.(notify.config.parse(config));
    expect(reaches({ channel: 'log', ...hook })).toEqual([]);
    expect(reaches({ channel: 'slack', ...hook })).toEqual([
      { ability: 'network', target: 'hooks.example' },
      { ability: 'secret', target: 'HOOK' },
    ]);
  });
});
