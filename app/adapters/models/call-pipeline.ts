import { totalAccounts } from '../../core/budget/accounts.ts';
import type { CallCourse, CallOptions, CallTry, PersonAsk } from '../../core/capabilities/capabilities.ts';
import { AppError, toAppError } from '../../core/errors/app-error.ts';
import type { Json, JsonObject } from '../../core/graph/json.ts';
import type { CallAccounts } from '../../core/graph/values.ts';
import { backoffMs } from '../../core/policy/backoff.ts';
import { answersFor, attemptsFor, type CallPolicy, callPolicy, type Fallback } from '../../core/policy/call-policy.ts';
import type { Profile } from '../../core/workspace/workspace-config.ts';
import type { Breakers } from './breakers.ts';
import type { CallAttemptAbout, CallStages, GatewayCall } from './call-stages.ts';
import type { RetryBudget } from './retry-budget.ts';

/** What one try of a call gets. */
export interface TryOptions extends CallOptions {
  /** The most tokens that the answer may have, where nobody says less. */
  maxTokens?: number | undefined;
  timeouts: CallPolicy['timeouts'];
  /** Headers of the provider's answer, good or bad: they tell its limits. */
  onHeaders: (headers: { [name: string]: string }) => void;
}

/** A profile that can be asked: its abilities fit, its prompt fits. */
export interface Link<Response> {
  name: string;
  profile: Profile;
  account: string;
  /** The most that one try may use, and what that would cost. */
  worst: CallAttemptAbout['worst'];
  /** Loads what a first try needs: it must not take its time between the limiter and the provider. */
  load(): Promise<unknown>;
  attempt(options: TryOptions): Promise<Response>;
}

export interface PipelineCall<Response> extends GatewayCall {
  /** Makes a link of a profile. @throws AppError when the profile cannot be asked this: abilities, window, key */
  link(name: string): Promise<Link<Response>>;
  /** An answer made of a value that a policy holds; absent where calls cannot be answered so. */
  valueAnswer?: (value: Json) => Response;
  /** What a person is to give, and the answer around it; absent where a person cannot answer. */
  personAnswer?: Pick<PersonAsk, 'form' | 'field'> & { answer: Response };
}

export interface PipelineParts {
  stages: CallStages;
  /** Made at the first call that leaves this machine. */
  breakers: () => Promise<Breakers>;
  retryBudget: RetryBudget;
  clock: PipelineClock;
  random: () => number;
}
export interface PipelineClock {
  now(): number;
  elapsed(): number;
  /** Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

type Answered = JsonObject & CallCourse & CallAccounts;

/**
 * Takes a call through its stages: cache, then for each profile in turn breaker, limiter, budget and one try at a time;
 * what fails is tried again or handed to the next fallback by its class. The only place where calls are repeated.
 */
export class CallPipeline {
  private readonly parts: PipelineParts;

  constructor(parts: PipelineParts) {
    this.parts = parts;
  }

  run<Response extends object>(call: PipelineCall<Response>): Promise<Response> {
    const work = (options: CallOptions) => new Passage({ ...call, options }, this.parts).run();
    const { cache } = this.parts.stages;
    return cache
      ? (cache.answer(call, work as (options: CallOptions) => Promise<JsonObject & Response>) as Promise<Response>)
      : work(call.options);
  }
}

/** One call on its way, used once. */
class Passage<Response extends object> {
  private readonly call: PipelineCall<Response>;
  private readonly parts: PipelineParts;
  private readonly policy: CallPolicy;
  private readonly tries: CallTry[] = [];
  /** What the tries used, also those that failed. */
  private readonly used: CallAccounts[] = [];
  private streamed = false;

  constructor(call: PipelineCall<Response>, parts: PipelineParts) {
    this.call = call;
    this.parts = parts;
    this.policy = callPolicy(call.profile, call.options.about?.policy);
  }

  async run(): Promise<Response> {
    const { call, policy } = this;
    let error: AppError;
    try {
      return this.finish(await this.ask(call.name, policy), undefined);
    } catch (thrown) {
      error = this.failed(thrown);
    }
    let because = error.class;
    for (const [i, fallback] of policy.fallbacks.entries()) {
      if (!answersFor(fallback, error.class) || call.options.signal?.aborted) continue;
      because = error.class;
      if ('person' in fallback) {
        const asking = this.askingPerson(fallback, error, i + 1);
        if (asking === undefined) continue;
        throw asking;
      }
      if ('value' in fallback) {
        if (!call.valueAnswer) continue;
        const answer = call.valueAnswer(fallback.value);
        return this.finish(answer, { place: i + 1, name: 'value', because });
      }
      try {
        const answer = await this.ask(fallback.profile, policy);
        return this.finish(answer, { place: i + 1, name: fallback.profile, because });
      } catch (thrown) {
        const next = this.failed(thrown);
        // Who could not even be asked says nothing about the call: the fallback is passed over.
        if (!isUnable(next)) error = next;
      }
    }
    throw this.exhausted(error);
  }

