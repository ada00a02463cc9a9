import {
  type CachedAnswer,
  type CallAbout,
  type CallCourse,
  type CallEffect,
  type CallOptions,
  type Capabilities,
  type CapabilityName,
  type HostCapabilities,
  journaledCalls,
  type LogCapability,
  type Spent,
  type WaitRequest,
} from '../core/capabilities/capabilities.ts';
import { AppError, fromWire, isAppError, toAppError } from '../core/errors/app-error.ts';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../core/graph/json.ts';
import type { Cost, Decision, Usage } from '../core/graph/values.ts';
import type { PlanTool } from '../core/plan/plan.ts';
import type { RunEventBody, ValueRef, WaitKind } from '../core/run/events.ts';
import type { CallOutcome, StepPast } from '../core/run/history.ts';
import { personAskOf, personsAnswer, waitForAnswer } from './answer-by-person.ts';
import { type Cell, cellOf, cellOfRef, type ValueKeeper } from './cells.ts';

/** Thrown into a node's code when its attempt is over: whatever it does with it is dropped. */
export const ATTEMPT_OVER = Symbol('attempt over');

/** What the calls of one attempt need from the run around it. */
export interface CallScope {
  readonly runId: string;
  readonly path: string;
  readonly attempt: number;
  /** Who calls, for the world outside. */
  readonly about: Omit<CallAbout, 'call'>;
  readonly past: StepPast;
  /** Aborts with the attempt. */
  signal(): AbortSignal;
  readonly irreversible: boolean;
  /** The node is marked personal: nothing that it makes of its payloads may lie open in the log. */
  readonly personal: boolean;
  /** False once the attempt has timed out, failed or been cancelled. */
  isOpen(): boolean;
  /** True when calls may only be answered from the log. */
  readonly replaying: boolean;
  host: HostCapabilities;
  now(): number;
  random(): number;
  newId(prefix: string): string;
  isBuiltIn(profile: string): boolean;
  resolveAlias(kind: 'collection' | 'profile', alias: string): string;
  redact(data: JsonObject): JsonObject;
  /** Tells whoever watches that what the step has streamed so far is void. */
  voidStream(): void;
  add(body: RunEventBody): void;
  readonly keeper: ValueKeeper;
  /** An error as the log may hold it. */
  keptError(error: AppError): AppError;
  commit(): Promise<void>;
  /** Resolves when the journal knows the run. */
  begun(): Promise<void>;
  load(cell: Cell): Promise<Json>;
  /** Counts calls under way, so that an interrupted run can let them end. @throws ATTEMPT_OVER while draining */
  callBegins(effect: CallEffect): void;
  callEnds(): void;
  wait(call: number | 'break', request: WaitSpec): Promise<Decision | null>;
  spentInBody(index: number): Spent;
  runBody(index: number, sources: { [port: string]: Json }): Promise<{ [port: string]: Json }>;
  /** Of a container of tools, by their nodes. */
  readonly tools: ReadonlyMap<string, PlanTool>;
  readonly untrustedInput: boolean;
  runTool(index: number, tool: string, args: JsonObject, untrusted: boolean): Promise<Json | undefined>;
  input(name: string): Json | undefined;
}

export interface WaitSpec extends Omit<WaitRequest, 'kind'> {
  kind: WaitKind;
  /** Epoch milliseconds, instead of `timeoutMs` from now. */
  dueAt?: number;
  /** Of a breakpoint: itself as text, the wire that it stands on, and the place of its value where a port takes many. */
  breakpoint?: string;
  edge?: string;
  place?: number;
}

/** What stands for a log line that a node marked personal wrote. */
const WITHHELD = '(personal)';

type LogEntry = Parameters<LogCapability['write']>[0];

/** Which request field of a capability names a resource of the workflow by alias. */
const aliasFields = {
  model: 'profile',
  embedder: 'profile',
  reranker: 'profile',
  collections: 'collection',
} as const;

/** The capabilities of one attempt: journaled calls, recorded values, waits. One counter numbers them all. */
export class StepCalls {
  private next = 0;
  private logged = 0;
  private readonly scope: CallScope;

  constructor(scope: CallScope) {
    this.scope = scope;
  }

  /** Exactly the capabilities that a manifest asks for. */
  provide(needs: readonly CapabilityName[]): Partial<Capabilities> {
    const provided: { [name: string]: unknown } = {};
    for (const name of needs) provided[name] = this.capability(name);
    return provided as Partial<Capabilities>;
  }

