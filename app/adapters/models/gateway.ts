import type {
  EmbedderCapability,
  EmbedRequest,
  EmbedResponse,
  ModelCapability,
  ModelProfileInfo,
  ModelRequest,
  ModelResponse,
} from '../../core/capabilities/capabilities.ts';
import { AppError } from '../../core/errors/app-error.ts';
import { didYouMean } from '../../core/errors/suggest.ts';
import type { Cost, Usage } from '../../core/graph/values.ts';
import { estimateTokens } from '../../core/text/estimate-tokens.ts';
import { hashingEmbedderDimensions, hashingEmbedding, hashingFingerprint } from '../../core/text/hashing-embedder.ts';
import type { EmbedderProfile, ModelProfile, Profile } from '../../core/workspace/workspace-config.ts';
import { checkAttachments, takes } from './attachment-abilities.ts';
import { extractiveReader, extractiveReaderName } from './built-in/extractive-reader.ts';
import { costByOverride, createPriceTable, type PricedModel, type PriceTable } from './price-table.ts';
import { promptTokens } from './prompt-tokens.ts';
import { type ErrorPlace, providerError } from './provider-errors.ts';
import { type ChatProvider, callHeaders } from './providers/chat-provider.ts';
import { chatProviders, embeddingProviders } from './providers/index.ts';
import { createSecretRedactor } from './secret-redactor.ts';
import { loadExactTokenizer } from './token-counter.ts';

export interface ModelGatewayOptions {
  /** The workspace's profiles by name. */
  profiles: { [name: string]: Profile };
  /** Value of a secret by the name that a profile gives; undefined when it is not set. */
  secrets: (name: string) => string | undefined;
  prices?: PriceTable;
  clock: {
    /** Epoch milliseconds. */
    now(): number;
    /** Milliseconds of a clock that only moves forward. */
    elapsed(): number;
  };
}

export interface ModelGateway extends ModelCapability, EmbedderCapability {
  /** @throws AppError profile.missing */
  info(profile: string): Promise<ModelProfileInfo>;
  /** Whether calls of a profile stay on this machine and cost nothing. @throws AppError profile.missing */
  isBuiltIn(profile: string): boolean;
}

const hashingEmbedderName = 'hashing-embedder';
/** The most by which the estimate of a prompt fell short of a count, with a margin (README): below it nothing is counted. */
const estimateShortfall = 1.5;

/**
 * The one way to models and embedders: resolves the profile, refuses a prompt that cannot fit before it is sent, makes
 * one attempt, and prices what it used. Repeating, falling back and budgets belong around `attempt`, not into providers.
 */
