import type { ErrorCode } from '../../app/core/errors/error-codes.ts';
import {
  type Answer,
  AppError,
  type Context,
  isJsonObject,
  type Json,
  type JsonObject,
  type Message,
  type ModelRequest,
  type ModelResponse,
  type Run,
} from '../../app/core/nodekit/index.ts';
import { isAbstention } from '../../app/core/text/abstention.ts';
import { locateCitations, resolveCitations } from '../../app/core/text/citations.ts';
import { compileJsonSchema, type SchemaTest } from '../../app/core/text/json-schema.ts';
import { parseJsonAnswer } from '../../app/core/text/parse-json-answer.ts';
import type { model } from './manifest.ts';

/** What `citations: json` asks for when the config has no schema of its own. */
const citedAnswerSchema: JsonObject = {
  type: 'object',
  properties: {
    answer: { type: 'string' },
    citations: {
      type: 'array',
      items: {
        type: 'object',
        properties: { marker: { type: 'string' }, quote: { type: 'string' } },
        required: ['marker', 'quote'],
        additionalProperties: false,
      },
    },
  },
  required: ['answer', 'citations'],
  additionalProperties: false,
};

interface Problem {
  code: Extract<ErrorCode, `output.${string}`>;
  /** What is wrong, as the model is told. */
  message: string;
}
type Reading = { json: Json | undefined; repaired: boolean } | Problem;

export const run: Run<typeof model> = async ({ config, inputs }, { cap, emit, step, detail }) => {
  const schema = config.schema ?? (config.citations === 'json' ? citedAnswerSchema : null);
  const test = schema === null ? undefined : await compileJsonSchema(schema, `node ${step.nodeId}, config.schema`);
  const total = emptyTotal();
  let conversation = inputs.messages;
  let maxTokens = config.maxTokens;
  let repairs = 0;

  for (let reasks = 0; ; reasks += 1) {
    const response = await cap.model.generate(request(), {
      // One try streams: pieces of a second answer shown behind the first would read as one text.
      ...(config.streaming && reasks === 0 && { onDelta: emit }),
    });
    add(total, response);
    const reading = read(response, test, config.repair);
    if (!('code' in reading)) {
      if (reading.repaired) repairs += 1;
      const { json } = reading;
      const answer = toAnswer(response.text, json, inputs.context, config.citations);
      detail({
        model: response.model,
        provider: response.provider,
        finish: response.finish,
        reasks,
        repairs,
        citations: answer.citations.length,
        abstained: answer.abstained,
      });
      return {
        text: response.text,
        json,
        answer,
        usage: { ...total, reasks, repairs },
        messages: [...conversation, { role: 'assistant', content: response.text }],
      };
    }
    if (reasks >= config.reasks) {
      detail({ model: response.model, provider: response.provider, finish: response.finish, reasks, repairs });
      throw new AppError(reading.code, {
        message: `${reading.message} The model was asked ${reasks + 1} time${reasks === 0 ? '' : 's'}.`,
        where: `node ${step.nodeId}, profile ${config.profile}`,
        remedy:
          reading.code === 'output.truncated'
            ? 'Raise maxTokens, or ask for a shorter answer.'
            : 'Make the prompt say what form the answer must have, raise reasks, or use a model that keeps to JSON schemas.',
        data: { reasks, repairs },
      });
    }
    if (reading.code === 'output.truncated') {
      // The same question with more room: the cut answer would only mislead.
      if (maxTokens !== undefined) maxTokens *= 2;
    } else conversation = askAgain(conversation, response.text, reading.message);
  }

  function request(): ModelRequest {
    return {
      profile: config.profile,
      messages: conversation,
      ...(schema !== null && { schema }),
      ...(config.temperature !== undefined && { temperature: config.temperature }),
      ...(maxTokens !== undefined && { maxTokens }),
      ...(config.topP !== undefined && { topP: config.topP }),
      ...(config.seed !== undefined && { seed: config.seed }),
      ...(config.stop.length > 0 && { stop: config.stop }),
      ...(inputs.context !== undefined && { context: inputs.context }),
      ...(inputs.question !== undefined && { question: inputs.question }),
    };
  }
};

