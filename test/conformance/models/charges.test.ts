import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallStages } from '../../../app/adapters/models/call-stages.ts';
import { createModelGateway } from '../../../app/adapters/models/gateway.ts';
import { isAppError } from '../../../app/core/errors/app-error.ts';
import type { CallAccounts } from '../../../app/core/graph/values.ts';
import { estimateTokens } from '../../../app/core/text/estimate-tokens.ts';
import { Profile } from '../../../app/core/workspace/workspace-config.ts';
import { clock } from '../../../app/hosts/clock.ts';
import { dialects } from '../../kit/providers/dialects.ts';
import { type ProviderServer, startProviderServer } from '../../kit/providers/provider-server.ts';

/** A dollar for a million tokens, read or written: a token is a thousand nano-dollars. */
const TOKEN = 1000;
const words = Array.from({ length: 60 }, (_, i) => `The ${i}th harbour seal swims north. `);
const question = 'How do seals swim, and where to? Tell me all that you know of it.';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

/** Every settlement, in order. */
type Settled = { end: string; accounts: CallAccounts | undefined };

describe.each(dialects)('what a call of $provider that did not end well is reckoned to cost', (dialect) => {
  function gateway(policy: object = {}) {
    const settled: Settled[] = [];
    const stages: CallStages = {
      budgets: { reserve: async () => ({ settle: async (accounts, end) => void settled.push({ accounts, end }) }) },
    };
    const profile = Profile.parse({
      use: 'chat',
      provider: dialect.provider,
      model: 'm',
      baseUrl: `${server.url}${dialect.basePath}`,
      secret: 'KEY',
      prices: { input: 1, output: 1 },
      retry: { attempts: 1 },
      ...policy,
    });
    const elapsed = { ...clock, elapsed: () => performance.now() };
    const models = createModelGateway({ profiles: { m: profile }, secrets: () => 'k', clock: elapsed, stages });
    const ask = async (options: { signal?: AbortSignal; onDelta?: (text: string) => void } = {}) => {
      const request = { profile: 'm', messages: [{ role: 'user' as const, content: question }] };
      return models.generate(request, options).then(
        (response) => ({ response, error: undefined }),
        (error: unknown) => {
          if (!isAppError(error)) throw error;
          return { response: undefined, error };
        },
      );
    };
    return { ask, settled };
  }

  it('is an estimate of what had arrived when it is cancelled', async () => {
    const said = dialect.answer({ pieces: words, usage: { input: 24, output: 500 } });
    server.script({ ...said, pieceBytes: 400, gapMs: 2 });
    const { ask, settled } = gateway();
    const stop = new AbortController();
    let text = '';
    const { error } = await ask({
      signal: stop.signal,
      onDelta: (piece) => {
        text += piece;
        if (text.length > 600) stop.abort(new Error('enough'));
      },
    });
    expect(error?.code).toBe('run.cancelled');
    const [one] = settled;
    expect(one).toMatchObject({ end: 'cancelled', accounts: { usage: { estimated: true }, cost: { known: true } } });
    const tokens = (one?.accounts?.cost?.nanoUsd ?? 0) / TOKEN;
    const expected = 24 + estimateTokens(text);
    expect(Math.abs(tokens - expected) / expected).toBeLessThan(0.1);
    expect(error?.accounts?.cost).toEqual(one?.accounts?.cost);
  });

  it('is what was sent when it is cancelled before anything has arrived', async () => {
    server.script({ ...dialect.answer({ pieces: words }), delayMs: 5000 });
    const { ask, settled } = gateway();
    const stop = new AbortController();
    const asking = ask({ signal: stop.signal });
    await expect.poll(() => server.requests.length, { timeout: 10_000, interval: 5 }).toBe(1);
    stop.abort(new Error('enough'));
    expect((await asking).error?.code).toBe('run.cancelled');
    expect(settled).toMatchObject([{ end: 'cancelled', accounts: { usage: { outputTokens: 0, estimated: true } } }]);
    expect(settled[0]?.accounts?.cost?.nanoUsd).toBeGreaterThan(10 * TOKEN);
  });

  it('is an estimate when the stream is cut, and each try counts in what the call costs', async () => {
    const whole = dialect.answer({ pieces: words, usage: { input: 24, output: 500 } });
    server.script({ ...whole, cutAt: Math.floor(whole.body.length / 2) }, whole);
    const { ask, settled } = gateway({ retry: { attempts: 2, baseMs: 1 } });
    const { response } = await ask();
    expect(settled.map(({ end, accounts }) => [end, accounts?.usage?.estimated])).toEqual([
      ['failed', true],
      ['answered', false],
    ]);
    const costs = settled.map(({ accounts }) => accounts?.cost?.nanoUsd ?? 0);
    expect(costs[0]).toBeGreaterThan(24 * TOKEN);
    expect(costs[0]).toBeLessThan(524 * TOKEN);
    expect(costs[1]).toBe(524 * TOKEN);
    expect(response?.cost.nanoUsd).toBe((costs[0] ?? 0) + (costs[1] ?? 0));
    expect(response?.usage.estimated).toBe(true);
  });

  it('is what was sent when the server has it and says nothing', async () => {
    server.script({ ...dialect.answer({ pieces: words }), delayMs: 5000 });
    const { ask, settled } = gateway({ timeouts: { totalMs: 60 } });
    expect((await ask()).error?.code).toBe('provider.timeout');
    expect(settled[0]).toMatchObject({ end: 'failed', accounts: { usage: { outputTokens: 0, estimated: true } } });
    expect(settled[0]?.accounts?.cost?.nanoUsd).toBeGreaterThan(10 * TOKEN);
  });

  it('is nothing when the server refuses, and when it was never reached', async () => {
    server.script(dialect.error(500, 'server'));
    const refused = gateway();
    expect((await refused.ask()).error?.class).toMatch(/^http|overloaded/);
    const unreachable = gateway({ baseUrl: 'http://127.0.0.1:9' });
    expect((await unreachable.ask()).error?.code).toBe('provider.unreachable');
    expect([...refused.settled, ...unreachable.settled]).toEqual([
      { end: 'failed', accounts: undefined },
      { end: 'failed', accounts: undefined },
    ]);
  });
});
