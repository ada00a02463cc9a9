/** What a provider allows an account within one window (a minute), and at once. Absent: no limit known. */
export interface Limits {
  requests?: number | undefined;
  /** Input and output together. */
  tokens?: number | undefined;
  input?: number | undefined;
  output?: number | undefined;
  inFlight?: number | undefined;
}

/** The limits that are counted over a window. */
export const dimensions = ['requests', 'tokens', 'input', 'output'] as const;
export type Dimension = (typeof dimensions)[number];

/** Tokens of one call: reserved before it, known after it. */
export interface Tokens {
  input: number;
  output: number;
}

/** Mean and mean deviation of something measured again and again, as TCP keeps them of round trips (RFC 6298). */
export interface Spread {
  mean: number;
  deviation: number;
}

/**
 * All that is known of an account, shared by the processes of a workspace. Times are epoch milliseconds. It is JSON, and
 * worth no more than the last window: losing it loses nothing for longer than that.
 */
export interface AccountState {
  /** Calls of the last window by the time of their sending: number of the piece of time, requests, input, output. */
  log: [piece: number, requests: number, input: number, output: number][];
  /** When the latest requests were or will be sent, as far as the next ones must keep a distance from them. */
  sent: number[];
  /** Calls under way, where their number is limited. */
  flights: { [id: string]: { until: number; by: string } };
  /** Until then the provider wants no call. */
  blockedUntil: number;
  /** Limits that the provider's answers told. */
  learned: { [dimension in Dimension]?: number };
  /** What others use of the same key: the provider counts it, we did not book it. */
  foreign: { [dimension in Dimension]?: { amount: number; until: number } };
  /** What calls really use: input as a share of the most they might have, output in tokens. */
  use?: { input: Spread; output: Spread };
}

export const emptyAccount = (): AccountState => ({
  log: [],
  sent: [],
  flights: {},
  blockedUntil: 0,
  learned: {},
  foreign: {},
});
