import type { HttpResponse } from '../capabilities/capabilities.ts';
import { AppError } from '../errors/app-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';

const codes: { readonly [status: number]: ErrorCode } = {
  401: 'http.unauthorized',
  403: 'http.forbidden',
  404: 'http.not_found',
  408: 'http.request_timeout',
  409: 'http.conflict',
  410: 'http.not_found',
  429: 'http.too_many_requests',
  502: 'http.bad_gateway',
  503: 'http.unavailable',
  504: 'http.gateway_timeout',
};
const remedies: { readonly [code in ErrorCode]?: string } = {
  'http.unauthorized': 'Check the secret that the request names: pipewright secrets list.',
  'http.forbidden': 'Check what the key may do at that server.',
  'http.not_found': 'Check the address and the values in it.',
  'http.refused': 'Check what is sent: the answer says what is wrong with it.',
  'http.conflict': 'Look at the state of what is changed there.',
};

/** Statuses by which a server says that it did nothing and may be asked again. */
const notDone = new Set([429, 503]);

/**
 * What an answer that is no success means; undefined for one that is.
 * @param repeatable the server does it once only however often it is asked: so it may be asked again
 */
export function statusError(answer: HttpResponse, repeatable: boolean): AppError | undefined {
  const { status, retryAfterMs } = answer;
  if (status < 400) return undefined;
  const code = codes[status] ?? (status < 500 ? 'http.refused' : 'http.server_error');
  const said = (answer.text ?? '').replace(/\s+/g, ' ').trim().slice(0, 300);
  return new AppError(code, {
    message: `The server answered ${status}${said === '' ? '.' : `: ${said}`}`,
    where: answer.origins.at(-1),
    remedy: remedies[code] ?? 'Try again later.',
    data: {
      status,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...(!repeatable && !notDone.has(status) && { exhausted: true }),
    },
  });
}

/** An error of a request that must not be made a second time unasked: once a server may have acted, nobody retries. */
export function neverTwice(error: AppError): AppError {
  if (error.data?.['sent'] !== true) return error;
  const { code, message, where, remedy, data, cause } = error;
  return new AppError(code, { message, where, remedy, data: { ...data, exhausted: true }, cause });
}
