import type { ModelResponse, ToolSpec } from '../../../core/capabilities/capabilities.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../core/graph/json.ts';
import { putAt, type ToolCallPart, wholeArguments } from '../tool-calls.ts';
import { type ChatProvider, count, counted, placeholderKey, texts, type WireFacts } from './chat-provider.ts';
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

const toolChoices = { auto: 'auto', none: 'none', required: 'any' } as const;
/** Where LangChain looks for the signatures of an assistant's calls. */
const signatureField = '__gemini_function_call_thought_signatures__';

/** Google's Gemini API. */
export const google: ChatProvider = {
  defaultBaseUrl: 'https://generativelanguage.googleapis.com',
  keyNeeded: true,
  forcesTools: true,
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
    const content = isJsonObject(candidate) && isJsonObject(candidate['content']) ? candidate['content'] : {};
    for (const part of Array.isArray(content['parts']) ? content['parts'] : []) takePart(part, facts);
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

  signed: (calls) => ({
    [signatureField]: Object.fromEntries(calls.flatMap(({ id, signature }) => (signature ? [[id, signature]] : []))),
  }),

  load: () => import('@langchain/google-genai'),

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
        ...(request.tools?.length && {
          tools: [{ functionDeclarations: request.tools.map(declaration) }],
          tool_choice: toolChoices[request.toolChoice ?? 'auto'],
        }),
        ...(request.schema && { responseSchema: googleSchema(request.schema) as never }),
      } as Parameters<typeof chat._streamResponseChunks>[1]),
    );
  },
};

/** Google refuses an object without members as the parameters of a function. */
function declaration({ name, description, parameters }: ToolSpec) {
  const members = parameters['properties'];
  const hasSome = isJsonObject(members) && Object.keys(members).length > 0;
  return { name, description, ...(hasSome && { parameters: googleSchema(parameters) }) };
}

/** A part of an answer: a whole call, the beginning of one whose arguments follow, or a piece of those. */
function takePart(part: Json, facts: WireFacts): void {
  const call = isJsonObject(part) ? part['functionCall'] : undefined;
  if (!isJsonObject(part) || !isJsonObject(call)) return;
  facts.toolCalls ??= [];
  const { name, id, args, partialArgs } = call;
  if (typeof name === 'string') {
    const begun: ToolCallPart = { name, ...wholeArguments(args) };
    if (typeof id === 'string') begun.id = id;
    if (typeof part['thoughtSignature'] === 'string') begun.signature = part['thoughtSignature'];
    facts.toolCalls.push(begun);
  }
  const current = facts.toolCalls.at(-1);
  for (const piece of current && Array.isArray(partialArgs) ? partialArgs : []) takePiece(piece, current);
}

function takePiece(piece: Json, call: ToolCallPart | undefined): void {
  if (!call || !isJsonObject(piece) || typeof piece['jsonPath'] !== 'string') return;
  const value = ['stringValue', 'numberValue', 'boolValue'].map((field) => piece[field]).find((v) => v !== undefined);
  const values: JsonObject = call.values ?? {};
  // A place that cannot be followed leaves the arguments incomplete: as text they are told of as malformed.
  if (putAt(values, piece['jsonPath'], value ?? null)) call.values = values;
  else Object.assign(call, { text: `${JSON.stringify(values)} ${piece['jsonPath']}`, values: undefined });
}

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
