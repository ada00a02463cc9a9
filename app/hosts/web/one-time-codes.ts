import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Codes that open a session once: they stand in URLs, which end up in histories and on screens. */
export interface OneTimeCodes {
  /** 192 random bits in letters that a URL may have. The oldest gives way when too many were never used. */
  issue(): string;
  /** True once for each code that was issued and has not expired. */
  redeem(code: string): boolean;
}

export interface CodeOptions {
  now: () => number;
  /** How long a code may be used, milliseconds. */
  ttlMs: number;
}

const MAX_OPEN = 32;

export function createOneTimeCodes({ now, ttlMs }: CodeOptions): OneTimeCodes {
  /** Digests, so that comparing takes the same time whatever was sent, and the codes themselves are kept nowhere. */
  let open: { digest: Buffer; until: number }[] = [];
  const digestOf = (code: string) => createHash('sha256').update(code).digest();
  return {
    issue() {
      const code = randomBytes(24).toString('base64url');
      open = [...open.slice(1 - MAX_OPEN), { digest: digestOf(code), until: now() + ttlMs }];
      return code;
    },
    redeem(code) {
      const digest = digestOf(code);
      const time = now();
      const fits = open.filter((one) => timingSafeEqual(one.digest, digest));
      open = open.filter((one) => !fits.includes(one) && one.until > time);
      return fits.some(({ until }) => until > time);
    },
  };
}
