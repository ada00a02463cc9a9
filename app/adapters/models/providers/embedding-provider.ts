import { isJsonObject, type Json } from '../../../core/graph/json.ts';
import { count, placeholderKey } from './chat-provider.ts';
import { createGoogleClient } from './google-client.ts';

export interface EmbedSetup {
  baseUrl: string;
  model: string;
  texts: string[];
  purpose: 'document' | 'query';
  dimensions: number | undefined;
  fetch: typeof globalThis.fetch;
}

export interface EmbeddingProvider {
  /** Loads its library, which may take a second. */
  load(): Promise<unknown>;
  embed(setup: EmbedSetup): Promise<number[][]>;
  /** Tokens by the whole answer's own count; undefined when it gives none. */
  inputTokens(answer: Json): number | undefined;
}

export const openaiEmbeddings: EmbeddingProvider = {
  load: () => import('@langchain/openai'),
  async embed({ baseUrl, model, texts, dimensions, fetch }) {
    const { OpenAIEmbeddings } = await import('@langchain/openai');
    const embeddings = new OpenAIEmbeddings({
      model,
      apiKey: placeholderKey,
      maxRetries: 0,
      batchSize: texts.length,
      stripNewLines: false,
      // The library's own default asks for base64, which many servers of one's own do not know.
      encodingFormat: 'float',
      ...(dimensions !== undefined && { dimensions }),
      configuration: { baseURL: baseUrl, fetch, organization: null, project: null, logLevel: 'off' },
    });
    return embeddings.embedDocuments(texts);
  },
  inputTokens: (answer) => usageCount(answer, 'usage', 'prompt_tokens'),
};

export const googleEmbeddings: EmbeddingProvider = {
  load: () => import('@langchain/google-genai'),
  async embed({ baseUrl, model, texts, purpose, dimensions, fetch }) {
    const { GoogleGenerativeAIEmbeddings } = await import('@langchain/google-genai');
    const embeddings = new GoogleGenerativeAIEmbeddings({
      model,
      apiKey: placeholderKey,
      baseUrl,
      maxRetries: 0,
      // By value: the enum lives in Google's own package, which is not ours to import.
      taskType: (purpose === 'document' ? 'RETRIEVAL_DOCUMENT' : 'RETRIEVAL_QUERY') as never,
    });
    // Its constructor does not take this one.
    embeddings.stripNewLines = false;
    // LangChain leaves the length of vectors out of the request for several texts.
    const client = createGoogleClient({ baseUrl, model, fetch });
    Object.defineProperty(embeddings, 'client', {
      value: {
        batchEmbedContents: ({ requests }: { requests: object[] }) =>
          client.batchEmbedContents({
            requests: requests.map((one) =>
              dimensions === undefined ? one : { ...one, outputDimensionality: dimensions },
            ),
          }),
      },
    });
    return embeddings.embedDocuments(texts);
  },
  inputTokens: (answer) => usageCount(answer, 'usageMetadata', 'promptTokenCount'),
};

export const ollamaEmbeddings: EmbeddingProvider = {
  load: () => import('@langchain/ollama'),
  async embed({ baseUrl, model, texts, dimensions, fetch }) {
    const { OllamaEmbeddings } = await import('@langchain/ollama');
    const embeddings = new OllamaEmbeddings({
      model,
      baseUrl,
      fetch,
      maxRetries: 0,
      ...(dimensions !== undefined && { dimensions }),
    });
    return embeddings.embedDocuments(texts);
  },
  inputTokens: (answer) =>
    isJsonObject(answer) && answer['prompt_eval_count'] !== undefined ? count(answer['prompt_eval_count']) : undefined,
};

function usageCount(answer: Json, group: string, name: string): number | undefined {
  const usage = isJsonObject(answer) ? answer[group] : undefined;
  return isJsonObject(usage) && usage[name] !== undefined ? count(usage[name]) : undefined;
}