export function createModelGateway(options: ModelGatewayOptions): ModelGateway {
  const { profiles, secrets, clock } = options;
  const prices = options.prices ?? createPriceTable();

  function chatProfile(name: string): ModelProfile {
    const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
    if (profile?.use === 'chat') return profile;
    throw missing(name, profile, 'chat', 'a chat model');
  }

  function embedderProfile(name: string): EmbedderProfile {
    const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
    if (profile?.use === 'embedding') return profile;
    throw missing(name, profile, 'embedding', 'an embedder');
  }

  function missing(name: string, profile: Profile | undefined, use: Profile['use'], what: string): AppError {
    const known = Object.keys(profiles).filter((other) => profiles[other]?.use === use);
    return new AppError('profile.missing', {
      message:
        profile === undefined
          ? `There is no profile “${name}”.${didYouMean(name, known)}`
          : `The profile “${name}” is not ${what}.`,
      where: 'profiles in pipewright.json',
      remedy: known.length > 0 ? `Name one of: ${known.join(', ')}.` : `Add a profile with "use": "${use}".`,
    });
  }

  /** Every secret that some profile names: whatever an error quotes, none of them shows. */
  function redactor() {
    const names = new Set(Object.values(profiles).flatMap((profile) => profile.secret ?? []));
    return createSecretRedactor([...names].flatMap((name) => secrets(name)?.trim() ?? []));
  }

  function target(
    name: string,
    profile: ModelProfile | EmbedderProfile,
    defaults: Pick<ChatProvider, 'defaultBaseUrl' | 'keyNeeded'>,
  ) {
    const baseUrl = (profile.baseUrl ?? defaults.defaultBaseUrl ?? '').replace(/\/+$/, '');
    const url = new URL(baseUrl);
    if (url.username !== '' || url.password !== '') {
      throw new AppError('profile.invalid', {
        message: 'baseUrl holds a user name or password.',
        where: `profile ${name}`,
        remedy: 'Put the key into a variable and name it in `secret`.',
      });
    }
    const place: ErrorPlace = {
      profile: name,
      provider: profile.provider,
      model: profile.model,
      origin: url.origin,
      secret: profile.secret,
      redact: redactor(),
      now: clock.now,
    };
    const needed = defaults.keyNeeded || profile.baseUrl === undefined || profile.secret !== undefined;
    return { baseUrl, place, key: needed && profile.provider !== 'ollama' ? key(name, profile) : optionalKey(profile) };
  }

  function optionalKey(profile: Profile): string | undefined {
    return profile.secret === undefined ? undefined : secrets(profile.secret)?.trim();
  }

  function key(name: string, profile: Profile): string {
    const value = optionalKey(profile);
    const unusable = value !== undefined && !/^[\x21-\x7e]+$/.test(value);
    if (value !== undefined && !unusable) return value;
    throw new AppError('profile.key_missing', {
      message:
        profile.secret === undefined
          ? `The profile “${name}” names no secret, and ${profile.provider} wants a key.`
          : unusable && value !== ''
            ? `${profile.secret} holds characters that no key has.`
            : `${profile.secret} is not set.`,
      where: `profile ${name}`,
      remedy:
        profile.secret === undefined
          ? 'Add "secret": "NAME_OF_THE_VARIABLE" to the profile.'
          : `Set ${profile.secret} in the environment or in the secrets file.`,
      data: { ...(profile.secret !== undefined && { secret: profile.secret }) },
    });
  }

  function priced(profile: ModelProfile | EmbedderProfile): PricedModel | undefined {
    if (profile.provider === 'built-in') return undefined;
    const baseUrl = profile.baseUrl ?? chatProviders[profile.provider].defaultBaseUrl;
    return { provider: profile.provider, model: profile.model, baseUrl };
  }

  async function costOf(profile: ModelProfile | EmbedderProfile, usage: Usage, reported?: string): Promise<Cost> {
    if (profile.prices !== undefined) return costByOverride(profile.prices, usage);
    const model = priced(profile);
    if (model === undefined) return { nanoUsd: 0, known: true, priceVersion: 'built-in' };
    const cost = await prices.cost(model, usage);
    // A profile may name an alias that only the provider resolves.
    return cost.known || reported === undefined || reported === profile.model
      ? cost
      : prices.cost({ ...model, model: reported }, usage);
  }

  async function windowOf(profile: ModelProfile): Promise<number | undefined> {
    const model = priced(profile);
    return profile.contextWindow ?? (model === undefined ? undefined : prices.contextWindow(model));
  }

  /** Refuses a prompt that cannot fit, before it is sent; the vocabulary is loaded only when it is close. */
  async function guardWindow(
    request: ModelRequest,
    maxTokens: number | undefined,
    window: number | undefined,
    place: ErrorPlace,
  ): Promise<void> {
    if (window === undefined) return;
    const answer = maxTokens ?? 0;
    if (promptTokens(request) * estimateShortfall + answer <= window) return;
    const tokenizer = await loadExactTokenizer();
    const prompt = promptTokens(request, tokenizer.count);
    if (prompt + answer <= window) return;
    throw providerError('provider.context_window', place, {
      message: `The prompt has about ${prompt} tokens${answer > 0 ? ` and the answer may have ${answer}` : ''}; ${place.model} takes ${window} in all. It was not sent.`,
      remedy: 'Give the context step a smaller token budget, lower maxTokens, or name a profile with a longer context.',
      data: { promptTokens: prompt, maxTokens: answer, contextWindow: window },
    });
  }

  async function attempt(
    profile: ModelProfile,
    request: ModelRequest,
    callOptions: Parameters<ModelCapability['generate']>[1] = {},
  ): Promise<ModelResponse> {
    if (profile.provider === 'built-in') {
      const start = clock.elapsed();
      return { ...extractiveReader(request), ms: Math.round(clock.elapsed() - start) };
    }
    const provider = chatProviders[profile.provider];
    const { baseUrl, place, key: value } = target(request.profile, profile, provider);
    if (request.schema !== undefined && profile.jsonSchema === false) {
      throw providerError('provider.capability', place, {
        message: 'The step wants an answer by a JSON Schema, and the profile says that its server has no such ability.',
        remedy: 'Name another profile, or take the schema out of the step and validate its answer afterwards.',
      });
    }
    checkAttachments(request.messages, profile, provider, place);
    checkTools(request, profile, provider, place);
    const maxTokens = request.maxTokens ?? profile.maxOutputTokens;
    const contextWindow = await windowOf(profile);
    await guardWindow(request, maxTokens, contextWindow, place);
    // Loaded by the first remote call: a run on built-in models needs no HTTP client.
    const { callChat } = await import('./chat-call.ts');
    const answer = await callChat({
      provider,
      place,
      baseUrl,
      key: value,
      request,
      maxTokens,
      contextWindow,
      timeouts: profile.timeouts,
      options: callOptions,
      elapsed: clock.elapsed,
    });
    return { ...answer, cost: await costOf(profile, answer.usage, answer.model) };
  }

  async function generate(
    request: ModelRequest,
    callOptions: Parameters<ModelCapability['generate']>[1] = {},
  ): Promise<ModelResponse> {
    if (callOptions.signal?.aborted) {
      throw new AppError('run.cancelled', { message: 'The call was cancelled.', where: `profile ${request.profile}` });
    }
    const profile = chatProfile(request.profile);
    if (profile.provider === 'built-in') checkBuiltIn(request.profile, profile.model, extractiveReaderName);
    const response = await attempt(profile, request, callOptions);
    if (profile.provider === 'built-in') callOptions.onDelta?.(response.text);
    return response;
  }

  async function embed(
    request: EmbedRequest,
    callOptions: Parameters<EmbedderCapability['embed']>[1] = {},
  ): Promise<EmbedResponse> {
    const profile = embedderProfile(request.profile);
    if (profile.provider === 'built-in') return embedHere(request, profile);
    const provider = chatProviders[profile.provider];
    const { baseUrl, place, key: value } = target(request.profile, profile, provider);
    const { callEmbedder } = await import('./embed-call.ts');
    const vectors: number[][] = [];
    const usage: Usage = { inputTokens: 0, outputTokens: 0, estimated: false };
    const { idempotencyKey } = callOptions;
    for (let from = 0; from < request.texts.length; from += profile.batch) {
      // One call may be several requests, each of its own kind.
      const batchKey = idempotencyKey === undefined ? undefined : `${idempotencyKey}-${from}`;
      const batch = await callEmbedder({
        provider: embeddingProviders[profile.provider],
        place,
        baseUrl,
        headers: callHeaders(provider, value, batchKey),
        texts: request.texts.slice(from, from + profile.batch),
        purpose: request.purpose,
        dimensions: profile.dimensions,
        timeouts: profile.timeouts,
        options: callOptions,
      });
      vectors.push(...batch.vectors);
      usage.inputTokens += batch.inputTokens;
      usage.estimated ||= batch.estimated;
    }
    const dimensions = vectors[0]?.length ?? profile.dimensions ?? 0;
    const fingerprint = `${profile.provider}/${profile.model}/${dimensions}/l2`;
    return { vectors, fingerprint, usage, cost: await costOf(profile, usage) };
  }

  return {
    generate,
    embed,
    isBuiltIn(name) {
      return (profiles[name]?.use === 'embedding' ? embedderProfile(name) : chatProfile(name)).provider === 'built-in';
    },
    async info(name) {
      const profile = profiles[name]?.use === 'embedding' ? embedderProfile(name) : chatProfile(name);
      const builtIn = profile.provider === 'built-in';
      const chat = profile.use === 'chat' ? profile : undefined;
      const contextWindow = chat === undefined || builtIn ? undefined : await windowOf(chat);
      return {
        name,
        provider: profile.provider,
        model: profile.model,
        ...(contextWindow !== undefined && { contextWindow }),
        ...(chat?.maxOutputTokens !== undefined && { maxOutputTokens: chat.maxOutputTokens }),
        builtIn,
        abilities: {
          jsonSchema: chat !== undefined && !builtIn && chat.jsonSchema !== false,
          streaming: chat !== undefined && !builtIn,
          images: takes(chat, 'images'),
          files: takes(chat, 'files'),
          tools: chat !== undefined && !builtIn && chat.tools !== false,
        },
      };
    },
  };
}

