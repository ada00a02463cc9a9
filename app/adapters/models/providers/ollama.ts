import { isJsonObject } from '../../../core/graph/json.ts';
import { wholeArguments } from '../tool-calls.ts';
import { type ChatProvider, count, dataUrl, functionTools, texts } from './chat-provider.ts';

/** A local Ollama server. */
export const ollama: ChatProvider = {
  defaultBaseUrl: 'http://127.0.0.1:11434',
  keyNeeded: false,
  forcesTools: false,
  format: 'ndjson',
  keyHeaders: (key) => ({ authorization: `Bearer ${key}` }),
  attachments: {
    images: ['image/png', 'image/jpeg', 'image/webp'],
    files: [],
    block: (attachment) => ({ type: 'image_url', image_url: dataUrl(attachment) }),
  },

  read(event, facts) {
    if (!isJsonObject(event)) return;
    if (event['error'] !== undefined) facts.error = event;
    if (typeof event['model'] === 'string') facts.model = event['model'];
    const calls = isJsonObject(event['message']) ? event['message']['tool_calls'] : undefined;
    for (const call of Array.isArray(calls) ? calls : []) {
      const given = isJsonObject(call) && isJsonObject(call['function']) ? call['function'] : {};
      const id = isJsonObject(call) && typeof call['id'] === 'string' ? { id: call['id'] } : {};
      const part = { ...id, name: String(given['name'] ?? ''), ...wholeArguments(given['arguments']) };
      facts.toolCalls = [...(facts.toolCalls ?? []), part];
    }
    if (event['done'] !== true) return;
    facts.ended = true;
    const reason = event['done_reason'];
    facts.finish = reason === undefined || reason === 'stop' ? 'stop' : reason === 'length' ? 'length' : 'other';
    // A prompt that Ollama had evaluated before is not counted again and may be missing.
    if (event['prompt_eval_count'] !== undefined && event['eval_count'] !== undefined) {
      facts.usage = { inputTokens: count(event['prompt_eval_count']), outputTokens: count(event['eval_count']) };
    }
  },

  load: () => import('@langchain/ollama'),

  async stream({ baseUrl, model, request, messages, maxTokens, contextWindow, fetch, signal }) {
    const { ChatOllama } = await import('@langchain/ollama');
    const chat = new ChatOllama({
      model,
      baseUrl,
      fetch,
      maxRetries: 0,
      cache: false,
      ...(request.temperature !== undefined && { temperature: request.temperature }),
      ...(request.topP !== undefined && { topP: request.topP }),
      ...(request.seed !== undefined && { seed: request.seed }),
      ...(maxTokens !== undefined && { numPredict: maxTokens }),
      // Ollama cuts a longer prompt silently to its small default: ask for the whole window.
      ...(contextWindow !== undefined && { numCtx: contextWindow }),
    });
    joinParts(chat.client);
    return texts(
      chat._streamResponseChunks(messages, {
        ...(signal && { signal }),
        ...(request.stop && { stop: request.stop }),
        ...(request.schema && { format: request.schema }),
        // Ollama has no choice to send: where none may be called, it is told of none.
        ...(request.tools?.length && request.toolChoice !== 'none' && { tools: functionTools(request.tools) }),
      }),
    );
  },
};

interface OllamaMessage {
  role: string;
  content?: string;
  images?: string[];
}

/** LangChain makes a message of each part of one; Ollama wants a text and its images in the same message. */
function joinParts(client: object): void {
  const ask = (client as { chat: (request: { messages: OllamaMessage[] }) => unknown }).chat.bind(client);
  Object.defineProperty(client, 'chat', {
    value: (request: { messages: OllamaMessage[] }) => ask({ ...request, messages: joined(request.messages) }),
  });
}

function joined(messages: readonly OllamaMessage[]): OllamaMessage[] {
  const result: OllamaMessage[] = [];
  for (const message of messages) {
    const last = result.at(-1);
    const isPart = message.images !== undefined && message.content === '' && last?.role === message.role;
    if (isPart) last.images = [...(last.images ?? []), ...(message.images ?? [])];
    else result.push({ ...message });
  }
  return result;
}
