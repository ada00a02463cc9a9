import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallCourse } from '../../core/capabilities/capabilities.ts';
import { AppError, isAppError } from '../../core/errors/app-error.ts';
import { type ErrorClass, errorClasses } from '../../core/errors/error-classes.ts';
import type { JsonObject } from '../../core/graph/json.ts';
import { attemptsFor, callPolicy, type NodeCallPolicy, type Retry } from '../../core/policy/call-policy.ts';
import { ModelProfile } from '../../core/workspace/workspace-config.ts';
import { Breakers } from './breakers.ts';
import { CallPipeline, type PipelineCall } from './call-pipeline.ts';
import type { CallStages } from './call-stages.ts';
import { complaintError, type ErrorPlace, providerError, readComplaint, wireError } from './provider-errors.ts';
import type { WireFailure } from './provider-fetch.ts';
import { RetryBudget } from './retry-budget.ts';
import { createSecretRedactor } from './secret-redactor.ts';

const START = Date.UTC(2027, 0, 1);

/** What a provider does at one try: answers, or fails as seen on the wire. */
type Move =
  | { said: string }
  | { wire: Exclude<WireFailure['kind'], 'status'> }
  | { status: number; body?: object; headers?: { [name: string]: string } }
  /** Some text, then the connection breaks, or the provider's own error comes. */
  | { cut: string }
  | { broken: string; error: object }
  /** Known before anything is sent. */
  | { unable: 'provider.capability' | 'provider.context_window' | 'profile.key_missing' }
  | { refuses: true };

interface Answer extends CallCourse {
  text: string;
}

/** Pipeline and providers on a clock that only waits move. */
class World {
  time = START;
  /** Profiles in the order that they were asked, and what was waited between. */
  asked: string[] = [];
  waited: number[] = [];
  /** What somebody who watches the stream has before their eyes. */
  seen = '';
  whileWaiting = (): void => undefined;
  readonly scripts: { [profile: string]: Move[] };
  readonly controller = new AbortController();
  readonly breakers: Breakers;
  readonly pipeline: CallPipeline;
  readonly profiles: { [name: string]: JsonObject };

  constructor(
    scripts: { [profile: string]: Move[] },
    profiles: { [name: string]: JsonObject } = {},
    more: Partial<{ stages: CallStages; random: () => number }> = {},
  ) {
    this.scripts = scripts;
    this.profiles = profiles;
    const now = () => this.time;
    this.breakers = new Breakers(now);
    this.pipeline = new CallPipeline({
      stages: more.stages ?? {},
      breakers: async () => this.breakers,
      retryBudget: new RetryBudget(now),
      random: more.random ?? (() => 0.5),
      clock: {
        now,
        elapsed: () => this.time - START,
        sleep: async (ms, signal) => {
          this.waited.push(ms);
          this.pass(ms);
          this.whileWaiting();
          if (signal?.aborted) throw signal.reason;
        },
      },
    });
  }

  pass(ms: number): void {
    this.time += ms;
    // The breaker's library reads the time of the machine.
    vi.setSystemTime(this.time);
  }

  profile(name: string): ModelProfile {
    return ModelProfile.parse({
      use: 'chat',
      provider: 'openai-compatible',
      model: `model-of-${name}`,
      baseUrl: 'http://127.0.0.1:9',
      ...this.profiles[name],
    });
  }

