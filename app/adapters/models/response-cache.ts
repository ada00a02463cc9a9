import type { KeptResponse, ResponseFacts, ResponseStore } from '../../core/cache/kept-responses.ts';
import { responseKey } from '../../core/cache/response-key.ts';
import type { CachedAnswer, CallCourse, CallOptions } from '../../core/capabilities/capabilities.ts';
import { isAppError } from '../../core/errors/app-error.ts';
import type { JsonObject } from '../../core/graph/json.ts';
import type { CallAccounts } from '../../core/graph/values.ts';
import type { KeptAnswers } from '../../core/policy/call-policy.ts';
import type { GatewayCall, ResponseCache } from './call-stages.ts';

export interface ResponseCacheParts {
  /** Opened at the first call that may be kept. A store that cannot be opened or read means: no cache. */
  store: () => Promise<ResponseStore>;
  /** Epoch milliseconds. */
  now: () => number;
  /** Hears that the store failed: the call goes on without it. */
  onFailure?: ((error: unknown) => void) | undefined;
}

type Answered = JsonObject & CallCourse & CallAccounts & { text?: string; finish?: string };

/** How a call under way ended for those that wait for it. */
type Ending = { answer: Answered; ageMs: number } | 'abandoned' | 'alone';

interface Listener {
  options: CallOptions;
  /** Something was streamed to it that counts. */
  heard: boolean;
  /** What its own code threw at a piece: its fault alone. */
  failure?: unknown;
}

/** One call under way, and who waits for the same answer. */
interface Flight {
  pieces: string[];
  listeners: Set<Listener>;
  ended: Promise<Ending>;
}

/** Keeps answers of equal calls, and lets equal calls that are under way at once share one. */
export class KeptResponses implements ResponseCache {
  private readonly parts: ResponseCacheParts;
  private readonly flights = new Map<string, Flight>();

  constructor(parts: ResponseCacheParts) {
    this.parts = parts;
  }

  async answer<Response extends JsonObject>(
    call: GatewayCall,
    work: (options: CallOptions) => Promise<Response>,
  ): Promise<Response> {
    const policy = cachingOf(call);
    if (policy === false) return work(call.options);
    const { about, signal } = call.options;
    const scope = policy.scope ?? '';
    // Vectors are made of their texts alone, whatever these were read from.
    const sources = (call.kind === 'embedding' ? undefined : await about?.sources()) ?? '';
    const key = responseKey({ ...call, scope, sources });
    const ask = work as unknown as (options: CallOptions) => Promise<Answered>;
    // A step that is tried again wants another answer than the one that it failed with.
    const anew = (about?.attempt ?? 1) > 1;

    for (;;) {
      signal?.throwIfAborted();
      const flight = this.flights.get(key);
      if (flight === undefined) return (await this.lead(key, call, policy, anew, ask)) as unknown as Response;
      const ending = await this.follow(flight, call.options);
      if (ending === 'alone') return work(call.options);
      if (ending !== 'abandoned') return hit(ending.answer, key, ending.ageMs) as unknown as Response;
    }
  }

  /** Asks, or answers from the store, while others wait for it. */
  private async lead(
    key: string,
    call: GatewayCall,
    { ttlMs, scope }: Exclude<KeptAnswers, false>,
    anew: boolean,
    ask: (options: CallOptions) => Promise<Answered>,
  ): Promise<Answered> {
    let end: (ending: Ending) => void = () => undefined;
    const flight: Flight = {
      pieces: [],
      listeners: new Set(),
      ended: new Promise<Ending>((resolve) => {
        end = resolve;
      }),
    };
    this.flights.set(key, flight);
    let ending: Ending = 'alone';
    try {
      const kept = anew ? undefined : await this.attempt((store) => store.take(key));
      if (kept !== undefined) {
        const answer = kept.response as Answered;
        const ageMs = Math.max(0, this.parts.now() - kept.storedAt);
        ending = { answer, ageMs };
        for (const piece of cut(answer.text ?? '', kept.pieces)) tell(flight, piece, call.options);
        return hit(answer, key, ageMs);
      }
      const response = await ask(listening(flight, call.options));
      if (isKeepable(call, response)) {
        const pieces = piecesOf(flight, response);
        const { tries: _tries, ...answer } = response;
        ending = { answer: answer as Answered, ageMs: 0 };
        const body: KeptResponse = { response: answer as JsonObject, ...(pieces && { pieces }) };
        await this.attempt((store) => store.put(key, body, factsOf(call, response, scope), ttlMs));
      }
      return response;
    } catch (thrown) {
      // Whoever gave up says nothing about the call: the next in line takes its place.
      if (call.options.signal?.aborted) ending = 'abandoned';
      throw thrown;
    } finally {
      this.flights.delete(key);
      end(ending);
    }
  }

