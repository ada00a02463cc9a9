import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createModelGateway } from '../../../app/adapters/models/gateway.ts';
import { Profile } from '../../../app/core/workspace/workspace-config.ts';
import { type Dialect, dialects } from '../../kit/providers/dialects.ts';
import { seededRandom } from '../../simulation/seeded-random.ts';

const WINDOW = 600;
const ANSWER = 50;
const PROMPTS = 1000;
const openai = dialects.find(({ provider }) => provider === 'openai-compatible') as Dialect;
/** What the server was asked with a prompt that it refused. */
let refused = 0;
const asked = { short: 0, long: 0 };

/** Counts a prompt as such servers do, and refuses one that does not fit beside its answer. */
const server = createServer(async (incoming, outgoing) => {
  let text = '';
  for await (const piece of incoming.setEncoding('utf8')) text += piece;
  const { model, messages, max_tokens, max_completion_tokens } = JSON.parse(text);
  const tokens = messages.reduce((sum: number, one: { content: string }) => sum + countTokens(one.content) + 4, 3);
  asked[model as 'short' | 'long'] += 1;
  const tooLong = model === 'short' && tokens + (max_tokens ?? max_completion_tokens ?? 0) > WINDOW;
  if (tooLong) refused += 1;
  const reply = tooLong
    ? openai.error(400, 'context')
    : openai.answer({ pieces: [model], usage: { input: 1, output: 1 } });
  outgoing.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers }).end(reply.body);
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const kinds: ((random: () => number) => string)[] = [
  (random) => ['the ', 'invoice ', 'is ', 'paid ', 'tomorrow, ', 'however '][Math.floor(random() * 6)] as string,
  (random) => `${Math.floor(random() * 1e6)}, `,
  (random) => `const ${'abcdef'[Math.floor(random() * 6)]}${Math.floor(random() * 99)} = f(x);\n`,
  (random) => String.fromCharCode(0x4e00 + Math.floor(random() * 3000)),
  (random) => ['größer ', 'Straße ', 'überprüfen ', 'schön '][Math.floor(random() * 4)] as string,
  (random) => `${Math.floor(random() * 2 ** 40).toString(36)} `,
];

it('prompts that are too long go to the longer window without a paid refusal, those that fit do not', async () => {
  const { port } = server.address() as AddressInfo;
  const profile = (model: string, more: object) =>
    Profile.parse({
      use: 'chat',
      provider: 'openai-compatible',
      model,
      baseUrl: `http://127.0.0.1:${port}/v1`,
      ...more,
    });
  const gateway = createModelGateway({
    profiles: {
      short: profile('short', { contextWindow: WINDOW, fallbacks: [{ profile: 'long', on: ['context_window'] }] }),
      long: profile('long', { contextWindow: 100_000 }),
    },
    secrets: () => undefined,
    clock: { now: Date.now, elapsed: () => performance.now(), sleep: async () => undefined },
  });
  const random = seededRandom(7);
  let tooLong = 0;
  let needless = 0;
  for (let i = 0; i < PROMPTS; i += 1) {
    const piece = kinds[i % kinds.length] as (typeof kinds)[number];
    const size = WINDOW * (0.5 + random());
    let content = '';
    for (let about = 0; about < size; ) {
      const more = Array.from({ length: 40 }, () => piece(random)).join('');
      content += more;
      about += countTokens(more);
    }
    const fits = countTokens(content) + 7 + ANSWER <= WINDOW;
    if (!fits) tooLong += 1;
    const { text } = await gateway.generate({
      profile: 'short',
      messages: [{ role: 'user', content }],
      maxTokens: ANSWER,
    });
    if (!fits) expect(text).toBe('long');
    else if (text === 'long') needless += 1;
  }
  expect(tooLong).toBeGreaterThan(300);
  expect(tooLong).toBeLessThan(PROMPTS - 150);
  expect(refused / tooLong).toBeLessThanOrEqual(0.01);
  expect(needless / (PROMPTS - tooLong)).toBeLessThanOrEqual(0.05);
  expect(asked.short).toBe(PROMPTS - tooLong - needless + refused);
});
