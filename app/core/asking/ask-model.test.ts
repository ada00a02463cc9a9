import { describe, expect, it } from 'vitest';
import type { ModelRequest, ModelResponse } from '../capabilities/capabilities.ts';
import { compileJsonSchema } from '../text/json-schema.ts';
import { type AskOptions, askModel, askModels, readJson, readText } from './ask-model.ts';
import { totalSpend } from './spend.ts';

type Reply = string | Partial<ModelResponse> | Error;
/** A model that answers each question by the last word of its first message. */
function scripted(script: { [question: string]: Reply[] }, asked: ModelRequest[] = [], delay = () => 0) {
  return {
    async generate(request: ModelRequest): Promise<ModelResponse> {
      asked.push(request);
      const reply = script[request.messages[0]?.content ?? '']?.shift() ?? new Error('no script');
      await new Promise((resolve) => setTimeout(resolve, delay()));
      if (reply instanceof Error) throw reply;
      return {
        text: '',
        finish: 'stop',
        usage: { inputTokens: 10, outputTokens: 2, estimated: false },
        cost: { nanoUsd: 5, known: true, priceVersion: '1' },
        model: 'm',
        provider: 'p',
        ms: 1,
        ...(typeof reply === 'string' ? { text: reply } : reply),
      };
    },
  };
}
const question = (content: string, model: AskOptions<string>['model'], more: Partial<AskOptions<string>> = {}) => ({
  model,
  request: { profile: 'x', messages: [{ role: 'user' as const, content }] },
  read: readText,
  reasks: 2,
  where: 'here',
  ...more,
});

describe('askModel', () => {
  it('sends a rejected answer back with what is wrong, and sums what was used', async () => {
    const asked: ModelRequest[] = [];
    const model = scripted({ q: ['{"n":"x"}', 'no json', '```json\n{"n":1,}\n```'] }, asked);
    const test = await compileJsonSchema({ type: 'object', properties: { n: { type: 'number' } }, required: ['n'] });
    const result = await askModel({ ...question('q', model), read: (answer) => readJson(answer, test, true) });
    expect(result).toMatchObject({
      value: { n: 1 },
      reasks: 2,
      repairs: 1,
      spend: { calls: 3, inputTokens: 30, nanoUsd: 15 },
    });
    expect(asked[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(asked[1]?.messages[2]?.content).toContain('/n must be number');
    expect(asked[2]?.messages).toHaveLength(5);
    expect(result.conversation).toEqual(asked[2]?.messages);
  });

  it('asks a cut answer for anew with twice the room', async () => {
    const asked: ModelRequest[] = [];
    const test = await compileJsonSchema({ type: 'object' });
    const model = scripted({ q: [{ text: '{"a":', finish: 'length' }, '{}'] }, asked);
    const options = question('q', model);
    await askModel({
      ...options,
      request: { ...options.request, maxTokens: 50 },
      read: (answer) => readJson(answer, test, true),
    });
    expect(asked.map(({ maxTokens, messages }) => [maxTokens, messages.length])).toEqual([
      [50, 1],
      [100, 1],
    ]);
  });

  it('fails when the tries are used up, and says how often', async () => {
    const facts: object[] = [];
    const failed = askModel(
      question('q', scripted({ q: ['', ' '] }), { reasks: 1, onFailed: (one) => facts.push(one) }),
    );
    await expect(failed).rejects.toMatchObject({
      code: 'output.empty',
      message: expect.stringContaining('asked 2 times'),
      where: 'here',
    });
    expect(facts).toEqual([{ model: 'm', provider: 'p', finish: 'stop', reasks: 1, repairs: 0 }]);
    const filtered = askModel(question('q', scripted({ q: [{ text: 'x', finish: 'content_filter' }] })));
    await expect(filtered).rejects.toMatchObject({ code: 'provider.content_filter_output' });
  });
});

describe('askModels', () => {
  it('makes the same calls in the same order whatever their timing', async () => {
    const orders: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const asked: ModelRequest[] = [];
      const script = { a: ['', 'A'], b: ['B'], c: ['', '', 'C'], d: ['D'], e: ['E'] };
      const model = scripted(script, asked, () => Math.random() * 8);
      const results = await askModels(
        ['a', 'b', 'c', 'd', 'e'].map((name) => question(name, model)),
        3,
      );
      expect(results.map(({ value }) => value)).toEqual(['A', 'B', 'C', 'D', 'E']);
      expect(totalSpend(results.map(({ spend }) => spend)).calls).toBe(8);
      orders.push(asked.map(({ messages }) => messages[0]?.content).join(''));
    }
    expect(new Set(orders)).toEqual(new Set(['abcaccde']));
  });

  it('lets the calls of a round end before it fails, with the first failure in order', async () => {
    const asked: ModelRequest[] = [];
    const model = scripted({ a: ['A'], b: [new Error('second')], c: [new Error('third')], d: ['D'] }, asked);
    const failed = askModels(
      ['a', 'b', 'c', 'd'].map((name) => question(name, model)),
      3,
    );
    await expect(failed).rejects.toThrow('second');
    expect(asked).toHaveLength(3);
  });

  it('has nothing to do for no questions', async () => {
    expect(await askModels([], 4)).toEqual([]);
  });
});
