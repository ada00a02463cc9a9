import type {
  EmbedderProfile,
  ModelProfile,
  Profile,
  RerankerProfile,
} from '../../../core/workspace/workspace-config.ts';
import { anthropic } from './anthropic.ts';
import type { ChatProvider } from './chat-provider.ts';
import { type EmbeddingProvider, googleEmbeddings, ollamaEmbeddings, openaiEmbeddings } from './embedding-provider.ts';
import { google } from './google.ts';
import { ollama } from './ollama.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { cohere, jina, type RerankProvider, voyage } from './rerank-provider.ts';

type Remote<P extends Profile> = Exclude<P['provider'], 'built-in'>;

/** Each loads its LangChain package at the first call. */
export const chatProviders: { [name in Remote<ModelProfile>]: ChatProvider } = {
  'openai-compatible': openaiCompatible,
  anthropic,
  google,
  ollama,
};

export const embeddingProviders: { [name in Remote<EmbedderProfile>]: EmbeddingProvider } = {
  'openai-compatible': openaiEmbeddings,
  google: googleEmbeddings,
  ollama: ollamaEmbeddings,
};

export const rerankProviders: { [name in Remote<RerankerProfile>]: RerankProvider } = { cohere, jina, voyage };

/** Where a profile leads that gives no address. */
export const defaultBaseUrls = Object.fromEntries(
  Object.entries({ ...chatProviders, ...rerankProviders }).map(([name, { defaultBaseUrl }]) => [name, defaultBaseUrl]),
) as { [name in Remote<Profile>]: string };
