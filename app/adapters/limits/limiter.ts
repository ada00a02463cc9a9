import { isAppError } from '../../core/errors/app-error.ts';
import { errorClasses } from '../../core/errors/error-classes.ts';
import type { Usage } from '../../core/graph/values.ts';
import { callPolicy } from '../../core/policy/call-policy.ts';
import type { Profile } from '../../core/workspace/workspace-config.ts';
import type { Admission, CallAttemptAbout, CallOutcome, Limiter } from '../models/call-stages.ts';
import { AccountBook, type Booking } from './account-book.ts';
import { AccountQueue, type QueueClock } from './account-queue.ts';
import type { AccountState, Limits, Tokens } from './account-state.ts';
import { readLimitHeaders } from './limit-headers.ts';
import type { LimitStore } from './limit-store.ts';

export interface LimiterOptions {
  store: LimitStore;
  clock: QueueClock;
  newId: () => string;
  /** Names this process, and tells whether the one of a name is gone. */
  process: { own: string; isGone: (name: string) => boolean };
  /** What the limits of profiles are counted over: a minute; tests make it shorter. */
  windowMs?: number;
}

/** How an account stands. */
export interface AccountStatus {
  limits: Limits;
  /** Calls under way, in all processes, where their number is limited. */
  inFlight: number;
  /** Until then the provider wants no call; epoch milliseconds. */
  blockedUntil: number | undefined;
}

const MINUTE_MS = 60_000;
/** Beyond its longest time, a call may need a moment to end. */
const GRACE_MS = 5000;
const nothing: Tokens = { input: 0, output: 0 };

/**
 * Lets calls through as fast as the limits of their account allow: those that the profile gives and those that the
 * provider's answers tell. All runs and processes of a workspace share one book of each account.
 */
export class AccountLimiter implements Limiter {
  private readonly options: Required<LimiterOptions>;
  private readonly queues = new Map<string, AccountQueue>();

  constructor(options: LimiterOptions) {
    this.options = { windowMs: MINUTE_MS, ...options };
  }

  async admit(about: CallAttemptAbout): Promise<Admission> {
    const { account, profile, call } = about;
    const { store, clock, newId, process } = this.options;
    if (account === '') return unlimited;
    const state = store.read(account);
    const limits = limitsOf(profile, state);
    if (Object.keys(limits).length === 0 && (state?.blockedUntil ?? 0) <= clock.now()) return this.admission(about, 0);

    const policy = callPolicy(call.profile, call.options.about?.policy);
    const since = clock.now();
    const most = countsTokens(limits) ? tokensOf((await about.worst()).usage) : nothing;
    const id = newId();
    const booking = await this.queueOf(account).wait({
      since,
      deadline: Math.min(since + policy.queueMs, call.options.about?.deadline ?? Number.POSITIVE_INFINITY),
      signal: call.options.signal,
      where: `profile ${about.name}`,
      book: (book, now) =>
        book.book({
          id,
          limits: limitsOf(profile, book.state),
          tokens: book.expected(most),
          now,
          lease: policy.timeouts.totalMs + GRACE_MS,
          by: process.own,
        }),
    });
    return this.admission(about, Math.max(0, clock.now() - since), { booking, most });
  }

  /** How the account of a profile stands; undefined: nothing is limited or known. */
  status(account: string, profile: Profile): AccountStatus | undefined {
    const state = this.options.store.read(account);
    const limits = limitsOf(profile, state);
    const now = this.options.clock.now();
    const blockedUntil = state !== undefined && state.blockedUntil > now ? state.blockedUntil : undefined;
    if (Object.keys(limits).length === 0 && blockedUntil === undefined) return undefined;
    const inFlight = Object.values(state?.flights ?? {}).filter(({ until }) => until > now).length;
    return { limits, inFlight, blockedUntil };
  }

  close(): void {
    this.options.store.close();
  }

  private queueOf(account: string): AccountQueue {
    let queue = this.queues.get(account);
    if (!queue) {
      const { store, clock, windowMs, process } = this.options;
      queue = new AccountQueue({ account, store, clock, windowMs, isGone: process.isGone });
      this.queues.set(account, queue);
    }
    return queue;
  }

  private admission(about: CallAttemptAbout, waitedMs: number, place?: { booking: Booking; most: Tokens }): Admission {
    const { clock, windowMs } = this.options;
    const { account, profile } = about;
    let ended = false;
    return {
      waitedMs,
      heard: (headers) => {
        const now = clock.now();
        const hints = profile.limits?.learn === false ? undefined : readLimitHeaders(headers, now);
        if (hints) this.change(account, (book) => book.learn(hints, now));
      },
      end: (outcome) => {
        if (ended) return;
        ended = true;
        const asked = outcome.error?.data?.['retryAfterMs'];
        const blockMs = typeof asked === 'number' ? Math.min(asked, windowMs) : 0;
        if (!place && blockMs === 0) return;
        this.change(account, (book) => {
          if (place) settle(book, place, outcome);
          if (blockMs > 0) book.block(clock.now() + blockMs);
          return true;
        });
      },
    };
  }

  /** A call must not fail because of what is learned from it: what could not be written is forgotten in time. */
  private change(account: string, work: (book: AccountBook) => boolean): void {
    const { store, windowMs } = this.options;
    try {
      store.update(account, (state) => work(new AccountBook(state, windowMs)));
    } catch (thrown) {
      if (!isAppError(thrown)) throw thrown;
    }
    this.queues.get(account)?.wake();
  }
}

const unlimited: Admission = { waitedMs: 0, heard: () => undefined, end: () => undefined };

/** What the profile says, and where it says nothing what the provider told. */
function limitsOf(profile: Profile, state: AccountState | undefined): Limits {
  const { requestsPerMinute, tokensPerMinute, inputTokensPerMinute, outputTokensPerMinute, inFlight, learn } =
    profile.limits ?? {};
  const told = learn === false ? {} : (state?.learned ?? {});
  const limits: Limits = {
    requests: requestsPerMinute ?? told.requests,
    tokens: tokensPerMinute ?? told.tokens,
    input: inputTokensPerMinute ?? told.input,
    output: outputTokensPerMinute ?? told.output,
    inFlight,
  };
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
}

const countsTokens = ({ tokens, input, output }: Limits): boolean =>
  tokens !== undefined || input !== undefined || output !== undefined;

const tokensOf = ({ inputTokens, outputTokens }: Usage): Tokens => ({ input: inputTokens, output: outputTokens });

/** Counts what was used in place of what was booked. */
function settle(book: AccountBook, { booking, most }: { booking: Booking; most: Tokens }, outcome: CallOutcome): void {
  const { accounts, error } = outcome;
  if (accounts?.usage) {
    const used = tokensOf(accounts.usage);
    book.settle(booking, used);
    if (!error && most.input > 0) book.learnUse(most, used);
  } else {
    // The provider may have counted a call that it never finished.
    book.settle(booking, error && errorClasses[error.class].billable ? booking.tokens : nothing);
  }
}