/** @throws AppError provider.capability when the profile or its provider cannot do with tools what is asked */
function checkTools(request: ModelRequest, profile: ModelProfile, provider: ChatProvider, place: ErrorPlace): void {
  if (!request.tools?.length) return;
  const refuse = (message: string) =>
    providerError('provider.capability', place, { message, remedy: 'Name a profile whose model can call tools.' });
  if (profile.tools === false)
    throw refuse('The step gives the model tools, and the profile says that it cannot call any.');
  if (request.toolChoice === 'required' && !provider.forcesTools)
    throw refuse(`The step wants a tool called in any case, which ${place.provider} cannot be told.`);
}

function embedHere(request: EmbedRequest, profile: EmbedderProfile): EmbedResponse {
  checkBuiltIn(request.profile, profile.model, hashingEmbedderName);
  const dimensions = profile.dimensions ?? hashingEmbedderDimensions;
  return {
    vectors: request.texts.map((text) => hashingEmbedding(text, dimensions)),
    fingerprint: hashingFingerprint(dimensions),
    usage: {
      inputTokens: request.texts.reduce((sum, text) => sum + estimateTokens(text), 0),
      outputTokens: 0,
      estimated: true,
    },
    cost: { nanoUsd: 0, known: true, priceVersion: 'built-in' },
  };
}

function checkBuiltIn(profile: string, model: string, known: string): void {
  if (model === known) return;
  throw new AppError('profile.invalid', {
    message: `There is no built-in model “${model}” for this use.${didYouMean(model, [known])}`,
    where: `profile ${profile}`,
    remedy: `Write "model": "${known}".`,
  });
}
