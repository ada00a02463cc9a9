import type { ModelResponse } from '../../../core/capabilities/capabilities.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../core/graph/json.ts';
import { type ToolCallPart, wholeArguments } from '../tool-calls.ts';
import {
  type ChatProvider,
  count,
  counted,
  dataUrl,
  functionTools,
  placeholderKey,
  type WireFacts,
} from './chat-provider.ts';

const finishes: Record<string, ModelResponse['finish']> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'content_filter',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
};

type Library = typeof import('@langchain/openai');
type Client = InstanceType<Library['ChatOpenAICompletions']>;

let loaded: Promise<Library> | undefined;
const library = () => {
  loaded ??= import('@langchain/openai');
  return loaded;
};

const MAX_CLIENTS = 100;
/** By all that they are made from: making one takes longer than sending a request. */
const clients = new Map<string, Client>();

async function clientFor(settings: {
  model: string;
  temperature?: number;
  topP?: number;
  maxTokens?: number;
}): Promise<Client> {
  const key = JSON.stringify(settings);
  const kept = clients.get(key);
  if (kept) return kept;
  const { ChatOpenAICompletions } = await library();
  const client = new ChatOpenAICompletions({ ...settings, apiKey: placeholderKey, cache: false, streamUsage: true });
  if (clients.size >= MAX_CLIENTS) clients.clear();
  clients.set(key, client);
  return client;
}

/** OpenAI's chat completions, which most servers of one's own and gateways speak too. */
export const openaiCompatible: ChatProvider = {
  defaultBaseUrl: 'https://api.openai.com/v1',
  keyNeeded: false,
  forcesTools: true,
  format: 'sse',
  keyHeaders: (key) => ({ authorization: `Bearer ${key}` }),
  attachments: {
    images: ['image/png', 'image/jpeg', 'image/webp', 'image/gif'],
    files: ['application/pdf'],
    block: (attachment) =>
      attachment.kind === 'image'
        ? { type: 'image_url', image_url: { url: dataUrl(attachment) } }
        : { type: 'file', file: { filename: attachment.name ?? 'file.pdf', file_data: dataUrl(attachment) } },
  },
  // OpenAI's own clients and many gateways send it; a server that does not know it passes it over.
  idempotencyHeader: 'idempotency-key',

  eventOf(answer) {
    if (!isJsonObject(answer)) return undefined;
    if (isJsonObject(answer['error'])) return answer;
    const choice = Array.isArray(answer['choices']) ? answer['choices'][0] : undefined;
    if (!isJsonObject(choice) || !isJsonObject(choice['message'])) return undefined;
    const { content, refusal = null, tool_calls: calls } = choice['message'];
    const delta = {
      role: 'assistant',
      content: content ?? '',
      refusal,
      ...(Array.isArray(calls) && { tool_calls: calls.map((call, index) => ({ ...(call as JsonObject), index })) }),
    };
    return { ...answer, choices: [{ index: 0, delta, finish_reason: choice['finish_reason'] ?? 'stop' }] };
  },

  read(event, facts) {
    if (!isJsonObject(event)) return;
    if (event['error'] !== undefined && event['error'] !== null) facts.error = event;
    if (typeof event['model'] === 'string' && event['model'] !== '') facts.model = event['model'];
    const choice = Array.isArray(event['choices']) ? event['choices'][0] : undefined;
    if (isJsonObject(choice)) {
      const finish = choice['finish_reason'];
      if (typeof finish === 'string') {
        facts.finish = finishes[finish] ?? 'other';
        facts.ended = true;
      }
      const delta = isJsonObject(choice['delta']) ? choice['delta'] : undefined;
      if (typeof delta?.['refusal'] === 'string') facts.refusal = (facts.refusal ?? '') + delta['refusal'];
      if (Array.isArray(delta?.['tool_calls'])) takeCalls(delta['tool_calls'], facts);
    }
    if (isJsonObject(event['usage'])) facts.usage = usageOf(event['usage']);
  },

  load: () => library(),

  async request({ model, request, messages, maxTokens }) {
    const { convertMessagesToCompletionsMessageParams } = await library();
    const { temperature, topP } = request;
    const chat = await clientFor({
      model,
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { topP }),
      ...(maxTokens !== undefined && { maxTokens }),
    });
    const schema = request.schema && {
      type: 'json_schema' as const,
      json_schema: { name: 'answer', schema: request.schema, strict: strictable(request.schema) },
    };
    const settings = chat.invocationParams(
      {
        ...(request.stop && { stop: request.stop }),
        ...(request.seed !== undefined && { seed: request.seed }),
        ...(schema && { response_format: schema }),
        ...(request.tools?.length && {
          tools: functionTools(request.tools),
          tool_choice: request.toolChoice ?? 'auto',
        }),
      },
      { streaming: true },
    );
    const said = convertMessagesToCompletionsMessageParams({ messages, model });
    return { path: '/chat/completions', body: { ...settings, messages: said, stream: true } };
  },

  textOf(event) {
    const choice = isJsonObject(event) && Array.isArray(event['choices']) ? event['choices'][0] : undefined;
    const delta = isJsonObject(choice) ? choice['delta'] : undefined;
    const content = isJsonObject(delta) ? delta['content'] : undefined;
    return typeof content === 'string' ? content : '';
  },
};

