import {
  type AccountState,
  type Dimension,
  dimensions,
  type Limits,
  type Spread,
  type Tokens,
} from './account-state.ts';
import type { LimitHints } from './limit-headers.ts';

/** Time is booked in pieces of a window: a hundred and twenty keep the state small and waste half of one each. */
const PIECES = 120;
/** How much longer than a window a call counts: the way to the provider is not always equally long. */
const SLACK = 0.01;
/** How much further apart than the limit asks requests are sent, for the same reason. */
const SPACING = 1.02;
/** Providers may hold limits of a minute by the second, so so many requests of a window are never sent at once. */
const STEPS = 60;
/** A timer that wakes late by so many milliseconds loses nothing: the next request may follow sooner. */
const LATE_MS = 25;
/** Closer together than this they are not held apart. */
const LEAST_SPACING_MS = 1;
/** A share of a limit by which a provider's count may be above ours without anybody else using the key: some round. */
const ROUNDING = 0.05;
/** A clock that was set back must not leave an account closed until it has caught up. */
const FURTHEST_WINDOWS = 20;

export type WaitCause = 'requests' | 'tokens' | 'in-flight' | 'blocked';

/** A place for one call. */
export interface Booking {
  id: string;
  /** When it may be sent; never before `now`. */
  at: number;
  /** What it waits for; undefined: for nothing. */
  because: WaitCause | undefined;
  /** What is booked for it. */
  tokens: Tokens;
  /** Its place in the row of requests: a little before `at` after a late timer. */
  sentAt: number;
}

export interface Wish {
  id: string;
  limits: Limits;
  /** Tokens to book. */
  tokens: Tokens;
  now: number;
  /** How long the call may take once it is sent, milliseconds: its place in flight is free again after that. */
  lease: number;
  /** Names the process that asks. */
  by: string;
}

/**
 * Books calls of one account so that no window of any position holds more than its limits, whatever way the provider
 * counts (sliding, fixed or a bucket that fills): the earliest such time, exactly. Works on a state that it changes.
 */
export class AccountBook {
  readonly state: AccountState;
  private readonly windowMs: number;

  constructor(state: AccountState, windowMs: number) {
    this.state = state;
    this.windowMs = windowMs;
  }

  /** Books the earliest place; undefined: as many calls are in flight as may be, and one has to end first. */
  book({ id, limits, tokens, now, lease, by }: Wish): Booking | undefined {
    this.forget(now);
    const { state } = this;
    if (limits.inFlight !== undefined && Object.keys(state.flights).length >= limits.inFlight) return undefined;
    const spacing = this.spacing(limits.requests);
    state.sent = state.sent.filter((at) => at > now - LATE_MS - spacing);
    const unblocked = Math.max(now, state.blockedUntil);
    const room = this.roomFrom(unblocked, limits, tokens);
    // Only who follows another can be late.
    const from = room.at > now || state.sent.length === 0 ? room.at : now - LATE_MS;
    const sentAt = this.apart(from, spacing);
    const at = Math.max(now, sentAt);
    if (spacing > 0) state.sent.push(sentAt);
    this.write(at, 1, tokens);
    if (limits.inFlight !== undefined) state.flights[id] = { until: at + lease, by };
    const because = at > room.at ? 'requests' : (room.because ?? (at > now ? 'blocked' : undefined));
    return { id, at, because, tokens, sentAt };
  }

  /** The call is not made: its place is free for others. */
  giveBack({ id, at, tokens, sentAt }: Booking): void {
    const { state } = this;
    this.write(at, -1, { input: -tokens.input, output: -tokens.output });
    const index = state.sent.indexOf(sentAt);
    if (index >= 0) state.sent.splice(index, 1);
    delete state.flights[id];
  }

  /** The call is over. @param used what it really used: the rest of what was booked is free again */
  settle({ id, at, tokens }: Booking, used: Tokens): void {
    this.write(at, 0, { input: used.input - tokens.input, output: used.output - tokens.output });
    delete this.state.flights[id];
  }

  /** Frees the places in flight of processes that are gone. */
  release(isGone: (by: string) => boolean): void {
    const { flights } = this.state;
    for (const [id, { by }] of Object.entries(flights)) if (isGone(by)) delete flights[id];
  }

  /** No call before then. */
  block(until: number): void {
    this.state.blockedUntil = Math.max(this.state.blockedUntil, until);
  }

  /** Learns limits, and what others use of them. @returns whether anything is new */
  learn(hints: LimitHints, now: number): boolean {
    this.forget(now);
    const { learned, foreign } = this.state;
    const before = JSON.stringify([learned, foreign]);
    for (const dimension of dimensions) {
      const hint = hints[dimension];
      if (hint === undefined) continue;
      learned[dimension] = hint.limit;
      if (hint.remaining === undefined) continue;
      const amount = hint.limit - hint.remaining - this.sentUntil(now, dimension);
      if (amount > hint.limit * ROUNDING)
        foreign[dimension] = { amount, until: now + Math.min(hint.resetMs ?? this.windowMs, this.windowMs) };
      else delete foreign[dimension];
    }
    return JSON.stringify([learned, foreign]) !== before;
  }

