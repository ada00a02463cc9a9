import { describe, expect, it } from 'vitest';
import type { ModelRequest, ModelResponse, OfferedTool } from '../../app/core/capabilities/capabilities.ts';
import { AppError, type Decision, type Json, type JsonObject } from '../../app/core/nodekit/index.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { check } from './check.ts';
import { fenced } from './fence.ts';
import { agent } from './manifest.ts';
import { run } from './run.ts';

const parameters: JsonObject = {
  type: 'object',
  properties: { q: { type: 'string', maxLength: 20 } },
  required: ['q'],
  additionalProperties: false,
};
const offered = (name: string, more: Partial<OfferedTool> = {}): OfferedTool => ({
  node: `node-${name}`,
  spec: { name, description: name, parameters },
  approval: 'effects',
  effects: false,
  untrusted: false,
  ...more,
});
const response = (more: Partial<ModelResponse>): ModelResponse => ({
  text: '',
  finish: 'stop',
  usage: { inputTokens: 10, outputTokens: 5, estimated: false },
  cost: { nanoUsd: 1_000_000, known: true, priceVersion: 'test' },
  model: 'm',
  provider: 'p',
  ms: 1,
  ...more,
});
type Wanted = [name: string, args: JsonObject | string];
const wants = (...wanted: Wanted[]) =>
  response({
    finish: 'tool_calls',
    toolCalls: wanted.map(([name, args], i) => ({
      id: `c${i}`,
      name,
      arguments: typeof args === 'string' ? {} : args,
      ...(typeof args === 'string' && { malformed: args }),
    })),
  });
const says = (text: string) => response({ text });

interface Setup {
  tools?: OfferedTool[];
  config?: object;
  inputs?: object;
  work?: (tool: string, args: JsonObject) => Promise<Json | undefined> | Json | undefined;
  decide?: (payload: Json) => Decision | null;
  untrustedInput?: boolean;
  now?: () => number;
}

function act(script: ModelResponse[], setup: Setup = {}) {
  const asked: ModelRequest[] = [];
  const called: { index: number; tool: string; args: JsonObject }[] = [];
  const reviews: { payload: Json; reason?: string | undefined }[] = [];
  const result = runNode(agent, run, {
    config: { profile: 'm', streaming: false, ...setup.config },
    inputs: { task: 'Do it.', ...setup.inputs },
    cap: {
      model: {
        generate: async (request) => {
          asked.push(structuredClone(request));
          return script.shift() ?? says('The script is over.');
        },
      },
      tools: {
        list: () => setup.tools ?? [offered('look')],
        call: async (index, tool, args) => {
          called.push({ index, tool, args });
          return setup.work ? setup.work(tool, args) : `${tool} ${JSON.stringify(args)}`;
        },
        spent: () => ({ nanoUsd: 500_000, unpriced: 0 }),
        untrustedInput: () => setup.untrustedInput ?? false,
      },
      waits: {
        person: async (request) => {
          reviews.push({ payload: request.payload, reason: request.reason });
          return setup.decide ? setup.decide(request.payload) : null;
        },
      },
      clock: { now: setup.now ?? (() => 0) },
    },
  });
  return { result, asked, called, reviews };
}
const decision = (action: string, more: Partial<Decision> = {}): Decision => ({
  action,
  values: {},
  by: 'ann',
  at: 1,
  ...more,
});
const outcomes = (calls: Json | undefined) => (calls as { outcome: string }[]).map(({ outcome }) => outcome);

