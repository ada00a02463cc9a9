import type { Profile } from '../../../core/workspace/workspace-config.ts';
import { anthropic } from './anthropic.ts';
import type { ChatProvider } from './chat-provider.ts';
import { type EmbeddingProvider, googleEmbeddings, ollamaEmbeddings, openaiEmbeddings } from './embedding-provider.ts';
import { google } from './google.ts';
import { ollama } from './ollama.ts';
import { openaiCompatible } from './openai-compatible.ts';

type Remote = Exclude<Profile['provider'], 'built-in'>;

/** Each loads its LangChain package at the first call. */
export const chatProviders: { [name in Remote]: ChatProvider } = {
  'openai-compatible': openaiCompatible,
  anthropic,
  google,
  ollama,
};

export const embeddingProviders: { [name in Exclude<Remote, 'anthropic'>]: EmbeddingProvider } = {
  'openai-compatible': openaiEmbeddings,
  google: googleEmbeddings,
  ollama: ollamaEmbeddings,
};