  call({
    retry,
    calls,
    deadline,
    name = 'main',
    valueAnswer = true,
    personAnswer = true,
  }: CallSpec = {}): Promise<Answer> {
    const call: PipelineCall<Answer> = {
      kind: 'chat',
      name,
      profile: this.profile(name),
      request: {},
      options: {
        signal: this.controller.signal,
        onDelta: (text) => {
          this.seen += text;
        },
        onRestart: () => {
          this.seen = '';
        },
        about: {
          ...{
            runId: 'r',
            workflowId: 'wf_x',
            workflowHash: 'h',
            step: 's',
            node: 's',
            attempt: 1,
            call: 0,
            personal: false,
            tags: [],
            prompt: () => undefined,
            sources: async () => '',
          },
          policy: { ...(retry && { retry }), ...(calls && { calls }) },
          ...(deadline !== undefined && { deadline }),
        },
      },
      link: async (asked) => {
        const profile = this.profile(asked);
        const next = this.scripts[asked]?.[0];
        if (next && 'unable' in next)
          throw providerError(
            next.unable,
            place(asked, () => this.time),
            { message: 'unable', data: { unsent: true } },
          );
        return {
          name: asked,
          profile,
          account: asked,
          load: async () => undefined,
          worst: async () => ({
            usage: { inputTokens: 1, outputTokens: 1, estimated: true },
            cost: { nanoUsd: 1, known: true, priceVersion: 'x' },
          }),
          attempt: async ({ onDelta }) => {
            this.asked.push(asked);
            const script = this.scripts[asked] ?? [];
            const move = script.length > 1 ? (script.shift() as Move) : script[0];
            return this.move(
              move ?? { said: `${asked} says` },
              place(asked, () => this.time),
              onDelta,
            );
          },
        };
      },
      ...(valueAnswer && { valueAnswer: (value) => ({ text: String(value) }) }),
      ...(personAnswer && { personAnswer: { form: { type: 'object' }, answer: { text: '' }, field: 'text' } }),
    };
    return this.pipeline.run(call);
  }

  private move(move: Move, at: ErrorPlace, onDelta?: (text: string) => void): Answer {
    if ('said' in move) {
      for (const piece of move.said.split(/(?= )/)) onDelta?.(piece);
      return { text: move.said };
    }
    if ('cut' in move) {
      onDelta?.(move.cut);
      throw wireError({ kind: 'reset', detail: 'cut' }, at);
    }
    if ('broken' in move) {
      onDelta?.(move.broken);
      throw complaintError(readComplaint(move.error, undefined), at);
    }
    if ('refuses' in move) throw providerError('output.refusal', at, { message: 'no' });
    if ('unable' in move) throw new Error('asked although it was unable');
    if ('wire' in move) throw wireError({ kind: move.wire, detail: 'x' } as WireFailure, at);
    throw wireError(
      { kind: 'status', status: move.status, headers: move.headers ?? {}, body: JSON.stringify(move.body ?? {}) },
      at,
    );
  }
}

interface CallSpec {
  name?: string;
  retry?: Retry;
  calls?: NodeCallPolicy;
  deadline?: number;
  valueAnswer?: boolean;
  personAnswer?: boolean;
}

function place(profile: string, now: () => number): ErrorPlace {
  return {
    profile,
    provider: 'openai-compatible',
    model: 'm',
    origin: 'http://127.0.0.1:9',
    secret: undefined,
    redactor: () => createSecretRedactor([]),
    redact: (text) => text,
    now,
  };
}