  /** Asks one profile as often as the policy allows. */
  private async ask(name: string, policy: CallPolicy): Promise<Response> {
    const { parts, call } = this;
    const link = await this.link(name);
    let failure: AppError | undefined;
    for (let attempt = 1; ; attempt += 1) {
      const begun = parts.clock.elapsed();
      const entry: CallTry = { profile: name, ms: 0 };
      try {
        const response = await this.tryOnce(link, policy, entry, attempt > 1);
        entry.ms = Math.round(parts.clock.elapsed() - begun) - (entry.queuedMs ?? 0);
        this.tries.push(entry);
        return response;
      } catch (thrown) {
        const error = this.failed(thrown);
        entry.ms = Math.round(parts.clock.elapsed() - begun) - (entry.queuedMs ?? 0);
        Object.assign(entry, { error: error.code, class: error.class });
        this.tries.push(entry);
        this.restart();
        // A breaker that opens between two tries says less than what opened it.
        if (error.class === 'circuit.open' && failure !== undefined) throw failure;
        failure = error;
        const waitMs = this.waitBefore(attempt, error, link);
        if (waitMs === undefined) throw error;
        entry.waitMs = waitMs;
        await parts.clock.sleep(waitMs, call.options.signal);
      }
    }
  }

  private async link(name: string): Promise<Link<Response>> {
    try {
      return await this.call.link(name);
    } catch (thrown) {
      const error = this.failed(thrown);
      this.tries.push({ profile: name, error: error.code, class: error.class, unsent: true, ms: 0 });
      throw error;
    }
  }

  /** Milliseconds until the next try of the same profile; undefined when there is none. */
  private waitBefore(attempt: number, error: AppError, link: Link<Response>): number | undefined {
    const { policy, parts, call } = this;
    if (call.options.signal?.aborted || attempt >= attemptsFor(error.class, policy.retry)) return undefined;
    if (!parts.retryBudget.allows(link.account, link.profile.retryBudget)) return undefined;
    const asked = error.data?.['retryAfterMs'];
    const askedMs = typeof asked === 'number' ? asked : undefined;
    if (askedMs !== undefined && askedMs > policy.retry.longestWaitMs) return undefined;
    const waitMs = backoffMs(attempt, policy.retry, parts.random, askedMs);
    const deadline = call.options.about?.deadline;
    return deadline !== undefined && parts.clock.now() + waitMs >= deadline ? undefined : waitMs;
  }

  private async tryOnce(link: Link<Response>, policy: CallPolicy, entry: CallTry, again: boolean): Promise<Response> {
    const [breakers] = await Promise.all([this.parts.breakers(), link.load()]);
    const noteState = () => {
      const state = breakers.stateOf(link.account);
      if (state !== 'closed') entry.breaker = state;
    };
    const trying = breakers.pass(link, async () => {
      const { limiter, budgets } = this.parts.stages;
      const about: CallAttemptAbout = { call: this.call, ...link };
      const admission = await limiter?.admit(about);
      if (admission !== undefined && admission.waitedMs > 0) entry.queuedMs = Math.round(admission.waitedMs);
      let accounts: CallAccounts | undefined;
      let end: 'answered' | 'failed' = 'failed';
      let error: AppError | undefined;
      try {
        const reservation = await budgets?.reserve(about);
        this.parts.retryBudget.count(link.account, again);
        try {
          const response = await link.attempt(
            this.tryOptions(policy, reservation?.maxTokens, (headers) => admission?.heard(headers)),
          );
          end = 'answered';
          accounts = accountsOf(response as unknown as Answered);
          return response;
        } catch (thrown) {
          error = toAppError(thrown);
          accounts = error.accounts;
          throw thrown;
        } finally {
          const nanoUsd = accounts?.cost?.nanoUsd ?? 0;
          if (nanoUsd > 0) entry.nanoUsd = nanoUsd;
          if (accounts) this.used.push(accounts);
          const stopped = end === 'failed' && this.call.options.signal?.aborted === true;
          await reservation?.settle(accounts && { ...accounts, profile: link.name }, stopped ? 'cancelled' : end);
        }
      } finally {
        admission?.end({ accounts, error });
      }
    });
    return trying.finally(noteState);
  }

