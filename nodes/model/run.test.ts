import { describe, expect, it } from 'vitest';
import type { CallOptions, ModelRequest, ModelResponse } from '../../app/core/capabilities/capabilities.ts';
import { abstentionSentence } from '../../app/core/text/abstention.ts';
import { chunkOf } from '../../test/kit/chunk.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { check } from './check.ts';
import { model } from './manifest.ts';
import { run } from './run.ts';

const messages = [{ role: 'user' as const, content: 'Why?' }];
const text = 'Backups run every night. They are kept for thirty days.';
const context = {
  text: '',
  tokens: 9,
  dropped: [],
  chunks: [
    {
      ...chunkOf('c1', text, { documentId: 'd', file: 'b.md', start: 10, end: 10 + text.length, line: 4 }),
      marker: '1',
      tokens: 9,
    },
  ],
};
const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'], additionalProperties: false };

type Reply = string | Partial<ModelResponse>;
/** A model that gives these answers one after the other, each streamed in two pieces. */
async function ask(config: object, replies: Reply[], inputs: object = {}) {
  const requests: ModelRequest[] = [];
  const generate = async (request: ModelRequest, options?: CallOptions): Promise<ModelResponse> => {
    requests.push(structuredClone(request));
    const reply = replies[requests.length - 1];
    if (reply === undefined) throw new Error('asked too often');
    const answer = typeof reply === 'string' ? { text: reply } : reply;
    const whole = answer.text ?? '';
    options?.onDelta?.(whole.slice(0, 3));
    options?.onDelta?.(whole.slice(3));
    const usage = { inputTokens: 10, outputTokens: 5, estimated: false };
    return {
      text: whole,
      finish: 'stop',
      usage,
      cost: { nanoUsd: 7, known: true, priceVersion: 'p' },
      model: 'm',
      provider: 'x',
      ms: 1,
      ...answer,
    };
  };
  const result = runNode(model, run, {
    config: { profile: 'p', ...config },
    inputs: { messages, ...inputs },
    cap: { model: { generate } },
  });
  return { requests, result };
}

