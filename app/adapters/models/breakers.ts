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
import { errorClasses } from '../../core/errors/error-classes.ts';
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
  because?: string;
}

const SAMPLE_MS = 60_000;
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
  private readonly policies = new Map<
    string,
    { policy: CircuitBreakerPolicy; status: BreakerStatus; openMs: number }
  >();
  private readonly listeners = new Set<(status: BreakerStatus) => void>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Does `work` unless the breaker is open. @throws AppError provider.circuit_open, and what `work` throws */
  async pass<T>(about: { account: string; name: string; profile: Profile }, work: () => Promise<T>): Promise<T> {
    if (about.profile.breaker === false) return work();
    const { policy, status, openMs } = this.of(about);
    try {
      return await policy.execute(work);
    } catch (thrown) {
      if (!(thrown instanceof BrokenCircuitError)) throw thrown;
      const left = Math.max(0, status.since + openMs - this.now());
      throw new AppError('provider.circuit_open', {
        message: `${about.profile.provider} has failed too often just now (${status.because ?? 'unknown'}): ${about.profile.model} was not asked.`,
        where: `profile ${about.name}`,
        remedy: `It is asked again in ${Math.ceil(left / 1000)} s. Add a fallback, or change \`breaker\` of the profile.`,
        data: { opensInMs: left },
      });
    }
  }

  list(): BreakerStatus[] {
    return [...this.policies.values()].map(({ status }) => ({ ...status }));
  }

  /** Hears of every change. @returns what ends it */
  watch(listener: (status: BreakerStatus) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private of({ account, name, profile }: { account: string; name: string; profile: Profile }) {
    const known = this.policies.get(account);
    if (known) return known;
    const { failures, share, minimumRps, openMs } = { ...usual, ...(profile.breaker || {}) };
    const policy = circuitBreaker(
      handleWhen((error) => isAppError(error) && errorClasses[error.class].breaker),
      {
        halfOpenAfter: openMs,
        breaker: new EitherBreaker([
          new ConsecutiveBreaker(failures),
          new SamplingBreaker({ threshold: share, duration: SAMPLE_MS, minimumRps }),
        ]),
      },
    );
    const { provider, model } = profile;
    const status: BreakerStatus = { profile: name, provider, model, state: 'closed', since: this.now() };
    policy.onStateChange((state) => {
      status.state = names[state];
      status.since = this.now();
      for (const listener of this.listeners) listener({ ...status });
    });
    policy.onBreak((reason) => {
      if ('error' in reason && isAppError(reason.error)) status.because = reason.error.class;
    });
    const entry = { policy, status, openMs };
    this.policies.set(account, entry);
    return entry;
  }
}