  private capability(name: CapabilityName): Capabilities[CapabilityName] {
    const { scope } = this;
    switch (name) {
      case 'tokenizer':
        return scope.host.tokenizer;
      case 'clock':
        return { now: () => this.recorded('clock', () => scope.now()) as number };
      case 'random':
        return { next: () => this.recorded('random', () => scope.random()) as number };
      case 'ids':
        return { next: (prefix: string) => this.recorded('ids', () => scope.newId(prefix)) as string };
      case 'log':
        return { write: (entry: LogEntry) => this.log(entry) };
      case 'waits':
        return {
          person: (request) => scope.wait(this.number(), request),
          timer: async ({ title, dueAt }) => {
            await scope.wait(this.number(), { kind: 'timer', title, dueAt, payload: null, actions: [] });
          },
        };
      case 'body':
        return {
          run: (index: number, sources: { [port: string]: Json }) => scope.runBody(index, sources),
          spent: (index: number) => scope.spentInBody(index),
        };
      case 'tools':
        return {
          list: () =>
            [...scope.tools.values()].map(({ offer }) => offer).sort((a, b) => (a.spec.name < b.spec.name ? -1 : 1)),
          call: (index, tool, args, untrusted) => scope.runTool(index, tool, args, untrusted),
          spent: (index) => scope.spentInBody(index),
          untrustedInput: () => scope.untrustedInput,
        };
      case 'workflow':
        return { input: (input) => scope.input(input) };
      default:
        return this.journaled(name);
    }
  }

  private journaled<C extends keyof typeof journaledCalls>(name: C): Capabilities[C] {
    const methods: { [method: string]: unknown } = {};
    for (const [method, effect] of Object.entries(journaledCalls[name])) {
      methods[method] = (request: unknown, options?: CallOptions) => this.call(name, method, effect, request, options);
    }
    return methods as unknown as Capabilities[C];
  }

  private number(): number {
    const call = this.next;
    this.next += 1;
    return call;
  }

  private recorded(kind: 'clock' | 'random' | 'ids', make: () => Json): Json {
    const { scope } = this;
    const call = this.number();
    const past = scope.past.values.get(call);
    if (past?.kind === kind) return past.value;
    if (scope.replaying) throw notRecorded(scope.path, kind);
    const value = make();
    scope.past.values.set(call, { kind, value });
    scope.add({ type: 'value.recorded', step: scope.path, call, kind, value });
    return value;
  }

  private log(entry: LogEntry): void {
    const { scope } = this;
    this.logged += 1;
    if (this.logged <= scope.past.logs || !scope.isOpen()) return;
    scope.past.logs = this.logged;
    if (scope.personal) {
      scope.add({ type: 'log.written', step: scope.path, level: entry.level, message: WITHHELD });
      return;
    }
    const { message, data } = scope.redact({ message: entry.message, data: entry.data ?? {} }) as {
      message: string;
      data: JsonObject;
    };
    scope.add({ type: 'log.written', step: scope.path, level: entry.level, message, ...(entry.data && { data }) });
  }

  private async call(
    capability: keyof typeof journaledCalls,
    method: string,
    declared: CallEffect,
    given: unknown,
    options?: CallOptions,
  ): Promise<unknown> {
    const { scope } = this;
    const call = this.number();
    const kind = `${capability}.${method}`;
    const request = this.withNames(capability, given);
    const text = canonicalJson(request);
    const digest = scope.keeper.hash(text);
    const past = this.pastOutcome(call, digest, kind);
    if (past?.ok) return scope.load(cellOfRef(past.response));
    if (past) return this.byPersonInstead(call, request, fromWire(past.error));
    if (scope.replaying) throw notRecorded(scope.path, kind);
    const effect = this.effectOf(declared, request);
    const dangling = scope.past.dangling.get(call) === digest;
    if (effect === 'irreversible' && dangling) {
      const decided = await this.askWhetherItHappened(call, kind, digest, request);
      if (decided !== undefined) return decided;
    }
    this.assertOpen();
    if (effect !== 'read') {
      scope.add({
        type: 'call.intended',
        step: scope.path,
        call,
        kind,
        digest,
        effect,
        ...(dangling && { cause: 'crash' as const }),
      });
      await scope.commit();
    } else {
      // A read is not written down first, but nothing is asked of the world by a run that could be lost without a trace.
      await scope.begun();
    }
    this.assertOpen();
    try {
      return await this.perform({ capability, method, kind, call, digest, text, request, effect }, options);
    } catch (thrown) {
      if (!isAppError(thrown)) throw thrown;
      return this.byPersonInstead(call, request, thrown);
    }
  }

