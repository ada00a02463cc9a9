import { isJsonObject, type Json, type JsonObject } from '../../../core/graph/json.ts';
import { type ChatProvider, counted } from './chat-provider.ts';

/**
 * A reranking service: one request with a query and texts, one answer with a score for each. The three forms differ in
 * the names of a few members; all answer under `/rerank` with entries `{ index, relevance_score }`.
 */
export interface RerankProvider extends Pick<ChatProvider, 'defaultBaseUrl' | 'keyNeeded' | 'keyHeaders'> {
  /** Asks for a score of every text, without the texts in the answer. */
  body(request: { model: string; query: string; texts: string[] }): JsonObject;
  results(answer: JsonObject): Json | undefined;
  /** What it says that it used; empty when it says nothing. */
  used(answer: JsonObject): { inputTokens?: number; searches?: number };
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const part = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});

/** Cohere's API v2, which vLLM and others speak too. It bills by searches. */
export const cohere: RerankProvider = {
  defaultBaseUrl: 'https://api.cohere.com/v2',
  keyNeeded: false,
  keyHeaders: bearer,
  body: ({ model, query, texts }) => ({ model, query, documents: texts, top_n: texts.length }),
  results: (answer) => answer['results'],
  used: (answer) => {
    const meta = part(answer['meta']);
    return counted({
      inputTokens: part(meta['tokens'])['input_tokens'] ?? part(meta['billed_units'])['input_tokens'],
      searches: part(meta['billed_units'])['search_units'],
    });
  },
};

/** Jina's API v1, which vLLM, llama.cpp, LocalAI and others speak too. */
export const jina: RerankProvider = {
  defaultBaseUrl: 'https://api.jina.ai/v1',
  keyNeeded: false,
  keyHeaders: bearer,
  body: ({ model, query, texts }) => ({
    model,
    query,
    documents: texts,
    top_n: texts.length,
    return_documents: false,
  }),
  results: (answer) => answer['results'],
  used: totalTokens,
};

export const voyage: RerankProvider = {
  defaultBaseUrl: 'https://api.voyageai.com/v1',
  keyNeeded: false,
  keyHeaders: bearer,
  body: ({ model, query, texts }) => ({
    model,
    query,
    documents: texts,
    top_k: texts.length,
    return_documents: false,
    truncation: true,
  }),
  results: (answer) => answer['data'],
  used: totalTokens,
};

function totalTokens(answer: JsonObject): { inputTokens?: number } {
  return counted({ inputTokens: part(answer['usage'])['total_tokens'] });
}
