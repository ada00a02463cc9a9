import type { IncomingMessage } from 'node:http';
import { carriesToken } from './session-token.ts';

export interface AdmissionRules {
  /** Values of Host, with the port: a name that was made to point here is none of them. */
  hosts: readonly string[];
  origins: readonly string[];
  path: string;
  token: string;
}

/**
 * The HTTP status for a request: 101 when it may become a WebSocket. Host and Origin come first, so that a stranger
 * learns nothing of what is served; a WebSocket needs an Origin, which every browser sends.
 */
export function admission(request: IncomingMessage, rules: AdmissionRules): number {
  const { method, url, headers } = request;
  if (!rules.hosts.includes(only(request, 'host') ?? '')) return 403;
  if (!rules.origins.includes(only(request, 'origin') ?? '')) return 403;
  if (url !== rules.path) return 404;
  if (method !== 'GET') return 405;
  if (headers.upgrade?.toLowerCase() !== 'websocket') return 426;
  return carriesToken(only(request, 'sec-websocket-protocol'), rules.token) ? 101 : 403;
}

/** The value of a header that must be there once: two of them may be read differently by two readers. */
export function only({ rawHeaders }: IncomingMessage, name: string): string | undefined {
  const values = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
  return values.length === 1 ? values[0] : undefined;
}
