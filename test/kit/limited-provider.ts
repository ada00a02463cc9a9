/** How a provider counts what its limits allow. */
export type Counting = 'sliding' | 'fixed' | 'bucket';

export interface LimitedProviderOptions {
  counting: Counting;
  windowMs: number;
  requests: number;
  tokens: number;
  /** Epoch milliseconds. */
  now: () => number;
}

/** Counts requests and tokens as a provider does, and refuses what is over the limit. */
export class LimitedProvider {
  readonly refused: number[] = [];
  /** What was let in. */
  readonly admitted: { at: number; tokens: number }[] = [];
  private readonly options: LimitedProviderOptions;
  private level: { at: number; requests: number; tokens: number } | undefined;

  constructor(options: LimitedProviderOptions) {
    this.options = options;
  }

  /** A request has arrived. @returns whether it is let in */
  arrive(tokens: number): boolean {
    const at = this.options.now();
    const { left } = this.left(at);
    const fits = left.requests >= 1 && left.tokens >= tokens;
    if (!fits) {
      this.refused.push(at);
      return false;
    }
    this.admitted.push({ at, tokens });
    if (this.level) this.level = { at, requests: left.requests - 1, tokens: left.tokens - tokens };
    return true;
  }

  /** The headers of OpenAI. */
  headers(): { [name: string]: string } {
    const at = this.options.now();
    const { left, resetMs } = this.left(at);
    const { requests, tokens } = this.options;
    return {
      'x-ratelimit-limit-requests': String(requests),
      'x-ratelimit-remaining-requests': String(Math.floor(left.requests)),
      'x-ratelimit-reset-requests': `${Math.ceil(resetMs)}ms`,
      'x-ratelimit-limit-tokens': String(tokens),
      'x-ratelimit-remaining-tokens': String(Math.floor(left.tokens)),
      'x-ratelimit-reset-tokens': `${Math.ceil(resetMs)}ms`,
    };
  }

  /** Share of the tighter limit that was used from the first request to the end of the last one's share of time. */
  utilisation(): number {
    const { requests, tokens, windowMs } = this.options;
    const first = this.admitted[0]?.at ?? 0;
    const last = this.admitted.at(-1);
    if (!last) return 0;
    const windows = (last.at - first + windowMs / requests) / windowMs;
    const used = this.admitted.reduce((sum, one) => sum + one.tokens, 0);
    return Math.max(this.admitted.length / requests, used / tokens) / windows;
  }

  private left(at: number): { left: { requests: number; tokens: number }; resetMs: number } {
    const { counting, windowMs, requests, tokens } = this.options;
    if (counting === 'bucket') {
      this.level ??= { at, requests, tokens };
      const share = (at - this.level.at) / windowMs;
      const left = {
        requests: Math.min(requests, this.level.requests + share * requests),
        tokens: Math.min(tokens, this.level.tokens + share * tokens),
      };
      const missing = Math.max(1 - left.requests / requests, 1 - left.tokens / tokens);
      return { left, resetMs: missing * windowMs };
    }
    const from = counting === 'fixed' ? Math.floor(at / windowMs) * windowMs : at - windowMs;
    let used = { requests: 0, tokens: 0 };
    let first = at;
    for (let i = this.admitted.length - 1; i >= 0; i -= 1) {
      const one = this.admitted[i];
      if (!one || one.at < from || (counting === 'sliding' && one.at === from)) break;
      used = { requests: used.requests + 1, tokens: used.tokens + one.tokens };
      first = one.at;
    }
    const resetMs = counting === 'fixed' ? from + windowMs - at : first + windowMs - at;
    return { left: { requests: requests - used.requests, tokens: tokens - used.tokens }, resetMs };
  }
}
