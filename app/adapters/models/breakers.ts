import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  type IBreaker,
  SamplingBreaker,
} from 'cockatiel';
import { AppError, isAppError } from '../../core/errors/app-error.ts';
import { type ErrorClass, errorClasses } from '../../core/errors/error-classes.ts';
import type { ErrorCode } from '../../core/errors/error-codes.ts';
import type { Profile } from '../../core/workspace/workspace-config.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';

/** How the breaker of one account stands. */
export interface BreakerStatus {
  /** The first profile that used it. */
  profile: string;
  provider: string;
  model: string;
  state: BreakerState;
  /** When it last changed, epoch milliseconds. */
  since: number;
  /** Error class of the failure that opened it last. */
  because?: ErrorClass;
  /** While it is open: from when on a call may try again, epoch milliseconds. */
  againAt?: number;
  /** The newest failure of a call, whatever it was. */
  lastError?: { code: ErrorCode; class: ErrorClass; at: number };
}

/** What is kept of an account beyond its process. */
export interface KeptHealth extends BreakerStatus {
  /** When it was written, epoch milliseconds. */
  at: number;
  /** The breaker as its library writes it down. */
  circuit: unknown;
}

/** Where processes of a workspace tell each other how providers do. Never throws: it is worth a minute. */
export interface HealthBoard {
  read(account: string): KeptHealth | undefined;
  write(account: string, health: KeptHealth): void;
}

interface Circuit {
  policy: CircuitBreakerPolicy;
  status: BreakerStatus;
  /** A failure has been written down that a success has not yet taken back. */
  failing: boolean;
  /** When the board was last looked at, epoch milliseconds. */
  lookedAt: number;
}

const SAMPLE_MS = 60_000;
/** How soon a breaker that another process opened is open here. */
const LOOK_EVERY_MS = 1000;
const usual = { failures: 5, share: 0.5, minimumRps: 0.2, openMs: 15_000 };
const names: { [state in CircuitState]: BreakerState } = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
};

/** Opens when either of two rules says so: failures in a row, or a share of many calls. */
class EitherBreaker implements IBreaker {
  private readonly rules: readonly IBreaker[];
  constructor(rules: readonly IBreaker[]) {
    this.rules = rules;
  }
  get state(): unknown {
    return this.rules.map((rule) => rule.state);
  }
  set state(value: unknown) {
    this.rules.forEach((rule, i) => {
      rule.state = (value as unknown[])[i];
    });
  }
  success(state: CircuitState): void {
    for (const rule of this.rules) rule.success(state);
  }
  failure(state: CircuitState): boolean {
    // Every rule must hear of it.
    return this.rules.map((rule) => rule.failure(state)).includes(true);
  }
}

/** A circuit breaker for each account: provider, address, model and key. What fails there leaves others alone. */
export class Breakers {
  private readonly circuits = new Map<string, Circuit>();
  private readonly listeners = new Set<(status: BreakerStatus) => void>();
  private readonly now: () => number;
  private readonly board: HealthBoard | undefined;

  constructor(now: () => number, board?: HealthBoard) {
    this.now = now;
    this.board = board;
  }

  /** Does `work` unless the breaker is open. @throws AppError provider.circuit_open, and what `work` throws */
  async pass<T>(about: { account: string; name: string; profile: Profile }, work: () => Promise<T>): Promise<T> {
    if (about.profile.breaker === false || about.profile.provider === 'built-in') return work();
    const circuit = this.of(about);
    const { policy, status } = circuit;
    try {
      const result = await policy.execute(work);
      if (circuit.failing) this.keep(about.account, circuit, false);
      return result;
    } catch (thrown) {
      if (!(thrown instanceof BrokenCircuitError)) {
        this.hear(about.account, circuit, thrown);
        throw thrown;
      }
      const left = Math.max(0, (status.againAt ?? 0) - this.now());
      throw new AppError('provider.circuit_open', {
        message: `${about.profile.provider} has failed too often just now (${status.because ?? 'unknown'}): ${about.profile.model} was not asked.`,
        where: `profile ${about.name}`,
        remedy: `It is asked again in ${Math.ceil(left / 1000)} s. Add a fallback, or change \`breaker\` of the profile.`,
        data: { opensInMs: left },
      });
    }
  }

