import { askModel, readJson, readText } from '../../app/core/asking/ask-model.ts';
import {
  type Answer,
  type Context,
  isJsonObject,
  type Json,
  type JsonObject,
  type Run,
} from '../../app/core/nodekit/index.ts';
import { isAbstention } from '../../app/core/text/abstention.ts';
import { locateCitations, resolveCitations } from '../../app/core/text/citations.ts';
import { compileJsonSchema } from '../../app/core/text/json-schema.ts';
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

export const run: Run<typeof model> = async ({ config, inputs }, { cap, emit, step, detail }) => {
  const schema = config.schema ?? (config.citations === 'json' ? citedAnswerSchema : null);
  const test = schema === null ? undefined : await compileJsonSchema(schema, `node ${step.nodeId}, config.schema`);
  const { value, response, reasks, repairs, spend, conversation } = await askModel<Json | undefined>({
    model: cap.model,
    request: {
      profile: config.profile,
      messages: inputs.messages,
      ...(schema !== null && { schema }),
      ...(config.temperature !== undefined && { temperature: config.temperature }),
      ...(config.maxTokens !== undefined && { maxTokens: config.maxTokens }),
      ...(config.topP !== undefined && { topP: config.topP }),
      ...(config.seed !== undefined && { seed: config.seed }),
      ...(config.stop.length > 0 && { stop: config.stop }),
      ...(inputs.context !== undefined && { context: inputs.context }),
      ...(inputs.question !== undefined && { question: inputs.question }),
    },
    read(answer) {
      if (test !== undefined) return readJson(answer, test, config.repair);
      const text = readText(answer);
      return 'code' in text ? text : { value: undefined, repaired: false };
    },
    reasks: config.reasks,
    ...(config.streaming && { onDelta: emit }),
    where: `node ${step.nodeId}, profile ${config.profile}`,
    onFailed: detail,
  });
  const answer = toAnswer(response.text, value, inputs.context, config.citations);
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
    json: value,
    answer,
    usage: { ...spend, reasks, repairs },
    messages: [...conversation, { role: 'assistant', content: response.text }],
  };
};

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
