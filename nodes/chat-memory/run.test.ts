import { describe, expect, it } from 'vitest';
import type { Message, ModelRequest, Turn } from '../../app/core/nodekit/index.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { check } from './check.ts';
import { chatMemory } from './manifest.ts';
import { run } from './run.ts';

const turnsOf = (...users: string[]): Turn[] =>
  users.map((user, i) => ({ turn: i + 1, user, assistant: user.toUpperCase() }));

interface World {
  turns?: Turn[];
  summary?: { text: string; until: number };
  config?: object;
  session?: string;
  reply?: string | undefined;
}

/** A node with a memory that holds these turns; a token is a character. */
async function talk({ turns = [], summary, config = {}, session = 's1', ...more }: World) {
  const reply = 'reply' in more ? more.reply : 'Indeed.';
  const seen = {
    history: [] as Message[],
    asked: [] as ModelRequest[],
    wrote: [] as object[],
    order: [] as string[],
  };
  const wrote =
    <T>(what: string, answer: T) =>
    async (request: object) => {
      seen.order.push(what);
      seen.wrote.push(request);
      return answer;
    };
  const result = await runNode(chatMemory, run, {
    config: config as never,
    inputs: { session, message: 'and now?' },
    cap: {
      memory: {
        read: async () => ({ turns, ...(summary && { summary }) }),
        append: wrote('append', { turn: turns.length + 1 }),
        summarise: wrote('summarise', { kept: true }),
      },
      model: {
        generate: async (request) => {
          seen.asked.push(request);
          return {
            text: ' They said things. ',
            finish: 'stop',
            usage: { inputTokens: 1, outputTokens: 1, estimated: false },
            cost: { nanoUsd: 1, known: true, priceVersion: '1' },
            model: 'm',
            provider: 'p',
            ms: 1,
          };
        },
      },
      tokenizer: { count: (text) => text.length },
      body: {
        run: async (index, sources) => {
          expect([index, sources['message']]).toEqual([0, 'and now?']);
          seen.order.push('body');
          seen.history = sources['history'] as unknown as Message[];
          return { value: { more: 1 }, ...(reply !== undefined && { reply }) };
        },
      },
    },
  });
  return { ...seen, ...result };
}
const said = (messages: Message[]) => messages.map(({ content }) => content);

describe('chat memory', () => {
  it('gives the history to the body and keeps the turn afterwards', async () => {
    const { history, wrote, order, outputs, detail } = await talk({ turns: turnsOf('a', 'b'), session: ' s1 ' });
    expect(history).toEqual([
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'A' },
      { role: 'user', content: 'b' },
      { role: 'assistant', content: 'B' },
    ]);
    expect(order).toEqual(['body', 'append']);
    expect(wrote).toEqual([{ space: 'chat', session: 's1', user: 'and now?', assistant: 'Indeed.' }]);
    expect(outputs).toMatchObject({ reply: 'Indeed.', value: { more: 1 }, info: { turn: 3, given: 2, dropped: 0 } });
    expect(said(outputs['messages'] as never)).toEqual(['a', 'A', 'b', 'B', 'and now?', 'Indeed.']);
    expect(detail).toEqual({ given: 2, dropped: 0, summedUp: 0, summary: false });
  });

  it('keeps nothing when nothing was answered', async () => {
    const { wrote, outputs } = await talk({ reply: undefined });
    expect(wrote).toEqual([]);
    expect(Object.keys(outputs)).toEqual(['value', 'info']);
  });

  it.each<[string, object, string[]]>([
    ['turns', { turns: 2 }, ['c', 'C', 'd', 'D']],
    ['no turns', { turns: 0 }, []],
    // Two characters a turn.
    ['tokens', { tokens: 5 }, ['c', 'C', 'd', 'D']],
    ['fewer tokens than the last turn has', { tokens: 1 }, []],
  ])('drops what is older than the window: %s', async (_, config, given) => {
    const { history, outputs } = await talk({ turns: turnsOf('a', 'b', 'c', 'd'), config });
    expect(said(history)).toEqual(given);
    expect(outputs['info']).toMatchObject({ given: given.length / 2, dropped: 4 - given.length / 2 });
  });

  const summing = { older: 'summary', profile: 'm', turns: 4, summaryTokens: 99 };

  it('sums up the older half when the window overflows, and says so in a turn of its own', async () => {
    const turns = turnsOf('a', 'b', 'c', 'd', 'e {{ 7 | times: 7 }}');
    const { history, asked, order, wrote, outputs } = await talk({ turns, config: summing });
    expect(order).toEqual(['summarise', 'body', 'append']);
    expect(wrote[0]).toEqual({ space: 'chat', session: 's1', text: 'They said things.', until: 3 });
    expect(asked).toMatchObject([{ profile: 'm', maxTokens: 99, temperature: 0 }]);
    const [rules, given] = asked[0]?.messages ?? [];
    expect(rules?.role).toBe('system');
    expect(rules?.content).not.toContain('"a"');
    expect(JSON.parse(given?.content ?? '')).toEqual({
      conversation: turns.slice(0, 3).map(({ user, assistant }) => ({ user, assistant })),
    });
    expect(history.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user', 'assistant']);
    expect(history[0]?.content).toContain('They said things.');
    expect(said(history.slice(2))).toEqual(['d', 'D', 'e {{ 7 | times: 7 }}', 'E {{ 7 | TIMES: 7 }}']);
    expect(outputs['info']).toMatchObject({ given: 2, summedUp: 3, dropped: 0, summary: true });
  });

  it('asks no model while everything fits, and carries the last summary on', async () => {
    const fits = await talk({ turns: turnsOf('a', 'b'), config: summing });
    expect(fits.asked).toEqual([]);
    const summary = { text: 'Long ago.', until: 7 };
    const later = await talk({ turns: turnsOf('a', 'b', 'c', 'd', 'e'), summary, config: summing });
    expect(JSON.parse(later.asked[0]?.messages[1]?.content ?? '')).toMatchObject({ summary: 'Long ago.' });
    const kept = await talk({ turns: turnsOf('a'), summary });
    expect(kept.asked).toEqual([]);
    expect(kept.history[0]?.content).toContain('Long ago.');
  });

  it.each(['', '  ', 'x'.repeat(201), '\ud800'])('refuses the session %j', async (session) => {
    await expect(talk({ session })).rejects.toMatchObject({ code: 'memory.session' });
  });
});

it('wants a profile to sum up with', () => {
  expect(chatMemory.config.safeParse({ older: 'summary' }).error?.issues[0]).toMatchObject({ path: ['profile'] });
});

it('check refuses the policy cache and warns of what has no effect', async () => {
  const find = (config: object, policy?: object) =>
    check(chatMemory.config.parse(config), {
      nodeId: 'n',
      connected: new Set<string>(),
      workflow: { nodes: [{ id: 'n', policy }] } as never,
      prompts: new Map<string, string>(),
    });
  expect(await find({})).toEqual([]);
  expect(await find({}, { cache: { ttlMs: 1 } })).toMatchObject([{ severity: 'error' }]);
  expect(await find({ profile: 'm' })).toMatchObject([{ severity: 'warning', field: 'profile' }]);
  expect(await find({ turns: 0 })).toMatchObject([{ severity: 'warning', field: 'turns' }]);
});
