import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonArbitrary, shuffledKeys } from '../../../test/kit/json-arbitrary.ts';
import type { Json, JsonObject } from '../graph/json.ts';
import { Profile } from '../workspace/workspace-config.ts';
import { type AnswerIdentity, responseKey } from './response-key.ts';

const profile = {
  use: 'chat',
  provider: 'openai-compatible',
  model: 'gpt-4o-mini',
  baseUrl: 'https://models.example/v1',
  secret: 'FIRST_KEY',
  contextWindow: 8000,
  maxOutputTokens: 500,
  jsonSchema: true,
  images: true,
  files: false,
  tools: true,
};
const request = {
  profile: 'fast',
  messages: [
    { role: 'system', content: 'Answer.', prompt: { name: 'answer', version: 'a1' } },
    { role: 'user', content: 'How long?', attachments: [{ kind: 'image', mime: 'image/png', data: 'AAAA' }] },
  ],
  temperature: 0,
  topP: 1,
  seed: 7,
  maxTokens: 100,
  stop: ['END'],
  schema: { type: 'object', properties: { days: { type: 'number' } } },
  context: { text: 'Seven days.', chunks: [{ id: 'c1', hash: 'h1' }] },
  question: 'How long?',
};

/** The key with one member of profile or request changed: `undefined` takes it away. */
function keyWith(path: readonly (string | number)[] = [], value?: Json, more: Partial<AnswerIdentity> = {}): string {
  const parts: JsonObject = structuredClone({ profile, request }) as JsonObject;
  const last = path.at(-1);
  const holder = path
    .slice(0, -1)
    .reduce<Json>((inner, step) => (inner as JsonObject)[step] as Json, parts) as JsonObject;
  if (last !== undefined && value === undefined) delete holder[last];
  else if (last !== undefined) holder[last] = value as Json;
  const identity = {
    kind: 'chat' as const,
    name: 'fast',
    profile: Profile.parse(parts['profile']),
    request: parts['request'] as JsonObject,
  };
  return responseKey({ ...identity, scope: '', sources: 's1', ...more });
}

const [system, user] = request.messages as unknown as [JsonObject, JsonObject];
/** Every way to change one thing that decides an answer. */
const changes: [string, string][] = [
  ['provider', keyWith(['profile', 'provider'], 'anthropic')],
  ['model', keyWith(['profile', 'model'], 'gpt-4o-mini-2026-01-01')],
  ['address', keyWith(['profile', 'baseUrl'], 'https://models.example/v2')],
  ['account', keyWith(['profile', 'secret'], 'SECOND_KEY')],
  ['window', keyWith(['profile', 'contextWindow'], 8001)],
  ['longest answer of the profile', keyWith(['profile', 'maxOutputTokens'], 501)],
  ['whether schemas are honoured', keyWith(['profile', 'jsonSchema'])],
  ['profile', keyWith([], undefined, { name: 'other' })],
  ['kind', keyWith([], undefined, { kind: 'rerank' })],
  ['scope', keyWith([], undefined, { scope: 'acme' })],
  ['prompts and documents', keyWith([], undefined, { sources: 's2' })],
  ['message', keyWith(['request', 'messages', 1, 'content'], 'How long ?')],
  ['order of messages', keyWith(['request', 'messages'], [user, system])],
  ['role', keyWith(['request', 'messages', 0, 'role'], 'user')],
  ['prompt version', keyWith(['request', 'messages', 0, 'prompt', 'version'], 'a2')],
  ['picture', keyWith(['request', 'messages', 1, 'attachments', 0, 'data'], 'AAAB')],
  ['temperature', keyWith(['request', 'temperature'], 0.1)],
  ['no temperature', keyWith(['request', 'temperature'])],
  ['top p', keyWith(['request', 'topP'], 0.9)],
  ['seed', keyWith(['request', 'seed'], 8)],
  ['longest answer', keyWith(['request', 'maxTokens'], 101)],
  ['stop texts', keyWith(['request', 'stop'], ['END', 'STOP'])],
  ['schema', keyWith(['request', 'schema'], { type: 'object' })],
  ['tools', keyWith(['request', 'tools'], [{ name: 'look', description: '', parameters: {} }])],
  ['chunk', keyWith(['request', 'context', 'chunks', 0, 'hash'], 'h2')],
];

describe('responseKey', () => {
  it('is another one when anything that decides the answer is', () => {
    const keys = changes.map(([, key]) => key);
    for (const [what, key] of changes) expect(key, what).not.toBe(keyWith());
    // Nor do two changes give the same.
    expect(new Set(keys).size).toBe(keys.length);
    expect(keyWith()).toMatch(/^[0-9a-f]{64}$/);
  });

  it('does not depend on how the call is made and paid', () => {
    const patient = {
      ...{ timeouts: { totalMs: 5 }, retry: { attempts: 9 }, fallbacks: [{ profile: 'other' }], breaker: false },
      ...{ limits: { inFlight: 2 }, personalData: false, prices: { input: 1, output: 1 }, cache: { ttlMs: 5 } },
    };
    expect(keyWith(['profile'], { ...profile, ...patient })).toBe(keyWith());
  });

  it('is the same for equal requests whatever the order of their fields, and differs for any that are not equal', () => {
    const keyOf = (value: Json) => keyWith(['request'], { value });
    fc.assert(
      fc.property(
        jsonArbitrary,
        jsonArbitrary,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (a, b, random) => {
          expect(keyOf(shuffledKeys(a, () => random.next().value as number))).toBe(keyOf(a));
          const equal = JSON.stringify(a) === JSON.stringify(b);
          if (keyOf(a) === keyOf(b)) expect(b).toEqual(a);
          else expect(equal).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });
});
