import { totalAccounts } from '../../core/budget/accounts.ts';
import type { PricedProfile } from '../../core/budget/prices.ts';
import type { Reckoner } from '../../core/budget/reckoning.ts';
import type {
  CallOptions,
  EmbedderCapability,
  EmbedRequest,
  EmbedResponse,
  ModelCapability,
  ModelProfileInfo,
  ModelRequest,
  ModelResponse,
  RerankerCapability,
} from '../../core/capabilities/capabilities.ts';
import { AppError, toAppError, withAccounts } from '../../core/errors/app-error.ts';
import type { JsonObject } from '../../core/graph/json.ts';
import type { Usage } from '../../core/graph/values.ts';
import { hashingEmbedderDimensions, hashingEmbedding, hashingFingerprint } from '../../core/text/hashing-embedder.ts';
import type { EmbedderProfile, ModelProfile, Profile } from '../../core/workspace/workspace-config.ts';
import { checkAttachments, takes } from './attachment-abilities.ts';
import type { Breakers, HealthBoard } from './breakers.ts';
import { extractiveReader, extractiveReaderName } from './built-in/extractive-reader.ts';
import { assertOpen, checkBuiltIn, checkPersonal, noCost } from './call-guards.ts';
import { CallPipeline, type Link, type PipelineClock } from './call-pipeline.ts';
import type { CallStages } from './call-stages.ts';
import { createPriceTable, type PriceTable } from './price-table.ts';
import { ProfileBook, type ProfileSecrets } from './profile-book.ts';
import { promptTokens, textUsage } from './prompt-tokens.ts';
import { type ErrorPlace, providerError } from './provider-errors.ts';
import { type ChatProvider, callHeaders } from './providers/chat-provider.ts';
import { chatProviders, embeddingProviders, rerankProviders } from './providers/index.ts';
import { createReranking } from './reranking.ts';
import { RetryBudget } from './retry-budget.ts';
import { loadExactTokenizer } from './token-counter.ts';

export interface ModelGatewayOptions {
  /** The workspace's profiles by name. */
  profiles: { [name: string]: Profile };
  secrets: ProfileSecrets;
  /** Another text whenever there may be other values of secrets. */
  secretsStamp?: () => string;
  prices?: PriceTable;
  clock: PipelineClock;
  /** Uniform in [0, 1): jitter. */
  random?: () => number;
  stages?: CallStages;
  /** Shared by all gateways of a host, so that what one learns of a provider the others know. */
  health?: ProviderHealth;
}

/** Loaded by the first call that leaves this machine; to ask for a module again costs as much as sending a request. */
let loadedCalls: Promise<typeof import('./chat-call.ts')> | undefined;
const chatCalls = () => {
  loadedCalls ??= import('./chat-call.ts');
  return loadedCalls;
};

/** What is known of providers in this process. */
export interface ProviderHealth {
  breakers: () => Promise<Breakers>;
  retryBudget: RetryBudget;
}

/**
 * @param now epoch milliseconds
 * @param board where other processes hear of it; loaded at the first call that leaves this machine
 */
export function providerHealth(now: () => number, board?: () => Promise<HealthBoard>): ProviderHealth {
  let breakers: Promise<Breakers> | undefined;
  return {
    breakers: () => {
      breakers ??= Promise.all([import('./breakers.ts'), board?.()]).then(
        ([module, shared]) => new module.Breakers(now, shared),
      );
      return breakers;
    },
    retryBudget: new RetryBudget(now),
  };
}

export interface ModelGateway extends ModelCapability, EmbedderCapability, RerankerCapability {
  /** @throws AppError profile.missing */
  info(profile: string): Promise<ModelProfileInfo>;
  /** Whether calls of a profile stay on this machine and cost nothing. @throws AppError profile.missing */
  isBuiltIn(profile: string): boolean;
  /** What calls would use and cost. */
  reckon: Reckoner;
  /** What a profile's model costs, and where that is said. @throws AppError profile.missing, workspace.invalid */
  price(profile: string): Promise<PricedProfile>;
  /** What limits and breakers of a profile count by; empty for a built-in one. @throws AppError profile.* */
  account(profile: string): string;
}

const hashingEmbedderName = 'hashing-embedder';
/** The most by which the estimate of a document's passage fell short of a count, with a margin (README). */
const estimateShortfall = 1.5;
/** Random characters and identifiers fall short by twice: only below this is nothing counted. */
const surelyShort = 2.1;
/** Tokens that an answer is taken to have at most where neither the step nor the profile says. */
const USUAL_MAX_OUTPUT = 4096;