  /** A failed call ends in its error, unless that asks for a person: then in what they decide, now or when resumed. */
  private async byPersonInstead(call: number, request: JsonObject, error: AppError): Promise<Json> {
    const ask = personAskOf(error);
    if (ask === undefined) throw error;
    return personsAnswer(ask, error, await this.scope.wait(call, waitForAnswer(ask, error, request)));
  }

  private async perform(
    about: {
      capability: keyof typeof journaledCalls;
      method: string;
      kind: string;
      call: number;
      digest: string;
      text: string;
      request: JsonObject;
      effect: CallEffect;
    },
    options?: CallOptions,
  ): Promise<unknown> {
    const { scope } = this;
    const { kind, call, digest, effect } = about;
    const startedAt = scope.now();
    const adapter = scope.host[about.capability] as unknown as {
      [method: string]: (request: unknown, options?: CallOptions) => Promise<Json>;
    };
    scope.callBegins(effect);
    try {
      const response = await (adapter[about.method] as (typeof adapter)[string])(about.request, {
        ...options,
        onRestart: () => {
          scope.voidStream();
          options?.onRestart?.();
        },
        signal: scope.signal(),
        about: { ...scope.about, call },
        ...(effect !== 'read' && { idempotencyKey: this.idempotencyKey(call, digest) }),
      });
      this.assertOpen();
      const request = this.requestRef(about.text, digest, about.request);
      await this.complete(
        { call, kind, digest, request, startedAt, ...reported(response), ...this.prompted(effect) },
        response,
        effect,
      );
      return response;
    } catch (thrown) {
      if (thrown === ATTEMPT_OVER || !scope.isOpen()) throw ATTEMPT_OVER;
      const failure = toAppError(thrown, 'step.unexpected', `${scope.path}, ${kind}`);
      const error = scope.keptError(failure);
      const { usage, cost, model, provider } = failure.accounts ?? {};
      scope.add({
        type: 'call.failed',
        step: scope.path,
        ...{ call, kind, digest, error: error.toWire(), startedAt },
        ...(usage && { usage }),
        ...(cost && { cost }),
        ...(model !== undefined && { model }),
        ...(provider !== undefined && { provider }),
        ...this.prompted(effect),
      });
      if (effect !== 'read') await scope.commit();
      this.remember(call, { attempt: scope.attempt, ok: false, digest, error: error.toWire(), ...(cost && { cost }) });
      throw error;
    } finally {
      scope.callEnds();
    }
  }

  /** Prompt versions behind a paid call: what it costs is told by them. */
  private prompted(effect: CallEffect): { prompt?: string } {
    const prompt = effect === 'paid' ? this.scope.about.prompt() : undefined;
    return prompt === undefined ? {} : { prompt };
  }

  /** Puts the answer of a call where a resume finds it; what cannot just be asked again must be there at once. */
  private async complete(
    facts: Omit<Extract<RunEventBody, { type: 'call.completed' }>, 'type' | 'step' | 'response'>,
    response: Json,
    effect: CallEffect,
  ): Promise<void> {
    const { scope } = this;
    const cell = cellOf(response, scope.keeper);
    const event = { type: 'call.completed' as const, step: scope.path, ...facts, response: cell.ref };
    scope.add(event);
    if (effect !== 'read') await scope.commit();
    const { call, digest } = facts;
    this.remember(call, {
      attempt: scope.attempt,
      ok: true,
      digest,
      response: cell.ref,
      event: { seq: 0, at: 0, ...event },
    });
  }

  private assertOpen(): void {
    if (!this.scope.isOpen()) throw ATTEMPT_OVER;
  }

  private requestRef(text: string, digest: string, request: JsonObject): ValueRef {
    const { keeper } = this.scope;
    if (text.length <= keeper.inlineLimit) return { value: request };
    keeper.keep(digest, text);
    return { digest, bytes: text.length };
  }

  private remember(call: number, outcome: CallOutcome): void {
    const { past } = this.scope;
    past.dangling.delete(call);
    const list = past.calls.get(call);
    if (list) list.push(outcome);
    else past.calls.set(call, [outcome]);
  }