describe('agent', () => {
  it('calls what the model asks for and ends with its answer', async () => {
    const { result, asked, called } = act([wants(['look', { q: 'a' }], ['look', { q: 'b' }]), says('Done.')]);
    const { outputs, detail } = await result;
    expect(called).toEqual([
      { index: 0, tool: 'node-look', args: { q: 'a' } },
      { index: 1, tool: 'node-look', args: { q: 'b' } },
    ]);
    expect(outputs['text']).toBe('Done.');
    expect(outputs['info']).toEqual({
      why: 'answer',
      turns: 2,
      calls: 2,
      refused: 0,
      costUsd: 0.003,
      untrusted: false,
    });
    expect(outputs['usage']).toMatchObject({ calls: 2, inputTokens: 20, outputTokens: 10, nanoUsd: 2_000_000 });
    expect((outputs['messages'] as { role: string }[]).map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'tool',
      'assistant',
    ]);
    expect(asked[1]?.messages.slice(-2).map(({ toolCallId }) => toolCallId)).toEqual(['c0', 'c1']);
    expect(detail).toMatchObject({
      turns: [
        { turn: 1, costUsd: 0.001, calls: [{ tool: 'look', outcome: 'done', frame: 0, costUsd: 0.0005 }, {}] },
        {},
      ],
    });
    expect(JSON.stringify(detail)).not.toContain('"q"');
  });

  it('fences what tools give, cuts what is too long, and says when there is nothing', async () => {
    const { result, asked } = act([wants(['look', { q: 'a' }], ['look', { q: 'b' }]), says('x')], {
      config: { maxResult: 100 },
      work: (_tool, { q }) => (q === 'a' ? `${'y'.repeat(99)}😀z` : undefined),
    });
    await result;
    const [long, none] = (asked[1]?.messages ?? []).slice(-2).map(({ content }) => content);
    expect(long).toMatch(/^Result of look\. .*cut: 3 further characters.*\n<data ([0-9a-f]{32})>\ny{99}\n<\/data \1>$/);
    expect(none).toBe('The tool gave no result.');
    const own = fenced('look', 'x', 100);
    expect(fenced('look', own, 1000)).not.toContain(`\n${own.split('\n').at(-1)}\n${own.split('\n').at(-1)}`);
  });

  it.each<[string, Wanted, string, string]>([
    ['an unknown tool', ['lok', { q: 'a' }], 'unknown', 'Did you mean “look”?'],
    ['arguments that do not fit', ['look', { q: 7 }], 'arguments', '/q must be string'],
    ['too many arguments', ['look', { q: 'a', __proto__x: 1 }], 'arguments', 'additional properties'],
    ['no JSON', ['look', '{"q": '], 'arguments', 'not a JSON object'],
  ])('tells the model of %s, and counts it', async (_name, wanted, outcome, tells) => {
    const { result, asked, called } = act([wants(wanted), wants(['look', { q: 'ok' }]), says('Done.')]);
    const { outputs } = await result;
    expect(called).toHaveLength(1);
    expect(outcomes(outputs['calls'])).toEqual([outcome, 'done']);
    expect(outputs['info']).toMatchObject({ calls: 1, refused: 1 });
    expect(asked[1]?.messages.at(-1)?.content).toContain(tells);
  });

  it('tells the model of a tool that fails, and fails with what ends the run', async () => {
    const failing = (code: 'output.empty' | 'internal') =>
      act([wants(['look', { q: 'a' }]), says('Without it.')], {
        work: () => {
          throw new AppError(code, { message: 'It broke.' });
        },
      });
    const soft = failing('output.empty');
    const { outputs } = await soft.result;
    expect(outcomes(outputs['calls'])).toEqual(['failed']);
    expect(soft.asked[1]?.messages.at(-1)?.content).toContain('It broke.');
    await expect(failing('internal').result).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('bounds', () => {
  const endless = () => Array.from({ length: 20 }, () => wants(['look', { q: 'a' }]));

  it('gets an answer in the last turn, without tools', async () => {
    const { result, asked, called } = act([wants(['look', { q: 'a' }]), says('Enough.')], { config: { maxTurns: 2 } });
    expect((await result).outputs).toMatchObject({ text: 'Enough.', info: { why: 'answer', turns: 2 } });
    expect(asked.map(({ toolChoice }) => toolChoice)).toEqual(['auto', 'none']);
    expect(called).toHaveLength(1);
  });

  it('makes no call in the last turn, whatever the model asks for', async () => {
    const { result, called } = act(endless(), { config: { maxTurns: 3 } });
    const { outputs } = await result;
    expect(called).toHaveLength(2);
    expect(outputs['info']).toMatchObject({ why: 'turns', turns: 3 });
    expect(outcomes(outputs['calls'])).toEqual(['done', 'done', 'limit']);
  });

  it.each([
    ['turns', { maxTurns: 3 }],
    ['cost', { maxCostUsd: 0.004 }],
    ['time', { timeoutMs: 25 }],
  ])('stops or fails at %s', async (why, bound) => {
    const clock = () => {
      let now = 0;
      return () => {
        now += 10;
        return now;
      };
    };
    const stopped = act(endless(), { config: { ...bound, onBound: 'stop' }, now: clock() });
    expect((await stopped.result).outputs).toMatchObject({ info: { why } });
    expect((await stopped.result).outputs['text']).toBeUndefined();
    expect(stopped.asked).toHaveLength(3);
    const failed = act(endless(), { config: { ...bound, onBound: 'fail' }, now: clock() });
    await expect(failed.result).rejects.toMatchObject({ code: `bound.${why}` });
  });

  it('fails where a cost is bounded and a price is not known', async () => {
    const unpriced = { ...wants(['look', { q: 'a' }]), cost: { nanoUsd: 0, known: false, priceVersion: 'test' } };
    const { result } = act([unpriced], { config: { maxCostUsd: 1 } });
    await expect(result).rejects.toMatchObject({ code: 'bound.cost', message: expect.stringContaining('not known') });
  });

  it('refuses calls beyond their number, within a turn and over all', async () => {
    const { result, called, asked } = act(
      [wants(['look', { q: '1' }], ['look', { q: '2' }], ['look', { q: '3' }]), wants(['look', { q: '4' }]), says('x')],
      { config: { maxCalls: 2 } },
    );
    const { outputs } = await result;
    expect(called.map(({ args }) => args['q'])).toEqual(['1', '2']);
    expect(outcomes(outputs['calls'])).toEqual(['done', 'done', 'limit', 'limit']);
    expect(asked[1]?.toolChoice).toBe('none');
  });

  it('runs so many calls at once and keeps their order', async () => {
    let now = 0;
    let most = 0;
    const many = Array.from({ length: 9 }, (_, i): Wanted => ['look', { q: String(i) }]);
    const { result, asked } = act([wants(...many), says('x')], {
      config: { parallel: 3 },
      work: async (_tool, { q }) => {
        now += 1;
        most = Math.max(most, now);
        for (let i = 0; i < 9 - Number(q); i += 1) await Promise.resolve();
        now -= 1;
        return `r${q}`;
      },
    });
    await result;
    expect(most).toBe(3);
    const told = (asked[1]?.messages ?? []).filter(({ role }) => role === 'tool').map(({ content }) => content);
    expect(told.map((text) => /\nr(\d)\n/.exec(text)?.[1])).toEqual([...'012345678']);
  });
});

describe('approval', () => {
  const send = offered('send', { effects: true });
  const call = wants(['send', { q: 'x' }]);

  it('is asked before a call with effects', async () => {
    const { result, called, reviews } = act([call, says('Sent.')], {
      tools: [send],
      decide: () => decision('approve'),
    });
    const { outputs } = await result;
    expect(reviews).toMatchObject([{ payload: { tool: 'send', arguments: { q: 'x' }, untrusted: false } }]);
    expect(called).toHaveLength(1);
    expect(outputs['calls']).toMatchObject([{ outcome: 'done', by: 'ann' }]);
  });

  it.each<[string, Decision | null, string]>([
    ['rejected', decision('reject', { comment: 'Not today.' }), 'Not today.'],
    ['not decided in time', null, 'in time'],
    ['edited into what does not fit', decision('edit', { values: { arguments: { q: 5 } } }), 'did not allow'],
  ])('makes no call that is %s', async (_name, decided, tells) => {
    const { result, called, asked } = act([call, says('Without.')], { tools: [send], decide: () => decided });
    const { outputs } = await result;
    expect(called).toEqual([]);
    expect(outcomes(outputs['calls'])).toEqual(['rejected']);
    expect(asked[1]?.messages.at(-1)?.content).toContain(tells);
  });

  it('calls with the arguments that a person made of it', async () => {
    const { result, called } = act([call, says('x')], {
      tools: [send],
      decide: () => decision('edit', { values: { arguments: { q: 'better' } } }),
    });
    expect((await result).outputs['calls']).toMatchObject([{ arguments: { q: 'better' }, edited: true }]);
    expect(called).toMatchObject([{ args: { q: 'better' } }]);
  });

  it.each<[OfferedTool['approval'], boolean, boolean, boolean]>([
    ['effects', true, false, true],
    ['effects', false, true, false],
    ['always', false, false, true],
    ['untrusted', true, false, false],
    ['untrusted', true, true, true],
    ['untrusted', false, true, false],
  ])('%s, with effects %s, after text of others %s: asks %s', async (approval, effects, untrusted, asks) => {
    const { result, reviews } = act([call, says('x')], {
      tools: [{ ...send, approval, effects }],
      untrustedInput: untrusted,
      decide: () => decision('approve'),
    });
    await result;
    expect(reviews).toHaveLength(asks ? 1 : 0);
  });

  it.each([
    ['from a tool', {}, offered('read', { untrusted: true })],
    ['from where its input comes', { untrustedInput: true }, offered('read')],
    ['by its config', { config: { untrustedInput: true } }, offered('read')],
  ])('is not even asked for after text of others %s, where that is refused', async (_name, more, read) => {
    const { result, called, reviews } = act([wants(['read', { q: 'x' }]), call, says('x')], {
      tools: [read, { ...send, approval: 'untrusted' }],
      ...more,
      config: { untrusted: 'refuse', ...('config' in more ? more.config : {}) },
    });
    const { outputs } = await result;
    expect(called.map(({ tool }) => tool)).toEqual(['node-read']);
    expect(reviews).toEqual([]);
    expect(outcomes(outputs['calls'])).toEqual(['done', 'untrusted']);
  });

  it('counts what a tool gives from the next turn on: what was asked beside it was asked before', async () => {
    const { result, reviews } = act(
      [wants(['read', { q: 'x' }], ['send', { q: 'x' }]), wants(['send', { q: 'y' }]), says('x')],
      {
        tools: [offered('read', { untrusted: true }), { ...send, approval: 'untrusted' }],
        decide: () => decision('approve'),
      },
    );
    await result;
    expect(reviews).toMatchObject([{ payload: { arguments: { q: 'y' }, untrusted: true } }]);
  });
});

describe('what it is given', () => {
  it('puts instructions first, then the conversation, then the task', async () => {
    const { result, asked } = act([says('x')], {
      config: { instructions: 'Be brief.' },
      inputs: {
        messages: [
          { role: 'system', content: 'You help.' },
          { role: 'user', content: 'Hello' },
        ],
      },
    });
    await result;
    expect(asked[0]?.messages).toEqual([
      { role: 'system', content: expect.stringMatching(/^Be brief\.\n\nYou help\.\n\nWhat tools give/) },
      { role: 'user', content: 'Hello' },
      { role: 'user', content: 'Do it.' },
    ]);
  });

  it('asks without tools where there are none, and fails without a task', async () => {
    const { result, asked } = act([says('x')], { tools: [] });
    await result;
    expect(asked[0]).not.toHaveProperty('tools');
    await expect(act([says('x')], { inputs: { task: undefined } }).result).rejects.toMatchObject({
      code: 'step.input',
    });
  });

  it('is checked for names that stand twice and for missing wires', async () => {
    const tools = ['a', 'b'].map((id) => ({ id, type: 'tool', version: 1, parent: 'x', config: { name: 'same' } }));
    const findings = await check(agent.config.parse({ profile: 'm' }), {
      nodeId: 'x',
      connected: new Set<string>(),
      prompts: new Map(),
      workflow: { nodes: tools } as never,
    });
    expect(findings.map(({ message }) => message)).toEqual([
      'Two of its tools are called “same”.',
      'The agent has nothing to do: neither “task” nor “messages” has a wire.',
    ]);
  });
});