/**
 * Adds pieces of tool calls. A piece says by its index which call it lengthens; servers of one's own leave the index
 * out, or give each whole call the same: then another id means another call.
 */
function takeCalls(pieces: readonly Json[], facts: WireFacts): void {
  facts.toolCalls ??= [];
  facts.places ??= new Map();
  const { places } = facts;
  for (const piece of pieces) {
    if (!isJsonObject(piece)) continue;
    const given = isJsonObject(piece['function']) ? piece['function'] : {};
    const id = typeof piece['id'] === 'string' && piece['id'] !== '' ? piece['id'] : undefined;
    const name = typeof given['name'] === 'string' && given['name'] !== '' ? given['name'] : undefined;
    const place = typeof piece['index'] === 'number' ? piece['index'] : -1;
    let part: ToolCallPart | undefined = places.get(place);
    const isOther = id !== undefined && part?.id !== undefined && id !== part.id;
    if (part === undefined || isOther) {
      part = { name: '', text: '' };
      facts.toolCalls.push(part);
      places.set(place, part);
    }
    if (id !== undefined) part.id = id;
    if (part.name === '' && name !== undefined) part.name = name;
    const { text, values } = wholeArguments(given['arguments']);
    part.text += text;
    if (values) part.values = values;
  }
}

function usageOf(usage: JsonObject): { inputTokens: number; outputTokens: number } {
  const input = isJsonObject(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {};
  const output = isJsonObject(usage['completion_tokens_details']) ? usage['completion_tokens_details'] : {};
  return {
    inputTokens: count(usage['prompt_tokens']),
    outputTokens: count(usage['completion_tokens']),
    ...counted({
      cachedInputTokens: input['cached_tokens'] ?? usage['prompt_cache_hit_tokens'],
      cacheWriteTokens: input['cache_write_tokens'],
      reasoningTokens: output['reasoning_tokens'],
    }),
  };
}

/** OpenAI's strict mode accepts only schemas whose objects are closed and whose members are all required. */
function strictable(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(strictable);
  if (!isJsonObject(schema)) return true;
  if (schema['type'] === 'object' || schema['properties'] !== undefined) {
    const names = Object.keys(isJsonObject(schema['properties']) ? schema['properties'] : {});
    const required = Array.isArray(schema['required']) ? schema['required'] : [];
    if (schema['additionalProperties'] !== false || names.some((name) => !required.includes(name))) return false;
  }
  return Object.values(schema).every(strictable);
}