  private tryOptions(
    policy: CallPolicy,
    maxTokens: number | undefined,
    onHeaders: TryOptions['onHeaders'],
  ): TryOptions {
    const { onDelta, ...options } = this.call.options;
    const { deadline } = options.about ?? {};
    const left = deadline === undefined ? undefined : Math.max(1, deadline - this.parts.clock.now());
    const { timeouts } = policy;
    return {
      ...options,
      maxTokens,
      timeouts: left === undefined || left >= timeouts.totalMs ? timeouts : { ...timeouts, totalMs: left },
      onHeaders,
      ...(onDelta && {
        onDelta: (text: string) => {
          this.streamed = true;
          onDelta(text);
        },
      }),
    };
  }

  /** What was shown of a failed try is void. */
  private restart(): void {
    if (this.streamed) this.call.options.onRestart?.();
    this.streamed = false;
  }

  private failed(thrown: unknown): AppError {
    const { signal } = this.call.options;
    if (signal?.aborted && thrown === signal.reason) throw thrown;
    return toAppError(thrown, 'step.unexpected', `profile ${this.call.name}`);
  }

  private finish(response: Response, fallback: CallCourse['fallback']): Response {
    const course: CallCourse = {
      ...(this.tries.length > 1 || fallback || this.tries[0]?.queuedMs ? { tries: this.tries } : {}),
      ...(fallback && { fallback }),
    };
    return { ...response, ...this.accountsOfAll(), ...course };
  }

  /** Usage and cost of all tries, where the answer alone does not tell them. */
  private accountsOfAll(): Pick<CallAccounts, 'usage' | 'cost'> {
    const { usage, cost } = totalAccounts(this.used) ?? {};
    return { ...(usage && { usage }), ...(cost && { cost }) };
  }

  /** The error with which the call ends: whoever made it must not simply make it again. */
  private exhausted(error: AppError): AppError {
    const several = this.tries.length > 1;
    return new AppError(error.code, {
      message: several ? `${error.message.replace(/\.$/, '')}. ${triesText(this.tries)}` : error.message,
      where: error.where,
      remedy: error.remedy,
      data: { ...error.data, exhausted: true, ...(several && { tries: this.tries as unknown as Json }) },
      accounts: totalAccounts(this.used),
      cause: error,
    });
  }

  /** The engine opens a wait for such an error, keeps it, and answers the call by what the person gives. */
  private askingPerson(
    { person }: Extract<Fallback, { person: unknown }>,
    error: AppError,
    place: number,
  ): AppError | undefined {
    const { personAnswer } = this.call;
    if (!personAnswer) return undefined;
    const { form, field } = personAnswer;
    const answer = this.finish(personAnswer.answer, { place, name: 'person', because: error.class });
    const ask: PersonAsk = {
      title: person.title,
      form,
      field,
      answer: answer as unknown as JsonObject,
      ...(person.timeoutMs !== undefined && { timeoutMs: person.timeoutMs }),
    };
    const exhausted = this.exhausted(error);
    return new AppError(error.code, {
      message: exhausted.message,
      where: error.where,
      remedy: 'A person is asked to answer instead.',
      data: { ...exhausted.data, ask: ask as unknown as Json },
      accounts: exhausted.accounts,
      cause: error,
    });
  }
}

/** Classes that say that a profile could not be asked this at all. */
function isUnable(error: AppError): boolean {
  return (
    error.code === 'profile.missing' ||
    error.code === 'profile.key_missing' ||
    error.code === 'provider.personal_data' ||
    ((error.class === 'capability.missing' || error.class === 'context_window') && error.data?.['unsent'] === true)
  );
}

function accountsOf({ usage, cost, model, provider }: Answered): CallAccounts {
  return {
    ...(usage && { usage }),
    ...(cost && { cost }),
    ...(model !== undefined && { model }),
    ...(provider !== undefined && { provider }),
  };
}

/** In a sentence: who was asked how often. */
function triesText(tries: readonly CallTry[]): string {
  const counts = new Map<string, number>();
  for (const { profile, unsent } of tries) if (!unsent) counts.set(profile, (counts.get(profile) ?? 0) + 1);
  const list = [...counts].map(([profile, count]) => `${profile} ${count === 1 ? 'once' : `${count} times`}`);
  return list.length === 0 ? 'Nobody could be asked.' : `Asked: ${list.join(', ')}.`;
}
