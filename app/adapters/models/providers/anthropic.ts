import type { ModelResponse } from '../../../core/capabilities/capabilities.ts';
import { isJsonObject, type JsonObject } from '../../../core/graph/json.ts';
import type { ToolCallPart } from '../tool-calls.ts';
import { type ChatProvider, count, counted, dataUrl, placeholderKey, type WireFacts } from './chat-provider.ts';

const finishes: Record<string, ModelResponse['finish']> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};
const toolChoices = { auto: 'auto', none: 'none', required: 'any' } as const;
/** Anthropic insists on a limit for the answer. */
const defaultMaxTokens = 4096;

export const anthropic: ChatProvider = {
  defaultBaseUrl: 'https://api.anthropic.com',
  keyNeeded: true,
  forcesTools: true,
  format: 'sse',
  keyHeaders: (key) => ({ 'x-api-key': key }),
  attachments: {
    images: ['image/png', 'image/jpeg', 'image/webp', 'image/gif'],
    files: ['application/pdf'],
    block: (attachment) =>
      attachment.kind === 'image'
        ? { type: 'image_url', image_url: dataUrl(attachment) }
        : {
            type: 'document',
            source: { type: 'base64', media_type: attachment.mime, data: attachment.data },
            ...(attachment.name !== undefined && { title: attachment.name }),
          },
  },

  read(event, facts) {
    if (!isJsonObject(event)) return;
    const message = isJsonObject(event['message']) ? event['message'] : {};
    if (event['type'] === 'error') facts.error = event;
    else if (event['type'] === 'message_start') {
      // A gateway that begins the answer anew means that only the new one counts.
      delete facts.toolCalls;
      if (facts.spoken) facts.spliced = true;
      if (typeof message['model'] === 'string') facts.model = message['model'];
      if (isJsonObject(message['usage'])) {
        facts.counts = message['usage'];
        facts.usage = usageOf({}, message['usage']);
      }
    } else if (event['type'] === 'message_delta') {
      const delta = isJsonObject(event['delta']) ? event['delta'] : {};
      if (typeof delta['stop_reason'] === 'string') facts.finish = finishes[delta['stop_reason']] ?? 'other';
      if (isJsonObject(event['usage'])) facts.usage = usageOf(facts.counts ?? {}, event['usage']);
    } else if (event['type'] === 'message_stop') facts.ended = true;
    else if (event['type'] === 'content_block_start') beginBlock(event, facts);
    else if (event['type'] === 'content_block_delta') takeDelta(event, facts);
  },

  load: () => import('@langchain/anthropic'),

  async stream({ baseUrl, model, request, messages, maxTokens, fetch, signal }) {
    const { ChatAnthropic } = await import('@langchain/anthropic');
    const chat = new ChatAnthropic({
      model,
      apiKey: placeholderKey,
      anthropicApiUrl: baseUrl,
      maxRetries: 0,
      cache: false,
      maxTokens: maxTokens ?? defaultMaxTokens,
      ...(request.temperature !== undefined && { temperature: request.temperature }),
      ...(request.topP !== undefined && { topP: request.topP }),
      clientOptions: { fetch, authToken: null, logLevel: 'off' },
    });
    return ownTexts(
      chat._streamResponseChunks(messages, {
        ...(signal && { signal }),
        ...(request.stop && { stop: request.stop }),
        ...(request.tools?.length && {
          tools: request.tools.map(({ name, description, parameters }) => ({
            name,
            description,
            input_schema: { ...parameters, type: 'object' as const },
          })),
          tool_choice: toolChoices[request.toolChoice ?? 'auto'],
        }),
        ...(request.schema && { outputConfig: { format: { type: 'json_schema' as const, schema: request.schema } } }),
      }),
    );
  },
};

/** Texts of LangChain's pieces: with tools, its own `text` of a piece holds pieces of their arguments as well. */
async function* ownTexts(pieces: AsyncIterable<{ message: { content: unknown } }>): AsyncGenerator<string> {
  for await (const { message } of pieces) {
    const { content } = message;
    if (typeof content === 'string') yield* content === '' ? [] : [content];
    else if (Array.isArray(content))
      for (const block of content) if (block?.type === 'text' && block.text) yield String(block.text);
  }
}

function beginBlock(event: JsonObject, facts: WireFacts): void {
  const block = isJsonObject(event['content_block']) ? event['content_block'] : {};
  if (block['type'] !== 'tool_use') return;
  const part: ToolCallPart = { name: String(block['name'] ?? ''), text: '' };
  if (typeof block['id'] === 'string') part.id = block['id'];
  // Usually empty here, its text to come; some gateways send it whole.
  if (isJsonObject(block['input']) && Object.keys(block['input']).length > 0) part.values = block['input'];
  facts.toolCalls = [...(facts.toolCalls ?? []), part];
  facts.places = new Map(facts.places).set(count(event['index']), part);
}

function takeDelta(event: JsonObject, facts: WireFacts): void {
  const delta = isJsonObject(event['delta']) ? event['delta'] : {};
  if (delta['type'] === 'text_delta' && delta['text'] !== '') facts.spoken = true;
  if (delta['type'] !== 'input_json_delta' || typeof delta['partial_json'] !== 'string') return;
  const part = facts.places?.get(count(event['index']));
  if (part) part.text += delta['partial_json'];
}

/**
 * Anthropic counts cached input apart; ours is the whole input, of which the cached is a part. The last message_delta
 * repeats some of the counts of message_start, and only those replace.
 */
function usageOf(before: JsonObject, now: JsonObject): { inputTokens: number; outputTokens: number } {
  const pick = (name: string): number => count(now[name] ?? before[name]);
  const cached = pick('cache_read_input_tokens');
  const written = pick('cache_creation_input_tokens');
  return {
    inputTokens: pick('input_tokens') + cached + written,
    outputTokens: pick('output_tokens'),
    ...counted({ cachedInputTokens: cached, cacheWriteTokens: written }),
  };
}