/** The way of a call in a line: `main 250 main → spare (http.503)`, or `main ✗ auth`. */
async function course(world: World, spec: CallSpec = {}): Promise<string> {
  const outcome = await world.call(spec).catch((error: unknown) => error);
  const failed = isAppError(outcome) ? outcome : undefined;
  if (failed === undefined && outcome instanceof Error) throw outcome;
  const answer = outcome as Answer;
  const tries = failed
    ? ((failed.data?.['tries'] as unknown as CallCourse['tries']) ?? [{ profile: spec.name ?? 'main', ms: 0 }])
    : (answer.tries ?? [{ profile: spec.name ?? 'main', ms: 0 }]);
  const words: string[] = [];
  let fell = false;
  for (const { profile, waitMs, unsent } of tries) {
    if (profile !== tries[0]?.profile && !fell) {
      fell = true;
      words.push('→');
    }
    words.push(profile);
    if (unsent) words.push('(unable)');
    if (waitMs !== undefined) words.push(String(waitMs));
  }
  const ask = failed?.data?.['ask'] as { title: string } | undefined;
  if (ask) words.push('→ person');
  else if (failed) words.push('✗', failed.class);
  else if (answer.fallback?.name === 'value') words.push(`→ “${answer.text}”`);
  if (failed) expect(failed.data?.['exhausted']).toBe(true);
  // What the course says is what really happened.
  expect(tries.flatMap(({ profile, unsent }) => (unsent ? [] : profile))).toEqual(world.asked);
  expect(tries.flatMap(({ waitMs }) => waitMs ?? [])).toEqual(world.waited);
  const seen = failed ? '' : answer.fallback?.name === 'value' ? '' : answer.text;
  expect(world.seen).toBe(seen);
  return words.join(' ');
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

const openai = (type: string, code: string | null, message = 'x') => ({ error: { type, code, message } });
const anthropic = (type: string, message = 'x') => ({ type: 'error', error: { type, message } });
const google = (status: string, details: object[] = [], message = 'x') => ({ error: { status, message, details } });

/**
 * Each fault lasts. Three policies: none at all; two attempts and a spare profile; a node that tries three times, but
 * only what it names, waits no longer than a second for a server that asks for it, and gives a held text or asks the
 * spare only for what they name. Jitter is half of its bound: 250, 500, 1,000, 2,000 ms.
 */
const faults: [name: string, Move, usual: string, spare: string, picky: string][] = [
  [
    'no connection in time',
    { wire: 'timeout.connect' },
    'main 250 main 500 main ✗ timeout.connect',
    'main 250 main → spare',
    'main ✗ timeout.connect',
  ],
  [
    'silence',
    { wire: 'timeout.idle' },
    'main 250 main 500 main ✗ timeout.idle',
    'main 250 main → spare',
    'main ✗ timeout.idle',
  ],
  [
    'too long in all',
    { wire: 'timeout.total' },
    'main 250 main ✗ timeout.total',
    'main 250 main → spare',
    'main 250 main 500 main ✗ timeout.total',
  ],
  [
    'connection reset',
    { wire: 'reset' },
    'main 250 main 500 main ✗ network.reset',
    'main 250 main → spare',
    'main ✗ network.reset',
  ],
  [
    'name unknown',
    { wire: 'dns' },
    'main 250 main 500 main ✗ network.unreachable',
    'main 250 main → spare',
    'main ✗ network.unreachable',
  ],
  [
    'connection refused',
    { wire: 'refused' },
    'main 250 main 500 main ✗ network.unreachable',
    'main 250 main → spare',
    'main ✗ network.unreachable',
  ],
  [
    'certificate refused',
    { wire: 'tls' },
    'main 250 main 500 main ✗ network.unreachable',
    'main 250 main → spare',
    'main ✗ network.unreachable',
  ],
  [
    'cut in the middle of the text',
    { cut: 'It is' },
    'main 250 main 500 main ✗ network.reset',
    'main 250 main → spare',
    'main ✗ network.reset',
  ],
  [
    'error event in the middle of the text',
    { broken: 'It is', error: anthropic('overloaded_error') },
    'main 250 main 500 main ✗ overloaded.529',
    'main 250 main → spare',
    'main ✗ overloaded.529',
  ],
  [
    'no protocol of this provider',
    { wire: 'malformed' },
    'main 250 main 500 main ✗ network.reset',
    'main 250 main → spare',
    'main ✗ network.reset',
  ],
  ['408', { status: 408 }, 'main 250 main 500 main ✗ http.408', 'main 250 main → spare', 'main ✗ http.408'],
  ['409', { status: 409 }, 'main 250 main 500 main ✗ http.409', 'main 250 main → spare', 'main ✗ http.409'],
  [
    '500',
    { status: 500, body: openai('server_error', null) },
    'main 250 main 500 main ✗ http.500',
    'main 250 main → spare',
    'main ✗ http.500',
  ],
  ['502', { status: 502 }, 'main 250 main 500 main ✗ http.502', 'main 250 main → spare', 'main ✗ http.502'],
  [
    '503',
    { status: 503 },
    'main 250 main 500 main ✗ http.503',
    'main 250 main → spare',
    'main 250 main 500 main → “held”',
  ],
  [
    '503, back in 2 s',
    { status: 503, headers: { 'retry-after': '2' } },
    'main 2000 main 2000 main ✗ http.503',
    'main 2000 main → spare',
    'main → “held”',
  ],
  ['504', { status: 504 }, 'main 250 main 500 main ✗ http.504', 'main 250 main → spare', 'main ✗ http.504'],
  [
    '529',
    { status: 529, body: anthropic('overloaded_error') },
    'main 250 main 500 main ✗ overloaded.529',
    'main 250 main → spare',
    'main ✗ overloaded.529',
  ],
  [
    '429',
    { status: 429, body: openai('requests', 'rate_limit_exceeded') },
    'main 250 main 500 main 1000 main 2000 main ✗ rate_limit.requests',
    'main 250 main → spare',
    'main 250 main 500 main → “held”',
  ],
  [
    '429, again in 700 ms',
    { status: 429, headers: { 'retry-after-ms': '700' } },
    'main 700 main 700 main 1000 main 2000 main ✗ rate_limit.requests',
    'main 700 main → spare',
    'main 700 main 700 main → “held”',
  ],
  [
    '429, again at a date',
    { status: 429, headers: { 'retry-after': new Date(START + 3000).toUTCString() } },
    'main 3000 main 500 main 1000 main 2000 main ✗ rate_limit.requests',
    'main 3000 main → spare',
    'main → “held”',
  ],
  [
    '429, again in an hour',
    { status: 429, headers: { 'retry-after': '3600' } },
    'main ✗ rate_limit.requests',
    'main → spare',
    'main → “held”',
  ],
  [
    '429 of Google, again in 7 s',
    { status: 429, body: google('RESOURCE_EXHAUSTED', [{ retryDelay: '7s' }]) },
    'main 7000 main 7000 main 7000 main 7000 main ✗ rate_limit.requests',
    'main 7000 main → spare',
    'main → “held”',
  ],
  [
    '429 for tokens',
    { status: 429, body: openai('tokens', 'rate_limit_exceeded') },
    'main 250 main 500 main 1000 main 2000 main ✗ rate_limit.tokens',
    'main 250 main → spare',
    'main ✗ rate_limit.tokens',
  ],
  [
    'no credit',
    { status: 429, body: openai('insufficient_quota', 'insufficient_quota') },
    'main ✗ quota.exhausted',
    'main → spare',
    'main ✗ quota.exhausted',
  ],
  ['payment wanted', { status: 402 }, 'main ✗ quota.exhausted', 'main → spare', 'main ✗ quota.exhausted'],
  [
    'key refused',
    { status: 401, body: anthropic('authentication_error') },
    'main ✗ auth',
    'main → spare',
    'main → “held”',
  ],
  ['key may not', { status: 403 }, 'main ✗ permission', 'main → spare', 'main ✗ permission'],
  [
    'model unknown',
    { status: 404, body: openai('invalid_request_error', 'model_not_found') },
    'main ✗ model.not_found',
    'main → spare',
    'main ✗ model.not_found',
  ],
  ['model withdrawn', { status: 410 }, 'main ✗ model.deprecated', 'main → spare', 'main ✗ model.deprecated'],
  [
    'prompt too long',
    { status: 400, body: openai('invalid_request_error', 'context_length_exceeded') },
    'main ✗ context_window',
    'main → spare',
    'main → spare',
  ],
  [
    'prompt refused',
    { status: 400, body: openai('invalid_request_error', 'content_policy_violation') },
    'main ✗ content_filter.input',
    'main → spare',
    'main ✗ content_filter.input',
  ],
  [
    'request invalid',
    { status: 400, body: openai('invalid_request_error', null) },
    'main ✗ invalid_request',
    'main ✗ invalid_request',
    'main ✗ invalid_request',
  ],
  ['region not served', { status: 451 }, 'main ✗ region.blocked', 'main → spare', 'main ✗ region.blocked'],
  ['answer refused', { refuses: true }, 'main ✗ output.refusal', 'main → spare', 'main ✗ output.refusal'],
];

const picky: CallSpec = {
  retry: { attempts: 3, on: ['http.503', 'rate_limit.requests', 'timeout.total'], longestWaitMs: 1000 },
  calls: {
    fallbacks: [
      { value: 'held', on: ['http.503', 'rate_limit.requests', 'auth'] },
      { profile: 'spare', on: ['context_window'] },
    ],
  },
};

describe('a fault that lasts, by class and policy', () => {
  it('are thirty faults and more', () => {
    expect(new Set(faults.map(([name]) => name)).size).toBe(faults.length);
    expect(faults.length).toBeGreaterThanOrEqual(30);
  });

  it.each(faults)('%s', async (_, fault, usual, spare, named) => {
    expect(await course(new World({ main: [fault] }))).toBe(usual);
    const withSpare = { main: { retry: { attempts: 2 }, fallbacks: [{ profile: 'spare' }] } };
    expect(await course(new World({ main: [fault] }, withSpare))).toBe(spare);
    expect(await course(new World({ main: [fault] }), picky)).toBe(named);
  });
});

const down: Move = { status: 503 };

describe('a call on its way', () => {
  it('answers after faults that pass, each waited for by its own class', async () => {
    const world = new World({
      main: [{ wire: 'reset' }, { status: 429, headers: { 'retry-after': '2' } }, { said: 'at last' }],
    });
    const answer = await world.call();
    expect(answer.text).toBe('at last');
    expect(answer.tries).toEqual([
      { profile: 'main', ms: 0, error: 'provider.network', class: 'network.reset', waitMs: 250 },
      { profile: 'main', ms: 0, error: 'provider.rate_limit_requests', class: 'rate_limit.requests', waitMs: 2000 },
      { profile: 'main', ms: 0 },
    ]);
    expect(answer.fallback).toBeUndefined();
  });

  it('says nothing of its course when the first try answered', async () => {
    expect(await new World({ main: [{ said: 'yes' }] }).call()).toEqual({ text: 'yes' });
  });

  it('goes down its fallbacks in order, passing over those that cannot be asked or do not answer for the class', async () => {
    const fallbacks = [
      { profile: 'no-tools' },
      { profile: 'keyless' },
      { profile: 'only-for-auth', on: ['auth' as const] },
      { profile: 'down-too' },
      { profile: 'good' },
    ];
    const world = new World(
      {
        main: [down],
        'no-tools': [{ unable: 'provider.capability' }],
        keyless: [{ unable: 'profile.key_missing' }],
        'down-too': [{ status: 529 }],
        good: [{ said: 'from the fifth' }],
      },
      { main: { retry: { attempts: 1 }, fallbacks } },
    );
    const answer = await world.call();
    expect(answer.text).toBe('from the fifth');
    expect(answer.fallback).toEqual({ place: 5, name: 'good', because: 'overloaded.529' });
    expect(answer.tries?.map(({ profile, class: why }) => [profile, why])).toEqual([
      ['main', 'http.503'],
      ['no-tools', 'capability.missing'],
      ['keyless', 'auth'],
      ['down-too', 'overloaded.529'],
      ['good', undefined],
    ]);
    expect(world.asked).toEqual(['main', 'down-too', 'good']);
  });

  it('asks the longer window without asking the shorter one, and nobody when none is long enough', async () => {
    const fallbacks = [{ profile: 'long', on: ['context_window' as const] }];
    const world = new World(
      { main: [{ unable: 'provider.context_window' }], long: [{ said: 'read it all' }] },
      { main: { fallbacks } },
    );
    expect(await world.call()).toMatchObject({
      text: 'read it all',
      fallback: { place: 1, name: 'long', because: 'context_window' },
    });
    expect(world.asked).toEqual(['long']);
    const short = new World(
      { main: [{ unable: 'provider.context_window' }], long: [{ unable: 'provider.context_window' }] },
      { main: { fallbacks } },
    );
    await expect(short.call()).rejects.toMatchObject({ code: 'provider.context_window' });
    expect(short.asked).toEqual([]);
  });

  it('never falls back from what is the author’s to mend, whatever a fallback names', async () => {
    const all = Object.keys(errorClasses) as ErrorClass[];
    const fallbacks = [
      { profile: 'spare', on: all },
      { value: 'held', on: all },
    ];
    const world = new World(
      { main: [{ status: 400, body: openai('invalid_request_error', null) }] },
      { main: { fallbacks } },
    );
    await expect(world.call()).rejects.toMatchObject({ code: 'provider.invalid_request' });
    expect(world.asked).toEqual(['main']);
  });

  it('hands over to a person with the form and the answer around what they give', async () => {
    const world = new World(
      { main: [down] },
      { main: { retry: { attempts: 2 }, fallbacks: [{ person: { title: 'Say it', timeoutMs: 60_000 } }] } },
    );
    const error = (await world.call().catch((thrown: unknown) => thrown)) as AppError;
    expect(error.code).toBe('provider.http_503');
    expect(error.data?.['ask']).toMatchObject({
      title: 'Say it',
      timeoutMs: 60_000,
      field: 'text',
      answer: { text: '', fallback: { place: 1, name: 'person', because: 'http.503' }, tries: [{ waitMs: 250 }, {}] },
    });
    // What a person cannot answer goes on to whoever comes next.
    const embedding = new World(
      { main: [down] },
      { main: { retry: { attempts: 1 }, fallbacks: [{ person: {} }, { profile: 'spare' }] } },
    );
    expect(await embedding.call({ personAnswer: false })).toMatchObject({ text: 'spare says', fallback: { place: 2 } });
  });

  it('does not wait beyond the deadline of the step, nor longer than asked to', async () => {
    const world = new World({ main: [{ status: 503, headers: { 'retry-after': '5' } }] });
    await expect(world.call({ deadline: START + 4000 })).rejects.toMatchObject({ code: 'provider.http_503' });
    expect([world.asked, world.waited]).toEqual([['main'], []]);
    const patient = new World({ main: [{ status: 503, headers: { 'retry-after': '5' } }, { said: 'here' }] });
    expect(await patient.call({ deadline: START + 6000 })).toMatchObject({ text: 'here' });
    expect(patient.waited).toEqual([5000]);
  });

  it('ends at once when it is cancelled in a wait, and asks no fallback', async () => {
    const world = new World({ main: [down] }, { main: { fallbacks: [{ profile: 'spare' }] } });
    const reason = new Error('stopped');
    world.whileWaiting = () => world.controller.abort(reason);
    await expect(world.call()).rejects.toBe(reason);
    expect(world.asked).toEqual(['main']);
  });

  it('keeps retries of everybody within the budget of the account', async () => {
    const world = new World({ main: [down] }, { main: { breaker: false, retryBudget: { share: 0.2, atLeast: 3 } } });
    for (let i = 0; i < 40; i += 1) await world.call().catch(() => undefined);
    // 40 first tries allow eight; at least three.
    expect(world.asked.length - 40).toBe(8);
    world.pass(61_000);
    const before = world.asked.length;
    await world.call().catch(() => undefined);
    expect(world.asked.length - before).toBe(3);
  });
});

describe('the breaker', () => {
  const withSpare = {
    main: { retry: { attempts: 1 }, fallbacks: [{ profile: 'spare' }], breaker: { failures: 3, openMs: 10_000 } },
  };

  it('opens after the failures that it allows, asks once again after its time, and leaves others alone', async () => {
    const world = new World({ main: [down] }, withSpare);
    const changes: string[] = [];
    world.breakers.watch(({ profile, state, because }) => changes.push(`${profile} ${state} ${because ?? ''}`.trim()));
    for (let i = 0; i < 6; i += 1) expect((await world.call()).text).toBe('spare says');
    expect(world.asked.filter((one) => one === 'main')).toHaveLength(3);
    expect((await world.call()).fallback).toEqual({ place: 1, name: 'spare', because: 'circuit.open' });
    expect(await world.call({ name: 'other' })).toEqual({ text: 'other says' });
    world.pass(10_001);
    await world.call();
    expect(world.asked.filter((one) => one === 'main')).toHaveLength(4);
    world.scripts['main'] = [{ said: 'well again' }];
    expect((await world.call()).text).toBe('spare says');
    world.pass(10_001);
    expect(await world.call()).toEqual({ text: 'well again' });
    expect(changes).toEqual([
      'main open http.503',
      'main half-open http.503',
      'main open http.503',
      'main half-open http.503',
      'main closed http.503',
    ]);
  });

  it('lets one probe through, however many calls wait for it', async () => {
    const world = new World({ main: [down] }, withSpare);
    for (let i = 0; i < 3; i += 1) await world.call();
    world.pass(10_001);
    const before = world.asked.filter((one) => one === 'main').length;
    await Promise.all(Array.from({ length: 20 }, () => world.call()));
    expect(world.asked.filter((one) => one === 'main').length - before).toBe(1);
  });

  it('keeps the class of what went wrong when it opens between two tries', async () => {
    const world = new World(
      { main: [down] },
      { main: { breaker: { failures: 2 }, fallbacks: [{ value: 'held', on: ['http.503'] }] } },
    );
    const answer = await world.call();
    expect(answer).toMatchObject({ text: 'held', fallback: { because: 'http.503' } });
    expect(answer.tries?.map(({ class: why }) => why)).toEqual(['http.503', 'http.503', 'circuit.open']);
  });

  it('does not take a probe that was cancelled or never sent for a sign of health', async () => {
    let full = false;
    const limiter = {
      admit: async () => {
        if (full) throw new AppError('run.cancelled', { message: 'Given up while it waited for its turn.' });
        return { waitedMs: 0, heard: () => undefined, end: () => undefined };
      },
    };
    const world = new World({ main: [down] }, withSpare, { stages: { limiter } });
    for (let i = 0; i < 3; i += 1) await world.call();
    world.pass(10_001);
    full = true;
    await expect(world.call()).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(world.breakers.list().find(({ profile }) => profile === 'main')?.state).toBe('open');
  });

  it('is left alone by faults that say nothing about the provider', async () => {
    const world = new World(
      { main: [{ status: 429 }] },
      { main: { breaker: { failures: 2 }, retry: { attempts: 1 } } },
    );
    for (let i = 0; i < 5; i += 1) await world.call().catch(() => undefined);
    expect(world.breakers.list()[0]?.state).toBe('closed');
  });
});

describe('any faults and any policy', () => {
  const anyClass = fc.constantFrom(...(Object.keys(errorClasses) as ErrorClass[]));
  const anyMove: fc.Arbitrary<Move> = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...faults.map(([, move]) => move)) },
    { weight: 1, arbitrary: fc.constantFrom<Move>({ said: 'one two three' }, { unable: 'provider.capability' }) },
  );
  const anyRetry: fc.Arbitrary<Retry> = fc.record(
    {
      attempts: fc.integer({ min: 1, max: 10 }),
      byClass: fc.dictionary(anyClass, fc.integer({ min: 1, max: 10 }), { maxKeys: 4 }) as fc.Arbitrary<
        NonNullable<Retry['byClass']>
      >,
      baseMs: fc.integer({ min: 1, max: 5000 }),
      maxMs: fc.integer({ min: 1, max: 60_000 }),
      longestWaitMs: fc.integer({ min: 1, max: 100_000 }),
      on: fc.array(anyClass, { maxLength: 10 }),
    },
    { requiredKeys: [] },
  );
  const names = ['main', 'a', 'b'] as const;
  const anyFallback = fc.oneof(
    fc.record(
      { profile: fc.constantFrom(...names), on: fc.array(anyClass, { minLength: 1, maxLength: 20 }) },
      { requiredKeys: ['profile'] },
    ),
    fc.record(
      { value: fc.constant('held'), on: fc.array(anyClass, { minLength: 1, maxLength: 20 }) },
      { requiredKeys: ['value'] },
    ),
  );

  it('end in one answer or one error, within the attempts, with everything held back given back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          main: fc.array(anyMove, { minLength: 1, maxLength: 8 }),
          a: fc.array(anyMove, { minLength: 1, maxLength: 8 }),
          b: fc.array(anyMove, { minLength: 1, maxLength: 8 }),
        }),
        anyRetry,
        fc.array(anyFallback, { maxLength: 4 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        async (scripts, retry, fallbacks, jitter) => {
          let [reserved, settled, admitted, ended] = [0, 0, 0, 0];
          const stages: CallStages = {
            limiter: {
              admit: async () => {
                admitted += 1;
                return {
                  waitedMs: 0,
                  heard: () => undefined,
                  end: () => {
                    ended += 1;
                  },
                };
              },
            },
            budgets: {
              reserve: async () => {
                reserved += 1;
                return {
                  settle: async () => {
                    settled += 1;
                  },
                };
              },
            },
          };
          const world = new World(scripts, {}, { stages, random: () => jitter });
          const outcome = await world.call({ retry, calls: { fallbacks } }).catch((error: unknown) => error);
          const failed = isAppError(outcome) ? outcome : undefined;
          const answer = outcome as Answer;
          const tries = (failed ? (failed.data?.['tries'] as unknown as CallCourse['tries']) : answer.tries) ?? [];
          const policy = callPolicy(world.profile('main'), { retry, calls: { fallbacks } });

          expect([settled, ended, admitted]).toEqual([reserved, admitted, reserved]);
          expect(world.asked).toHaveLength(reserved);
          // Nobody is asked oftener than the largest number of attempts, for each time that the policy names them.
          const most = Math.max(
            ...(Object.keys(errorClasses) as ErrorClass[]).map((one) => attemptsFor(one, policy.retry)),
          );
          for (const name of names) {
            const places =
              (name === 'main' ? 1 : 0) + fallbacks.filter((one) => 'profile' in one && one.profile === name).length;
            expect(world.asked.filter((one) => one === name).length).toBeLessThanOrEqual(places * most);
          }
          for (const [i, one] of tries.entries()) {
            if (one.waitMs === undefined) continue;
            expect(one.waitMs).toBeLessThanOrEqual(Math.max(policy.retry.maxMs, policy.retry.longestWaitMs));
            expect(tries[i + 1]?.profile).toBe(one.profile);
          }
          if (failed) {
            expect(failed.data?.['exhausted']).toBe(true);
            expect(world.seen).toBe('');
            if (tries.length > 0) expect(tries.map((one) => one.class)).toContain(failed.class);
          } else if (answer.fallback?.name === 'value') expect([answer.text, world.seen]).toEqual(['held', '']);
          else expect(world.seen).toBe(answer.text);
        },
      ),
      { numRuns: 400 },
    );
  });
});
