import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../core/errors/app-error.ts';

/** The subprotocol that is spoken. A client offers it and, beside it, `token.` with its token. */
export const SUBPROTOCOL = 'pipewright.v1';
const TOKEN_PREFIX = 'token.';
/** 32 bytes as base64url. */
const TOKEN_FORM = /^[A-Za-z0-9_-]{43}$/;

/** 256 random bits, in letters that a subprotocol may have. */
export function newSessionToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What a client offers as subprotocols. Browsers can send no other header with a WebSocket; URLs end up in logs. */
export function subprotocols(token: string): string[] {
  return [SUBPROTOCOL, `${TOKEN_PREFIX}${token}`];
}

/** @throws AppError host.unauthorised */
export function requireToken(token: string): string {
  if (TOKEN_FORM.test(token)) return token;
  throw new AppError('host.unauthorised', {
    message: 'The token for clients is not 256 bits in base64url.',
    where: 'token',
    remedy: 'Leave it to the host to make one.',
  });
}

/** Whether a `Sec-WebSocket-Protocol` header carries the token. How long it takes says nothing about the token. */
export function carriesToken(header: string | undefined, token: string): boolean {
  const [protocol, given, ...others] = (header ?? '').split(',').map((part) => part.trim());
  if (protocol !== SUBPROTOCOL || !given?.startsWith(TOKEN_PREFIX) || others.length > 0) return false;
  return isSessionToken(given.slice(TOKEN_PREFIX.length), token);
}

/** Whether a text is the token. How long it takes says nothing about the token. */
export function isSessionToken(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
