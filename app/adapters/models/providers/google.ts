import type { ModelResponse } from '../../../core/capabilities/capabilities.ts';
import { isJsonObject, type Json } from '../../../core/graph/json.ts';
import { type ChatProvider, count, counted, placeholderKey, texts } from './chat-provider.ts';
import { createGoogleClient } from './google-client.ts';

const finishes: Record<string, ModelResponse['finish']> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
};

/** Google's Gemini API. */
export const google: ChatProvider = {
  defaultBaseUrl: 'https://generativelanguage.googleapis.com',
  keyNeeded: true,
  format: 'sse',
  keyHeaders: (key) => ({ 'x-goog-api-key': key }),
  attachments: {
    images: ['image/png', 'image/jpeg', 'image/webp'],
    files: ['application/pdf'],
    block: ({ mime, data }) => ({ type: 'media', mimeType: mime, data }),
  },

  read(event, facts) {
    if (!isJsonObject(event)) return;
    if (event['error'] !== undefined) facts.error = event;
    if (typeof event['modelVersion'] === 'string') facts.model = event['modelVersion'];
    const feedback = isJsonObject(event['promptFeedback']) ? event['promptFeedback'] : {};
    if (typeof feedback['blockReason'] === 'string') {
      facts.inputBlocked = true;
      facts.ended = true;
    }
    const candidate = Array.isArray(event['candidates']) ? event['candidates'][0] : undefined;
    if (isJsonObject(candidate) && typeof candidate['finishReason'] === 'string') {
      facts.finish = finishes[candidate['finishReason']] ?? 'other';
      facts.ended = true;
    }
    const usage = event['usageMetadata'];
    if (isJsonObject(usage)) {
      facts.usage = {
        inputTokens: count(usage['promptTokenCount']) + count(usage['toolUsePromptTokenCount']),
        // Thoughts are billed as output and counted apart.
        outputTokens: count(usage['candidatesTokenCount']) + count(usage['thoughtsTokenCount']),
        ...counted({
          cachedInputTokens: usage['cachedContentTokenCount'],
          reasoningTokens: usage['thoughtsTokenCount'],
        }),
      };
    }
  },

  async stream({ baseUrl, model, request, messages, maxTokens, fetch, signal }) {
    const { ChatGoogleGenerativeAI } = await import('@langchain/google-genai');
    const chat = new ChatGoogleGenerativeAI({
      model,
      apiKey: placeholderKey,
      baseUrl,
      maxRetries: 0,
      cache: false,
      ...(request.temperature !== undefined && { temperature: request.temperature }),
      ...(request.topP !== undefined && { topP: request.topP }),
      ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
      ...(request.stop && { stopSequences: request.stop }),
    });
    Object.defineProperty(chat, 'client', { value: createGoogleClient({ baseUrl, model, fetch }) });
    return texts(
      chat._streamResponseChunks(messages, {
        ...(signal && { signal }),
        ...(request.schema && { responseSchema: googleSchema(request.schema) as never }),
      } as Parameters<typeof chat._streamResponseChunks>[1]),
    );
  },
};

/** Google's schema language lacks some words of JSON Schema and answers 400 to them. */
function googleSchema(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(googleSchema);
  if (!isJsonObject(schema)) return schema;
  const kept: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'additionalProperties' || key === '$schema' || key === '$id' || key === 'default') continue;
    // Names of members are not words of the language.
    kept[key] =
      key === 'properties' && isJsonObject(value)
        ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, googleSchema(member)]))
        : key === 'const'
          ? value
          : googleSchema(value);
  }
  if (kept['const'] !== undefined) {
    kept['enum'] = [kept['const']];
    delete kept['const'];
  }
  return kept;
}
