import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModelGateway } from '../../../app/adapters/models/gateway.ts';
import type { ModelResponse } from '../../../app/core/capabilities/capabilities.ts';
import { type AppError, isAppError } from '../../../app/core/errors/app-error.ts';
import { Profile } from '../../../app/core/workspace/workspace-config.ts';
import { dialects } from '../../kit/providers/dialects.ts';
import { type ProviderServer, startProviderServer } from '../../kit/providers/provider-server.ts';
import { givenFacts, recordedCost, recordedFacts, recordedPrices } from '../../kit/providers/recorded-facts.ts';
import { type RecordedAnswer, recordedAnswers } from '../../kit/providers/recordings.ts';
import { seededRandom, textHash } from '../../simulation/seeded-random.ts';

const recordings = recordedAnswers();
const cutsOfEach = 4;

describe.skipIf(recordings.length === 0)('recorded answers of providers (PIPEWRIGHT_DATA)', () => {
  let server: ProviderServer;
  beforeAll(async () => {
    server = await startProviderServer();
  });
  afterAll(() => server.close());

  /** Asks a server that gives the recording, and keeps what somebody who watches has before their eyes at the end. */
  async function ask(
    { provider }: RecordedAnswer,
    retry: object,
  ): Promise<{ outcome: ModelResponse | AppError; seen: string }> {
    const basePath = dialects.find((one) => one.provider === provider)?.basePath;
    const profile = {
      use: 'chat',
      provider,
      model: 'recorded',
      baseUrl: server.url + basePath,
      secret: 'KEY',
      prices: recordedPrices,
      retry,
      breaker: false,
    };
    const gateway = createModelGateway({
      profiles: { m: Profile.parse(profile) },
      secrets: () => 'key-for-recordings',
      clock: { now: () => 0, elapsed: () => performance.now(), sleep: async () => undefined },
    });
    let seen = '';
    const outcome = await gateway
      .generate(
        { profile: 'm', messages: [{ role: 'user', content: 'x' }] },
        {
          onDelta: (text) => {
            seen += text;
          },
          onRestart: () => {
            seen = '';
          },
        },
      )
      .catch((error: unknown) => {
        if (!isAppError(error)) throw error;
        return error;
      });
    return { outcome, seen };
  }

  /** Streams, and whole answers where the protocol has servers that send those to who asked for a stream. */
  const answers = recordings.filter(
    ({ provider, reply, events }) =>
      reply.status === 200 &&
      (/event-stream/.test(reply.headers?.['content-type'] ?? '') ||
        (provider === 'openai-compatible' && events[0]?.choices)),
  );
  const others = recordings.filter((one) => !answers.includes(one));

  it('are at hand, with refusals among them', () => {
    expect(answers.length).toBeGreaterThan(100);
    expect(others.filter(({ reply }) => reply.status >= 400).length).toBeGreaterThan(3);
  });

  it.each(answers.map((one) => [one.provider, one.name, one] as const))('%s %s', async (provider, _, recording) => {
    const { reply, events } = recording;
    server.script({ ...reply, pieceBytes: 1000 });
    const { outcome, seen } = await ask(recording, { attempts: 1 });
    const { failed, ...facts } = recordedFacts(provider, events);
    if (isAppError(outcome)) {
      expect([outcome.code, failed, seen]).toEqual([outcome.code, true, '']);
      return;
    }
    expect(failed).toBe(false);
    expect(givenFacts(outcome)).toEqual(facts);
    expect(seen).toBe(outcome.text);
    if (facts.usage)
      expect(outcome.cost).toEqual({ nanoUsd: recordedCost(facts.usage), known: true, priceVersion: 'profile' });
  });

  it.each(answers.map((one) => [one.provider, one.name, one] as const))(
    '%s %s, cut anywhere and begun anew',
    async (provider, name, recording) => {
      const { reply, events } = recording;
      const { failed, ...facts } = recordedFacts(provider, events);
      const random = seededRandom(textHash(name));
      const bytes = Buffer.byteLength(reply.body);
      for (let i = 0; i < cutsOfEach; i += 1) {
        const cutAt = Math.floor(random() * bytes);
        // The connection breaks, or the server ends its answer in good order too early.
        const cut = i % 2 === 0 ? { ...reply, cutAt } : { ...reply, body: Buffer.from(reply.body).subarray(0, cutAt) };
        server.script(cut, reply);
        const { outcome, seen } = await ask(recording, { attempts: 2, baseMs: 1, maxMs: 1 });
        const where = `cut at ${cutAt} of ${bytes}`;
        if (isAppError(outcome)) {
          expect([where, failed, seen]).toEqual([where, true, '']);
          continue;
        }
        const given = givenFacts(outcome);
        expect([where, given.text]).toEqual([where, facts.text]);
        // What was cut off is reckoned and counted too, so that sums of several tries are no less than the recording.
        if (outcome.tries === undefined) expect([where, given.usage]).toEqual([where, facts.usage]);
        else {
          expect(outcome.usage.inputTokens).toBeGreaterThanOrEqual(facts.usage?.input ?? 0);
          expect(outcome.usage.outputTokens).toBeGreaterThanOrEqual(facts.usage?.output ?? 0);
        }
        expect([where, seen]).toEqual([where, outcome.text]);
        for (const one of outcome.tries?.slice(0, -1) ?? [])
          expect([where, one.class]).toEqual([where, 'network.reset']);
      }
    },
  );

  it.each(others.map((one) => [one.provider, one.reply.status, one.name, one] as const))(
    '%s %i %s: an answer or an error of the table',
    async (provider, status, _, recording) => {
      server.script(recording.reply);
      const { outcome, seen } = await ask(recording, { attempts: 1 });
      if (!isAppError(outcome)) {
        expect(status).toBe(200);
        expect(givenFacts(outcome)).toEqual(recordedFacts(provider, recording.events));
        return;
      }
      expect(outcome.code).toMatch(/^provider\./);
      expect([outcome.kind === 'bug', seen]).toEqual([false, '']);
      expect(server.requests).toHaveLength(1);
      if (status >= 400) expect(outcome.data?.['status']).toBe(status);
      expect(outcome.remedy).toBeTruthy();
    },
  );
});