  stateOf(account: string): BreakerState {
    return this.circuits.get(account)?.status.state ?? 'closed';
  }

  /** How an account stands, as the newest process to speak of it says; undefined when nobody has asked it lately. */
  statusOf(account: string): BreakerStatus | undefined {
    const own = this.circuits.get(account)?.status;
    const kept = this.board?.read(account);
    if (kept === undefined) return own && { ...own };
    const { at: _, circuit: __, ...status } = kept;
    return status;
  }

  list(): BreakerStatus[] {
    return [...this.circuits.values()].map(({ status }) => ({ ...status }));
  }

  /** Hears of every change. @returns what ends it */
  watch(listener: (status: BreakerStatus) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Writes a failure down that says something about the account. */
  private hear(account: string, circuit: Circuit, thrown: unknown): void {
    if (!isAppError(thrown) || saysNothing(thrown)) return;
    const { code, class: errorClass } = thrown;
    circuit.status.lastError = { code, class: errorClass, at: this.now() };
    this.keep(account, circuit, true);
  }

  private keep(account: string, circuit: Circuit, failing: boolean): void {
    // A call that was under way when another process's word was taken says nothing new.
    if (this.circuits.get(account) !== circuit) return;
    circuit.failing = failing;
    this.board?.write(account, { ...circuit.status, at: this.now(), circuit: circuit.policy.toJSON() });
  }

  private of({ account, name, profile }: { account: string; name: string; profile: Profile }): Circuit {
    const known = this.circuits.get(account);
    if (known && !this.isOutdated(account, known)) return known;
    const kept = this.kept(account);
    const { failures, share, minimumRps, openMs } = { ...usual, ...(profile.breaker || {}) };
    const policy: CircuitBreakerPolicy = circuitBreaker(
      handleWhen((error) => isFault(error) || (policy.state === CircuitState.HalfOpen && saysNothing(error))),
      {
        halfOpenAfter: openMs,
        breaker: new EitherBreaker([
          new ConsecutiveBreaker(failures),
          new SamplingBreaker({ threshold: share, duration: SAMPLE_MS, minimumRps }),
        ]),
        ...(kept && { initialState: kept.circuit }),
      },
    );
    const { provider, model } = profile;
    const status: BreakerStatus = kept?.status ?? {
      profile: name,
      provider,
      model,
      state: 'closed',
      since: this.now(),
    };
    policy.onStateChange((state) => {
      status.state = names[state];
      status.since = this.now();
      if (status.state === 'open') status.againAt = status.since + openMs;
      else delete status.againAt;
      for (const listener of this.listeners) listener({ ...status });
    });
    policy.onBreak((reason) => {
      if ('error' in reason && isFault(reason.error)) status.because = reason.error.class;
    });
    const circuit = { policy, status, failing: kept !== undefined, lookedAt: this.now() };
    this.circuits.set(account, circuit);
    return circuit;
  }

  /** Whether another process has opened or closed a breaker since this one last changed. Looks now and then. */
  private isOutdated(account: string, circuit: Circuit): boolean {
    const now = this.now();
    const { state, since } = circuit.status;
    if (state === 'half-open' || now - circuit.lookedAt < LOOK_EVERY_MS) return false;
    circuit.lookedAt = now;
    const kept = this.board?.read(account);
    return kept !== undefined && kept.state !== 'half-open' && kept.state !== state && kept.since > since;
  }

  /** What another process has told of an account, unless that is over: a breaker that stood open is asked by a probe. */
  private kept(account: string): { circuit: unknown; status: BreakerStatus } | undefined {
    const kept = this.board?.read(account);
    if (kept === undefined || (kept.state === 'closed' && this.now() - kept.at > SAMPLE_MS)) return undefined;
    const { at: _, circuit, ...status } = kept;
    return { circuit, status };
  }
}

function isFault(error: unknown): error is AppError {
  return isAppError(error) && errorClasses[error.class].breaker;
}

/** Whether a probe ended before its provider had said anything: it has not shown that the provider is well. */
function saysNothing(error: unknown): boolean {
  return !isAppError(error) || ['cancelled', 'budget.hard', 'rate_limit.queue'].includes(error.class);
}