/**
 * The one way to models and embedders: resolves the profile, refuses what cannot be asked before it is sent, takes the
 * call through cache, breaker, limiter and budget, tries again and falls back by class, and prices what it used.
 */
export function createModelGateway(options: ModelGatewayOptions): ModelGateway {
  const { profiles, secrets, secretsStamp, clock, random = Math.random, stages = {} } = options;
  const prices = options.prices ?? createPriceTable();
  const book = new ProfileBook({ profiles, secrets, secretsStamp, prices, now: clock.now });
  const { breakers, retryBudget } = options.health ?? providerHealth(clock.now);
  const pipeline = new CallPipeline({ stages, breakers, retryBudget, clock, random });

  /** Refuses a prompt that cannot fit, before it is sent; the vocabulary is loaded only when it is close. */
  async function guardWindow(
    request: ModelRequest,
    maxTokens: number | undefined,
    window: number | undefined,
    place: ErrorPlace,
  ): Promise<void> {
    if (window === undefined) return;
    const answer = maxTokens ?? 0;
    if (promptTokens(request) * surelyShort + answer <= window) return;
    const tokenizer = await loadExactTokenizer();
    const prompt = promptTokens(request, tokenizer.count);
    if (prompt + answer <= window) return;
    throw providerError('provider.context_window', place, {
      message: `The prompt has about ${prompt} tokens${answer > 0 ? ` and the answer may have ${answer}` : ''}; ${place.model} takes ${window} in all. It was not sent.`,
      remedy: 'Give the context step a smaller token budget, lower maxTokens, or name a profile with a longer context.',
      data: { promptTokens: prompt, maxTokens: answer, contextWindow: window, unsent: true },
    });
  }

  /** What can be asked of a chat profile, checked before anything is sent. */
  async function chatLink(name: string, request: ModelRequest, personal: boolean): Promise<Link<ModelResponse>> {
    const profile = book.of('chat', name);
    if (profile.provider === 'built-in') return builtInLink(name, profile, request);
    const provider = chatProviders[profile.provider];
    const target = book.target(name, profile, provider);
    const { baseUrl, place, key, account } = target;
    if (personal) checkPersonal(profile, place);
    if (request.schema !== undefined && profile.jsonSchema === false) {
      throw providerError('provider.capability', place, {
        message: 'The step wants an answer by a JSON Schema, and the profile says that its server has no such ability.',
        remedy: 'Name another profile, or take the schema out of the step and validate its answer afterwards.',
        data: { unsent: true },
      });
    }
    checkAttachments(request.messages, profile, provider, place);
    checkTools(request, profile, provider, place);
    const maxTokens = request.maxTokens ?? profile.maxOutputTokens;
    const contextWindow = await book.window(profile);
    await guardWindow(request, maxTokens, contextWindow, place);
    // Limits and budgets ask for it, try by try: the prompt is counted once.
    let most: ReturnType<typeof reckonChat> | undefined;
    return {
      name,
      profile,
      account,
      worst() {
        most ??= reckonChat(profile, request, contextWindow);
        return most;
      },
      // A run on built-in models needs no HTTP client.
      load: () => Promise.all([chatCalls(), provider.load()]),
      async attempt({ timeouts, onHeaders, maxTokens: mostTokens, ...callOptions }) {
        const { callChat } = await chatCalls();
        const call = callChat({
          provider,
          place,
          baseUrl,
          key,
          request: { ...request, profile: name },
          maxTokens: maxTokens ?? mostTokens,
          contextWindow,
          timeouts,
          options: callOptions,
          onHeaders,
          elapsed: clock.elapsed,
        });
        const answer = await call.catch((thrown: unknown) => book.fail(thrown, profile));
        return { ...answer, cost: await book.cost(profile, answer.usage, answer.model) };
      },
    };
  }

  /** At most; or with an answer of so many tokens. */
  async function reckonChat(
    profile: ModelProfile,
    request: ModelRequest,
    contextWindow: number | undefined,
    answerTokens?: number,
  ) {
    if (profile.provider === 'built-in') return { usage: nothingUsed, cost: noCost };
    const most = request.maxTokens ?? profile.maxOutputTokens;
    const prompt = promptTokens(request);
    const usage: Usage =
      answerTokens !== undefined
        ? { inputTokens: prompt, outputTokens: answerTokens, estimated: true }
        : {
            inputTokens: Math.ceil(prompt * estimateShortfall),
            outputTokens: most ?? Math.min(USUAL_MAX_OUTPUT, contextWindow ?? USUAL_MAX_OUTPUT),
            estimated: true,
          };
    return { usage, cost: await book.cost(profile, usage) };
  }

  async function reckonTexts(profile: EmbedderProfile, texts: readonly string[]) {
    const usage = textUsage(texts);
    return { usage, cost: await book.cost(profile, usage) };
  }

  function builtInLink(name: string, profile: ModelProfile, request: ModelRequest): Link<ModelResponse> {
    checkBuiltIn(name, profile.model, extractiveReaderName);
    return {
      name,
      profile,
      account: '',
      worst: () => reckonChat(profile, request, undefined),
      load: async () => undefined,
      async attempt({ onDelta }) {
        const start = clock.elapsed();
        const response = { ...extractiveReader(request), ms: Math.round(clock.elapsed() - start) };
        onDelta?.(response.text);
        return response;
      },
    };
  }

  async function generate(request: ModelRequest, callOptions: CallOptions = {}): Promise<ModelResponse> {
    assertOpen(callOptions, request.profile);
    const profile = book.of('chat', request.profile);
    const personal = callOptions.about?.personal === true;
    if (profile.provider === 'built-in') {
      const link = builtInLink(request.profile, profile, request);
      return link.attempt({ ...callOptions, timeouts: noTimeouts, onHeaders: () => undefined });
    }
    return pipeline.run<ModelResponse>({
      kind: 'chat',
      name: request.profile,
      profile,
      request: request as unknown as JsonObject,
      options: callOptions,
      link: (name) => chatLink(name, request, personal),
      valueAnswer: (value) => heldAnswer(typeof value === 'string' ? value : JSON.stringify(value), 'value'),
      personAnswer: {
        form: { type: 'object', properties: { text: answerField(request.schema) } },
        field: 'text',
        answer: heldAnswer('', 'person'),
      },
    });
  }

  async function embed(request: EmbedRequest, callOptions: CallOptions = {}): Promise<EmbedResponse> {
    assertOpen(callOptions, request.profile);
    const profile = book.of('embedding', request.profile);
    if (profile.provider === 'built-in') return embedHere(request, profile);
    const provider = chatProviders[profile.provider];
    const batches: EmbedResponse[] = [];
    for (let from = 0; from < request.texts.length; from += profile.batch) {
      const texts = request.texts.slice(from, from + profile.batch);
      // One call may be several requests, each of its own kind.
      const { idempotencyKey } = callOptions;
      const own = idempotencyKey === undefined ? {} : { idempotencyKey: `${idempotencyKey}-${from}` };
      const batch = pipeline.run<EmbedResponse>({
        kind: 'embedding',
        name: request.profile,
        profile,
        request: { ...request, texts } as unknown as JsonObject,
        options: { ...callOptions, ...own },
        link: (name) => embedLink(name, { ...request, texts }, provider, callOptions.about?.personal === true),
      });
      batches.push(
        await batch.catch((thrown: unknown) => {
          const error = toAppError(thrown);
          throw withAccounts(error, totalAccounts([...batches, ...(error.accounts ? [error.accounts] : [])]));
        }),
      );
    }
    return joinedBatches(batches, profile);
  }

  async function embedLink(
    name: string,
    request: EmbedRequest,
    provider: ChatProvider,
    personal: boolean,
  ): Promise<Link<EmbedResponse>> {
    const profile = book.of('embedding', name);
    if (name !== request.profile || profile.provider === 'built-in') {
      throw new AppError('provider.capability', {
        message: `${name} cannot stand in for ${request.profile}: vectors of different embedders must not be compared.`,
        where: `profile ${request.profile}`,
        remedy: 'Take the fallback out of the policy of the embedder.',
        data: { unsent: true },
      });
    }
    const { baseUrl, place, key, account } = book.target(name, profile, provider);
    if (personal) checkPersonal(profile, place);
    const embedding = embeddingProviders[profile.provider];
    return {
      name,
      profile,
      account,
      worst: () => reckonTexts(profile, request.texts),
      load: () => Promise.all([import('./embed-call.ts'), embedding.load()]),
      async attempt({ timeouts, onHeaders, ...callOptions }) {
        const { callEmbedder } = await import('./embed-call.ts');
        const call = callEmbedder({
          provider: embedding,
          place,
          baseUrl,
          headers: callHeaders(provider, key, callOptions.idempotencyKey),
          texts: request.texts,
          purpose: request.purpose,
          dimensions: profile.dimensions,
          timeouts,
          options: callOptions,
          onHeaders,
        });
        const { vectors, inputTokens, estimated } = await call.catch((thrown: unknown) => book.fail(thrown, profile));
        const usage: Usage = { inputTokens, outputTokens: 0, estimated };
        const dimensions = vectors[0]?.length ?? profile.dimensions ?? 0;
        const fingerprint = `${profile.provider}/${profile.model}/${dimensions}/l2`;
        return { vectors, fingerprint, usage, cost: await book.cost(profile, usage) };
      },
    };
  }

  const reranking = createReranking({ book, pipeline });
  const builtIn = (profile: Profile) => profile.provider === 'built-in';

  return {
    reckon: {
      async generate(request, answerTokens) {
        const profile = book.of('chat', request.profile);
        const contextWindow = builtIn(profile) ? undefined : await book.window(profile);
        return { ...(await reckonChat(profile, request, contextWindow, answerTokens)), builtIn: builtIn(profile) };
      },
      async embed(request) {
        const profile = book.of('embedding', request.profile);
        return { ...(await reckonTexts(profile, request.texts)), builtIn: builtIn(profile) };
      },
      async rerank(request) {
        const profile = book.of('rerank', request.profile);
        return { ...(await reranking.reckon(profile, request)), builtIn: builtIn(profile) };
      },
    },
    generate,
    embed,
    rerank: reranking.rerank,
    price: (name) => book.price(name),
    account(name) {
      const profile = book.any(name);
      if (profile.provider === 'built-in') return '';
      const provider = profile.use === 'rerank' ? rerankProviders[profile.provider] : chatProviders[profile.provider];
      return book.target(name, profile, provider).account;
    },
    isBuiltIn(name) {
      return book.any(name).provider === 'built-in';
    },
    async info(name) {
      const profile = book.any(name);
      const builtIn = profile.provider === 'built-in';
      const chat = profile.use === 'chat' ? profile : undefined;
      const contextWindow = chat === undefined || builtIn ? undefined : await book.window(chat);
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
    providerError('provider.capability', place, {
      message,
      remedy: 'Name a profile whose model can call tools.',
      data: { unsent: true },
    });
  if (profile.tools === false)
    throw refuse('The step gives the model tools, and the profile says that it cannot call any.');
  if (request.toolChoice === 'required' && !provider.forcesTools)
    throw refuse(`The step wants a tool called in any case, which ${place.provider} cannot be told.`);
}

const nothingUsed: Usage = { inputTokens: 0, outputTokens: 0, estimated: true };
const noTimeouts = { connectMs: 0, idleMs: 0, totalMs: 0 };

/** What a person fills in: text, or values by the schema of the call where that can stand inside another. */
function answerField(schema: JsonObject | undefined): JsonObject {
  const inside = schema !== undefined && !JSON.stringify(schema).includes('"$ref"');
  return inside ? schema : { type: 'string', title: 'Answer', minLength: 1 };
}

/** An answer that no model gave. */
function heldAnswer(text: string, model: string): ModelResponse {
  const usage = { inputTokens: 0, outputTokens: 0, estimated: false };
  const cost = { nanoUsd: 0, known: true, priceVersion: 'none' };
  return { text, finish: 'stop', usage, cost, model, provider: 'policy', ms: 0 };
}

function joinedBatches(batches: readonly EmbedResponse[], profile: EmbedderProfile): EmbedResponse {
  const [first] = batches;
  if (first && batches.length === 1) return first;
  const nothing = `${profile.provider}/${profile.model}/${profile.dimensions ?? 0}/l2`;
  const tries = batches.flatMap((batch) => batch.tries ?? []);
  return {
    vectors: batches.flatMap(({ vectors }) => vectors),
    fingerprint: first?.fingerprint ?? nothing,
    usage: {
      inputTokens: batches.reduce((sum, { usage }) => sum + usage.inputTokens, 0),
      outputTokens: 0,
      estimated: batches.some(({ usage }) => usage.estimated),
    },
    cost: {
      nanoUsd: batches.reduce((sum, { cost }) => sum + cost.nanoUsd, 0),
      known: batches.every(({ cost }) => cost.known),
      priceVersion: first?.cost.priceVersion ?? 'none',
    },
    ...(tries.length > 0 && { tries }),
  };
}

function embedHere(request: EmbedRequest, profile: EmbedderProfile): EmbedResponse {
  checkBuiltIn(request.profile, profile.model, hashingEmbedderName);
  const dimensions = profile.dimensions ?? hashingEmbedderDimensions;
  return {
    vectors: request.texts.map((text) => hashingEmbedding(text, dimensions)),
    fingerprint: hashingFingerprint(dimensions),
    usage: textUsage(request.texts),
    cost: noCost,
  };
}
