import { keepText, keptText } from '../state/kept.ts';

const TOKEN = 'session-token';

/** Why there is no session: nobody gave a code, the code was no good, or the host did not answer. */
export type NoSession = 'no-code' | 'bad-code' | 'no-answer';
export type SessionResult = { token: string } | { none: NoSession };

/** The code of the address, which it is taken out of at once: it must not stay in the history or on the screen. */
function takeCode(): string | undefined {
  const code = new URLSearchParams(window.location.hash.slice(1)).get('code') ?? undefined;
  if (code !== undefined) window.history.replaceState(null, '', window.location.pathname);
  return code;
}

async function post(path: string, body: unknown): Promise<{ status: number; value: { [field: string]: unknown } }> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    credentials: 'omit',
  });
  const value: unknown = response.ok ? await response.json() : {};
  return { status: response.status, value: typeof value === 'object' && value !== null ? { ...value } : {} };
}

/** The token of this window: the one that it has kept, or a new one for the code of the address. */
export async function openSession(): Promise<SessionResult> {
  const code = takeCode();
  const kept = keptText('window', TOKEN);
  if (code === undefined) return kept === undefined ? { none: 'no-code' } : { token: kept };
  try {
    const { status, value } = await post('/session', { code });
    const { token } = value;
    if (typeof token === 'string') {
      keepText('window', TOKEN, token);
      return { token };
    }
    // A code that was used already: perhaps by this very window, before it was loaded again.
    if (status === 401 && kept !== undefined) return { token: kept };
    return { none: 'bad-code' };
  } catch {
    return { none: 'no-answer' };
  }
}

/** Whether the host still takes the token; undefined when it does not answer. */
export async function isTokenGood(token: string): Promise<boolean | undefined> {
  try {
    return (await post('/session/link', { token })).status === 200;
  } catch {
    return undefined;
  }
}

export function forgetToken(): void {
  keepText('window', TOKEN, undefined);
}

/** An address that opens the studio in another window, once. */
export async function newWindowAddress(): Promise<string | undefined> {
  const token = keptText('window', TOKEN);
  if (token === undefined) return undefined;
  const { value } = await post('/session/link', { token });
  return typeof value['code'] === 'string' ? `${window.location.origin}/#code=${value['code']}` : undefined;
}