/** What a response holds, or why it will not do. */
function read(response: ModelResponse, test: SchemaTest | undefined, repair: boolean): Reading {
  if (response.finish === 'content_filter') {
    throw new AppError('provider.content_filter_output', {
      message: `The provider withheld the answer of ${response.model}.`,
      where: `provider ${response.provider}`,
      remedy: 'Look at the prompt and the context for what the provider does not allow.',
    });
  }
  if (response.text.trim() === '') return { code: 'output.empty', message: 'The answer is empty.' };
  if (test === undefined) return { json: undefined, repaired: false };
  // Half an object can be mended into a whole one that lacks what was cut off: never take it.
  if (response.finish === 'length')
    return { code: 'output.truncated', message: 'The answer was cut off before its end.' };
  const parsed = parseJsonAnswer(response.text, repair);
  if ('problem' in parsed)
    return { code: 'output.invalid_json', message: `The answer is not valid JSON: ${parsed.problem}.` };
  const issues = test(parsed.value);
  if (issues.length === 0) return { json: parsed.value, repaired: parsed.repaired };
  const list = issues.map(({ path, message }) => `${path} ${message}`).join('; ');
  return { code: 'output.schema', message: `The answer does not fit the schema: ${list}.` };
}

/** The conversation with the rejected answer and what is wrong with it. */
function askAgain(conversation: Message[], rejected: string, problem: string): Message[] {
  const again: Message = {
    role: 'user',
    content: `${problem} Answer again, the whole answer, with nothing before or after it.`,
  };
  // Providers refuse an empty message of the assistant.
  return rejected.trim() === ''
    ? [...conversation, again]
    : [...conversation, { role: 'assistant', content: rejected }, again];
}

function toAnswer(
  text: string,
  json: Json | undefined,
  context: Context | undefined,
  mode: 'markers' | 'json' | 'none',
): Answer {
  const object = isJsonObject(json) ? json : undefined;
  const shown = typeof object?.['answer'] === 'string' ? object['answer'] : text;
  const abstained = isAbstention(shown);
  if (mode === 'none') return { text: shown, citations: [], abstained };
  if (mode === 'markers') return { text: shown, citations: resolveCitations(shown, context), abstained };
  const given = Array.isArray(object?.['citations']) ? object['citations'] : [];
  const citations = given.flatMap((entry) => {
    if (!isJsonObject(entry)) return [];
    const { marker, quote } = entry;
    if (typeof marker !== 'string' && typeof marker !== 'number') return [];
    return [{ marker: String(marker).replace(/^\[|\]$/g, ''), ...(typeof quote === 'string' && { quote }) }];
  });
  return { text: shown, citations: locateCitations(citations, context), abstained };
}

interface Total {
  calls: number;
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
  cacheWriteTokens: number;
  reasoningTokens: number;
  estimated: boolean;
  nanoUsd: number;
  priceKnown: boolean;
}

function emptyTotal(): Total {
  return {
    calls: 0,
    inputTokens: 0,
    outputTokens: 0,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    estimated: false,
    nanoUsd: 0,
    priceKnown: true,
  };
}

function add(total: Total, { usage, cost }: ModelResponse): void {
  total.calls += 1;
  total.inputTokens += usage.inputTokens;
  total.outputTokens += usage.outputTokens;
  total.cachedInputTokens += usage.cachedInputTokens ?? 0;
  total.cacheWriteTokens += usage.cacheWriteTokens ?? 0;
  total.reasoningTokens += usage.reasoningTokens ?? 0;
  total.estimated ||= usage.estimated;
  total.nanoUsd += cost.nanoUsd;
  total.priceKnown &&= cost.known;
}