  /** What to book for a call that may use so much at most: what such calls used so far, generously. */
  expected(most: Tokens): Tokens {
    const { use } = this.state;
    if (use === undefined) return most;
    return {
      input: Math.ceil(most.input * Math.min(1, generous(use.input))),
      output: Math.min(most.output, Math.ceil(generous(use.output))),
    };
  }

  /** Remembers what a call that might have used `most` really used. */
  learnUse(most: Tokens, used: Tokens): void {
    const { use } = this.state;
    const share = most.input === 0 ? 1 : used.input / most.input;
    this.state.use = { input: after(use?.input, share), output: after(use?.output, used.output) };
  }

  /** What is booked ahead is not yet with the provider. */
  private sentUntil(now: number, dimension: Dimension): number {
    const latest = this.pieceOf(now);
    return this.state.log.reduce((sum, entry) => sum + (entry[0] <= latest ? amountOf(dimension, entry) : 0), 0);
  }

  private pieceOf(at: number): number {
    return Math.floor((at * PIECES) / this.windowMs);
  }

  /** Drops what counts no more. */
  private forget(now: number): void {
    const { state, windowMs } = this;
    const furthest = now + FURTHEST_WINDOWS * windowMs;
    state.log = state.log.filter((entry) => this.endOf(entry) > now && this.endOf(entry) < furthest);
    state.sent = state.sent.filter((at) => at < furthest);
    if (state.blockedUntil <= now || state.blockedUntil > furthest) state.blockedUntil = 0;
    for (const [id, { until }] of Object.entries(state.flights)) if (until <= now) delete state.flights[id];
    for (const dimension of dimensions)
      if ((state.foreign[dimension]?.until ?? now) <= now) delete state.foreign[dimension];
  }

  /** When a piece of the log counts no more: a window after its last moment. */
  private endOf([piece]: AccountState['log'][number]): number {
    return ((piece + 1) * this.windowMs) / PIECES + this.windowMs * (1 + SLACK);
  }

  /** The earliest time from `from` on at which a call fits under the limits of a window. What is booked ahead counts, too. */
  private roomFrom(from: number, limits: Limits, tokens: Tokens): { at: number; because: WaitCause | undefined } {
    let at = from;
    let because: WaitCause | undefined;
    for (const dimension of dimensions) {
      const limit = limits[dimension];
      if (limit === undefined || (dimension === 'requests' && limit < 1)) continue;
      // What is larger than the limit itself goes when nothing else does.
      const needed = Math.min(limit, amountOf(dimension, [0, 1, tokens.input, tokens.output]));
      const others = this.state.foreign[dimension];
      const uses = this.state.log.map((entry) => ({ until: this.endOf(entry), amount: amountOf(dimension, entry) }));
      if (others) uses.push(others);
      uses.sort((a, b) => a.until - b.until);
      let used = uses.reduce((sum, { amount }) => sum + amount, 0);
      for (const { until, amount } of uses) {
        if (used + needed <= limit && until > at) break;
        used -= amount;
        if (until <= at) continue;
        at = until;
        because = dimension === 'requests' ? 'requests' : 'tokens';
      }
    }
    return { at, because };
  }

  /** Milliseconds between requests. */
  private spacing(limit: number | undefined): number {
    if (limit === undefined) return 0;
    const spacing = (this.windowMs * SPACING) / (limit < 1 ? limit : Math.max(limit, STEPS));
    return spacing < LEAST_SPACING_MS ? 0 : spacing;
  }

  /** The first time from `from` on that is far enough from every request. */
  private apart(from: number, spacing: number): number {
    let at = from;
    for (const other of this.state.sent.toSorted((a, b) => a - b))
      if (at > other - spacing && at < other + spacing) at = other + spacing;
    return at;
  }

  private write(at: number, requests: number, { input, output }: Tokens): void {
    const { log } = this.state;
    const piece = this.pieceOf(at);
    const index = log.findIndex(([other]) => other >= piece);
    const entry = log[index];
    if (entry?.[0] === piece) {
      entry[1] += requests;
      entry[2] += input;
      entry[3] += output;
    } else if (requests > 0) {
      log.splice(index < 0 ? log.length : index, 0, [piece, requests, input, output]);
    }
  }
}

function amountOf(dimension: Dimension, [, requests, input, output]: AccountState['log'][number]): number {
  switch (dimension) {
    case 'requests':
      return requests;
    case 'tokens':
      return input + output;
    case 'input':
      return input;
    case 'output':
      return output;
  }
}

const generous = ({ mean, deviation }: Spread): number => mean + 2 * deviation;

function after(spread: Spread | undefined, sample: number): Spread {
  if (spread === undefined) return { mean: sample, deviation: sample / 2 };
  const { mean, deviation } = spread;
  return { mean: mean + (sample - mean) / 8, deviation: deviation + (Math.abs(sample - mean) - deviation) / 4 };
}