  /** Waits for a call under way, streamed along. @throws the signal's reason when this one is cancelled meanwhile */
  private async follow(flight: Flight, options: CallOptions): Promise<Ending> {
    const listener: Listener = { options, heard: false };
    flight.listeners.add(listener);
    for (const piece of flight.pieces) tellOne(listener, piece);
    try {
      const ending = await unlessAborted(flight.ended, options.signal);
      if ('failure' in listener) throw listener.failure;
      if (typeof ending === 'string' && listener.heard) options.onRestart?.();
      return ending;
    } finally {
      flight.listeners.delete(listener);
    }
  }

  /** A cache that fails must cost nobody the answer. */
  private async attempt<T>(work: (store: ResponseStore) => Promise<T>): Promise<T | undefined> {
    try {
      return await work(await this.parts.store());
    } catch (thrown) {
      if (!isAppError(thrown)) throw thrown;
      this.parts.onFailure?.(thrown);
      return undefined;
    }
  }
}

/** What the policies say of keeping the answer; the node wins over the profile. */
function cachingOf({ kind, profile, request, options }: GatewayCall): KeptAnswers {
  const { about } = options;
  // Payloads of personal steps lie nowhere but encrypted beside their run. Who may call tools acts: that is not repeated.
  if (about?.personal || (Array.isArray(request['tools']) && request['tools'].length > 0)) return false;
  const ofNode = about?.policy.calls?.cache;
  if (ofNode !== undefined) return ofNode;
  const sampled = kind === 'chat' && request['temperature'] !== 0;
  return sampled ? false : (profile.cache ?? false);
}

/** Only whole answers of the model that was asked: no refusals, no cut ones, none of a fallback. */
function isKeepable({ kind }: GatewayCall, { fallback, finish, provider }: Answered): boolean {
  return fallback === undefined && provider !== 'policy' && (kind !== 'chat' || finish === 'stop');
}

const costOf = ({ cost }: Answered): number | undefined => (cost?.known ? cost.nanoUsd : undefined);

function factsOf({ kind, name, profile, options }: GatewayCall, response: Answered, scope?: string): ResponseFacts {
  const { about } = options;
  const nanoUsd = costOf(response);
  return {
    kind,
    profile: name,
    provider: profile.provider,
    model: profile.model,
    ...(about && { workflowId: about.workflowId, node: about.node }),
    ...(scope !== undefined && { scope }),
    ...(nanoUsd !== undefined && { nanoUsd }),
  };
}

/** The answer as one that cost nothing and nobody gave now. */
function hit(answer: Answered, key: string, ageMs: number): Answered {
  const { firstMs: _firstMs, ...rest } = answer;
  const savedNanoUsd = costOf(answer);
  const cached: CachedAnswer = { key, ageMs, ...(savedNanoUsd !== undefined && { savedNanoUsd }) };
  return {
    ...rest,
    ...('ms' in answer && { ms: 0 }),
    usage: { inputTokens: 0, outputTokens: 0, estimated: false },
    cost: { nanoUsd: 0, known: true, priceVersion: answer.cost?.priceVersion ?? 'none' },
    cached,
  } as unknown as Answered;
}

/** Options for the one call that is made: its pieces go to all that listen. */
function listening(flight: Flight, options: CallOptions): CallOptions {
  return {
    ...options,
    onDelta: (text) => tell(flight, text, options),
    onRestart: () => {
      flight.pieces.length = 0;
      options.onRestart?.();
      for (const listener of flight.listeners) {
        if (listener.heard) listener.options.onRestart?.();
        listener.heard = false;
      }
    },
  };
}

function tell(flight: Flight, piece: string, leader: CallOptions): void {
  flight.pieces.push(piece);
  for (const listener of flight.listeners) tellOne(listener, piece);
  leader.onDelta?.(piece);
}

function tellOne(listener: Listener, piece: string): void {
  listener.heard = true;
  try {
    listener.options.onDelta?.(piece);
  } catch (thrown) {
    listener.failure = thrown;
  }
}

/** How long the pieces were, if they are the text. */
function piecesOf({ pieces }: Flight, { text }: Answered): number[] | undefined {
  return text !== undefined && pieces.join('') === text ? pieces.map(({ length }) => length) : undefined;
}

/** A text in the pieces that it once came in; in one where they are not known. */
function cut(text: string, lengths: readonly number[] | undefined): string[] {
  if (text === '') return [];
  let from = 0;
  return (lengths ?? [text.length]).map((length) => {
    from += length;
    return text.slice(from - length, from);
  });
}

/** @throws the signal's reason as soon as it aborts */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const give = () => reject(signal.reason);
    signal.addEventListener('abort', give, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', give));
  });
}
