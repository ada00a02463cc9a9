import { HumanMessage } from '@langchain/core/messages';
import { describe, expect, it } from 'vitest';
import { openaiCompatible } from './openai-compatible.ts';

interface Body {
  stream: boolean;
  messages: { role: string; content: string }[];
  temperature?: number;
  max_tokens?: number;
}

/** What is posted for a question. */
async function posted(question: string, more: { temperature?: number; maxTokens?: number } = {}) {
  if (!('request' in openaiCompatible)) throw new Error('answers are read by the library');
  const { temperature, maxTokens } = more;
  const { path, body } = await openaiCompatible.request({
    baseUrl: 'http://server.test/v1',
    model: 'm',
    request: { profile: 'p', messages: [], ...(temperature !== undefined && { temperature }) },
    messages: [new HumanMessage(question)],
    maxTokens,
    contextWindow: undefined,
  });
  return { path, body: JSON.parse(JSON.stringify(body)) as Body };
}

describe('requests', () => {
  it('each ask their own question, however many are made at once', async () => {
    const questions = Array.from({ length: 30 }, (_, i) => `call ${'x'.repeat(i)}`);
    const requests = await Promise.all(questions.map((question) => posted(question)));
    requests.forEach(({ path, body }, i) => {
      expect(path).toBe('/chat/completions');
      expect(body).toMatchObject({ model: 'm', stream: true, stream_options: { include_usage: true } });
      expect(body.messages).toEqual([{ role: 'user', content: questions[i] }]);
    });
  });

  it('keep their own settings', async () => {
    const [hot, cold] = await Promise.all([
      posted('hot', { temperature: 1 }),
      posted('cold', { temperature: 0, maxTokens: 5 }),
    ]);
    expect(hot.body).toMatchObject({ temperature: 1 });
    expect(hot.body).not.toHaveProperty('max_tokens');
    expect(cold.body).toMatchObject({ temperature: 0, max_tokens: 5 });
  });
});

describe('the text of an event', () => {
  const textOf = (event: unknown) =>
    'textOf' in openaiCompatible ? openaiCompatible.textOf(event as never) : 'read by the library';

  it('is what its first choice adds', () => {
    expect(textOf({ choices: [{ delta: { content: 'one' } }, { delta: { content: 'two' } }] })).toBe('one');
  });

  it.each([
    [{ choices: [] }],
    [{ choices: [{ delta: {} }] }],
    [{ choices: [{ delta: { content: null } }] }],
    [{ choices: [{ delta: { content: [{ type: 'text', text: 'a list' }] } }] }],
    [{ choices: [{ finish_reason: 'stop' }] }],
    [{ usage: { prompt_tokens: 1 } }],
    ['no object'],
    [null],
  ])('is empty where there is none: %j', (event) => {
    expect(textOf(event)).toBe('');
  });
});