  /**
   * The outcome in the log that answers this call: one of the same attempt, or a success of an earlier attempt whose
   * calls were kept.
   */
  private pastOutcome(call: number, digest: string, kind: string): CallOutcome | undefined {
    const { past, attempt, path } = this.scope;
    const list = past.calls.get(call);
    if (!list) return undefined;
    const same = list.find((outcome) => outcome.attempt === attempt);
    if (same && same.digest !== digest) {
      throw new AppError('step.call_mismatch', {
        message: `The step asks something else at its call ${call + 1} (${kind}) than it did before.`,
        where: path,
        remedy: 'A node must make the same calls for the same inputs. Start a new run, and report the node.',
      });
    }
    if (same) return same;
    const keptFrom = this.keptFrom();
    return list.find((outcome) => outcome.ok && outcome.attempt >= keptFrom && outcome.digest === digest);
  }

  /** The earliest attempt whose completed calls still answer in this one. */
  private keptFrom(): number {
    const { past, attempt } = this.scope;
    let keptFrom = 1;
    past.retries.forEach((retry, i) => {
      if (!retry.keepsCalls && i + 2 <= attempt) keptFrom = i + 2;
    });
    return keptFrom;
  }

  /**
   * Equal for a call that is made again because its answer was lost, whichever attempt makes it; another when a retry
   * wants another answer.
   */
  private idempotencyKey(call: number, digest: string): string {
    const { runId, path, keeper } = this.scope;
    return keeper.hash(`${runId} ${path} ${call} ${digest} ${this.keptFrom()}`);
  }

  private effectOf(declared: CallEffect, request: JsonObject): CallEffect {
    if (declared === 'paid' && typeof request.profile === 'string' && this.scope.isBuiltIn(request.profile))
      return 'read';
    return declared === 'write' && this.scope.irreversible ? 'irreversible' : declared;
  }

  private withNames(capability: keyof typeof journaledCalls, given: unknown): JsonObject {
    const request = given as JsonObject;
    if (!(capability in aliasFields)) return request;
    const field = aliasFields[capability as keyof typeof aliasFields];
    const alias = request[field];
    return typeof alias === 'string' ? { ...request, [field]: this.scope.resolveAlias(field, alias) } : request;
  }

  /** A writing call was under way at a crash and must not simply be repeated: a person says whether it took effect. */
  private async askWhetherItHappened(
    call: number,
    kind: string,
    digest: string,
    request: JsonObject,
  ): Promise<Json | undefined> {
    const { scope } = this;
    const decision = await scope.wait(call, {
      kind: 'uncertain',
      title: `Did ${kind} of step ${scope.path} take effect?`,
      payload: { kind, request },
      actions: ['happened', 'did-not-happen'],
      form: {
        type: 'object',
        properties: { response: { description: 'What it answered, as JSON, when it happened.' } },
      },
      reason: 'The process ended after this irreversible call was begun and before its answer was recorded.',
    });
    if (decision?.action !== 'happened') return undefined;
    const response = decision.values.response ?? null;
    const facts = { call, kind, digest, request: this.requestRef(canonicalJson(request), digest, request) };
    await this.complete({ ...facts, startedAt: scope.now() }, response as Json, 'irreversible');
    return response as Json;
  }
}

function notRecorded(path: string, kind: string): AppError {
  return new AppError('run.not_replayable', {
    message: `The log holds no answer for ${kind}.`,
    where: path,
    remedy: 'The step took another way than when it was recorded, or the run ended before this call.',
  });
}

/** What a response reports of itself: usage and cost for the ledger, and how it was come by. */
function reported(
  response: Json,
): Pick<
  Extract<RunEventBody, { type: 'call.completed' }>,
  'usage' | 'cost' | 'model' | 'provider' | 'course' | 'cached'
> {
  if (!isJsonObject(response)) return {};
  const { usage, cost, model, provider, tries, fallback, cached } = response as { [name: string]: Json | undefined };
  return {
    ...(isJsonObject(usage) && { usage: usage as unknown as Usage }),
    ...(isJsonObject(cost) && { cost: cost as unknown as Cost }),
    ...(typeof model === 'string' && { model }),
    ...(typeof provider === 'string' && { provider }),
    ...((tries ?? fallback) !== undefined && {
      course: {
        ...(tries !== undefined && { tries }),
        ...(fallback !== undefined && { fallback }),
      } as unknown as CallCourse,
    }),
    ...(isJsonObject(cached) && { cached: cached as unknown as CachedAnswer }),
  };
}