describe('model', () => {
  it('passes the parameters on and gives text, conversation, usage and the streamed pieces', async () => {
    const { requests, result } = await ask(
      { temperature: 0, maxTokens: 9, topP: 1, seed: 3, stop: ['##'] },
      ['Because.'],
      { question: 'Why?' },
    );
    const { outputs, emitted, detail } = await result;
    expect(requests).toEqual([
      { profile: 'p', messages, temperature: 0, maxTokens: 9, topP: 1, seed: 3, stop: ['##'], question: 'Why?' },
    ]);
    expect(outputs).toMatchObject({
      text: 'Because.',
      messages: [...messages, { role: 'assistant', content: 'Because.' }],
      answer: { text: 'Because.', citations: [], abstained: false },
      usage: { calls: 1, inputTokens: 10, nanoUsd: 7, priceKnown: true, reasks: 0, repairs: 0 },
    });
    expect(outputs).not.toHaveProperty('json');
    expect(emitted.join('')).toBe('Because.');
    expect(detail).toMatchObject({ model: 'm', finish: 'stop', reasks: 0 });
    expect((await (await ask({ streaming: false }, ['x'])).result).emitted).toEqual([]);
  });

  it('leads citations back to file, line and span, and knows an abstention', async () => {
    const { outputs } = await (await ask({}, ['They are kept for thirty days [1].'], { context })).result;
    expect(outputs['answer']).toMatchObject({
      citations: [{ marker: '1', file: 'b.md', line: 4, start: 35, quote: 'They are kept for thirty days.' }],
    });
    expect((await (await ask({}, [abstentionSentence])).result).outputs['answer']).toMatchObject({ abstained: true });
    expect((await (await ask({ citations: 'none' }, ['So [1].'], { context })).result).outputs['answer']).toMatchObject(
      { citations: [] },
    );
  });

  it('reads citations from JSON and keeps invented quotes without a span', async () => {
    const reply = JSON.stringify({
      answer: 'Thirty days.',
      citations: [
        { marker: '[1]', quote: 'kept for thirty days' },
        { marker: '1', quote: 'kept for ever' },
      ],
    });
    const { requests, result } = await ask({ citations: 'json' }, [reply], { context });
    const { answer } = (await result).outputs as { answer: { text: string; citations: { start?: number }[] } };
    expect(requests[0]?.schema).toHaveProperty('properties.citations');
    expect(answer.text).toBe('Thirty days.');
    expect(answer.citations.map(({ start }) => start)).toEqual([44, undefined]);
  });

  it('asks again with what is wrong, counts that, and shows pieces of the first try only', async () => {
    const { requests, result } = await ask({ schema }, ['no json', '{"n": "x"}', '{"n": 1}']);
    const { outputs, emitted } = await result;
    expect(outputs).toMatchObject({
      text: '{"n": 1}',
      json: { n: 1 },
      usage: { calls: 3, inputTokens: 30, reasks: 2, repairs: 0 },
    });
    expect(requests[1]?.messages).toEqual([
      ...messages,
      { role: 'assistant', content: 'no json' },
      { role: 'user', content: expect.stringContaining('not valid JSON') },
    ]);
    expect(requests[2]?.messages.at(-1)?.content).toContain('/n must be integer');
    expect(requests[2]?.messages).toHaveLength(5);
    expect(emitted.join('')).toBe('no json');
  });

  it('mends small faults instead, and counts that apart', async () => {
    const { outputs } = await (await ask({ schema }, ["Here it is:\n```json\n{'n': 1,}\n```"])).result;
    expect(outputs).toMatchObject({ json: { n: 1 }, usage: { calls: 1, reasks: 0, repairs: 1 } });
    await expect((await ask({ schema, repair: false, reasks: 0 }, ["{'n': 1}"])).result).rejects.toMatchObject({
      code: 'output.invalid_json',
    });
  });

  it('never mends an answer that was cut off: it asks again with twice the room', async () => {
    const { requests, result } = await ask({ schema, maxTokens: 20 }, [
      { text: '{"n": 1', finish: 'length' },
      '{"n": 12}',
    ]);
    expect((await result).outputs['json']).toEqual({ n: 12 });
    expect(requests.map(({ maxTokens, messages: asked }) => [maxTokens, asked.length])).toEqual([
      [20, 1],
      [40, 1],
    ]);
    await expect(
      (await ask({ schema, reasks: 0 }, [{ text: '{"n": 1}', finish: 'length' }])).result,
    ).rejects.toMatchObject({ code: 'output.truncated' });
  });

  it('asks again for an empty answer without an empty message, and gives up with the class of the fault', async () => {
    const { requests, result } = await ask({ reasks: 1 }, ['', ' ']);
    await expect(result).rejects.toMatchObject({
      code: 'output.empty',
      data: { reasks: 1 },
      message: expect.stringContaining('2 times'),
    });
    expect(requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'user']);
    await expect((await ask({ schema, reasks: 0 }, ['{"n": 1.5}'])).result).rejects.toMatchObject({
      code: 'output.schema',
      where: expect.stringContaining('profile p'),
    });
  });

  it('refuses a withheld answer and a schema that is none', async () => {
    await expect((await ask({}, [{ text: '', finish: 'content_filter' }])).result).rejects.toMatchObject({
      code: 'provider.content_filter_output',
    });
    await expect((await ask({ schema: { type: 'nonsense' } }, ['x'])).result).rejects.toMatchObject({
      code: 'schema.invalid',
      where: expect.stringContaining('config.schema'),
    });
  });
});

describe('check', () => {
  const find = (config: object, ...ports: string[]) =>
    check(model.config.parse({ profile: 'p', ...config }), {
      nodeId: 'n',
      connected: new Set(ports),
      workflow: {} as never,
      prompts: new Map(),
    });
  it('finds schemas that do not compile or cannot hold citations, and citations without a context', async () => {
    expect(await find({})).toEqual([]);
    expect(await find({ schema, citations: 'none' })).toEqual([]);
    expect(await find({ schema: { typo: 1 } })).toMatchObject([{ severity: 'error', field: 'schema' }]);
    expect(await find({ schema, citations: 'json' }, 'context')).toMatchObject([
      { severity: 'error', message: expect.stringContaining('citations') },
    ]);
    expect(await find({ citations: 'json' })).toMatchObject([{ severity: 'warning' }]);
  });
});
