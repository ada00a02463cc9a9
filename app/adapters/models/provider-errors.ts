import { AppError, type ErrorDetails } from '../../core/errors/app-error.ts';
import type { ErrorCode } from '../../core/errors/error-codes.ts';
import { isJsonObject, type JsonObject } from '../../core/graph/json.ts';
import { protobufDurationMs, retryAfterMs } from '../egress/retry-after.ts';
import type { WireFailure } from './provider-fetch.ts';
import type { Redactor } from './secret-redactor.ts';

export interface ErrorPlace {
  /** Name of the profile. */
  profile: string;
  provider: string;
  model: string;
  /** Scheme, host and port that the profile points to. */
  origin: string;
  /** Name of the variable that holds the key. */
  secret: string | undefined;
  redact: (text: string) => string;
  redactor: () => Redactor;
  /** Epoch milliseconds: an HTTP date is relative to it. */
  now: () => number;
}

/** What a provider says about a failure, in whichever of the four dialects. */
export interface ProviderComplaint {
  status: number | undefined;
  /** OpenAI's `code`, Anthropic's `type`, Google's `status`. */
  codes: string[];
  message: string;
  headers: { [name: string]: string };
  details: JsonObject[];
}

/** An error of the closed table from what went wrong on the wire. */
export function wireError(failure: WireFailure, place: ErrorPlace): AppError {
  if (failure.kind === 'status') {
    return complaintError(readComplaint(parse(failure.body) ?? failure.body, failure.status, failure.headers), place);
  }
  const [code, message, remedy] = wireCodes[failure.kind];
  return providerError(code, place, {
    message: `${message} (${failure.detail})`,
    remedy,
    data: { reason: failure.kind },
  });
}

const wireCodes: Record<Exclude<WireFailure['kind'], 'status'>, [ErrorCode, string, string]> = {
  'timeout.connect': [
    'provider.timeout_connect',
    'No connection within the time limit',
    'Check the address of the profile and the network.',
  ],
  'timeout.idle': [
    'provider.timeout_idle',
    'The answer stopped arriving',
    'Try again, or raise timeouts.idleMs of the profile.',
  ],
  'timeout.total': [
    'provider.timeout',
    'The call took longer than its limit',
    'Shorten the answer (maxTokens), or raise timeouts.totalMs of the profile.',
  ],
  cancelled: ['run.cancelled', 'The call was cancelled', 'Start it again when it is wanted.'],
  reset: [
    'provider.network',
    'The connection broke',
    'Try again; if it goes on, look for a proxy or firewall that cuts connections.',
  ],
  dns: [
    'provider.unreachable',
    'The name of the host cannot be resolved',
    'Check baseUrl of the profile and the network.',
  ],
  refused: [
    'provider.unreachable',
    'Nothing accepts connections there',
    'Check baseUrl of the profile, and that the server runs.',
  ],
  tls: [
    'provider.unreachable',
    'The server’s certificate is not accepted',
    'Use a server with a valid certificate, or add its authority by NODE_EXTRA_CA_CERTS.',
  ],
  address: [
    'egress.address',
    'The server’s address is not connected to',
    'Put the name or address of the server itself into baseUrl of the profile.',
  ],
  redirect: [
    'provider.protocol',
    'The server redirects elsewhere, which is never followed with a key',
    'Put the final address into baseUrl of the profile.',
  ],
  'foreign-host': [
    'provider.protocol',
    'A request to a host other than the profile’s was stopped',
    'Unset variables that reroute model calls.',
  ],
  malformed: [
    'provider.protocol',
    'The answer is not in the protocol of this provider',
    'Check provider and baseUrl of the profile: another kind of server answers there.',
  ],
  'too-large': ['provider.protocol', 'The answer is too large', 'Lower maxTokens of the step.'],
};

/** An error event in the middle of a stream, or an error body. */
export function complaintError(complaint: ProviderComplaint, place: ErrorPlace): AppError {
  const code = classify(complaint);
  const said = place.redact(complaint.message).replace(/\s+/g, ' ').trim().slice(0, 300);
  const wait = waitOf(complaint, place.now());
  return providerError(code, place, {
    message: `${titles[code] ?? 'The provider failed'}${said === '' ? '' : `: ${said}`}`,
    remedy: remedyOf(code, place),
    data: {
      ...(complaint.status !== undefined && { status: complaint.status }),
      ...(complaint.codes[0] !== undefined && { providerCode: place.redact(complaint.codes[0]).slice(0, 100) }),
      ...(wait !== undefined && { retryAfterMs: wait }),
    },
  });
}

/** An error at this profile; every text goes through the redactor. */
export function providerError(code: ErrorCode, place: ErrorPlace, details: ErrorDetails): AppError {
  return new AppError(code, {
    ...details,
    message: place.redact(details.message),
    where: details.where ?? `profile ${place.profile} (${place.provider} ${place.model} at ${place.origin})`,
    data: { provider: place.provider, model: place.model, ...details.data },
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads a complaint out of an error body or an error event. */
export function readComplaint(
  body: unknown,
  status: number | undefined,
  headers: { [name: string]: string } = {},
): ProviderComplaint {
  const outer = Array.isArray(body) ? body[0] : body;
  const object = isJsonObject(outer) ? outer : {};
  const error = isJsonObject(object['error']) ? object['error'] : object;
  const message = [
    error['message'],
    object['error'],
    object['message'],
    object['detail'],
    typeof outer === 'string' ? outer : undefined,
  ].find((text) => typeof text === 'string');
  const details = Array.isArray(error['details']) ? error['details'].filter(isJsonObject) : [];
  const codes = [error['code'], error['type'], error['status'], ...details.map((detail) => detail['reason'])]
    .filter((code): code is string => typeof code === 'string' && code !== '')
    .map((code) => code.toLowerCase());
  const numeric = typeof error['code'] === 'number' && error['code'] >= 400 ? error['code'] : undefined;
  return {
    status: status ?? numeric,
    codes,
    message: typeof message === 'string' && !/^\s*</.test(message) ? message : '',
    headers,
    details,
  };
}

/** Codes that say what is wrong by themselves, of all providers: they do not contradict each other. */
const byCode: Record<string, ErrorCode> = {
  invalid_api_key: 'provider.auth',
  authentication_error: 'provider.auth',
  unauthenticated: 'provider.auth',
  api_key_invalid: 'provider.auth',
  api_key_expired: 'provider.auth',
  account_deactivated: 'provider.auth',
  invalid_organization: 'provider.auth',
  permission_error: 'provider.permission',
  permission_denied: 'provider.permission',
  insufficient_permissions: 'provider.permission',
  insufficient_quota: 'provider.quota',
  billing_error: 'provider.quota',
  billing_hard_limit_reached: 'provider.quota',
  billing_not_active: 'provider.quota',
  context_length_exceeded: 'provider.context_window',
  request_too_large: 'provider.context_window',
  string_above_max_length: 'provider.context_window',
  content_filter: 'provider.content_filter_input',
  content_policy_violation: 'provider.content_filter_input',
  invalid_prompt: 'provider.content_filter_input',
  model_not_found: 'provider.model_not_found',
  deployment_not_found: 'provider.model_not_found',
  deploymentnotfound: 'provider.model_not_found',
  model_deprecated: 'provider.model_deprecated',
  model_decommissioned: 'provider.model_deprecated',
  unsupported_country_region_territory: 'provider.region',
  overloaded_error: 'provider.overloaded',
  overloaded: 'provider.overloaded',
  timeout_error: 'provider.http_504',
  deadline_exceeded: 'provider.http_504',
  unavailable: 'provider.http_503',
  server_error: 'provider.http_500',
  api_error: 'provider.http_500',
  internal: 'provider.http_500',
};

const byStatus: Record<number, ErrorCode> = {
  401: 'provider.auth',
  402: 'provider.quota',
  403: 'provider.permission',
  404: 'provider.model_not_found',
  408: 'provider.http_408',
  409: 'provider.http_409',
  410: 'provider.model_deprecated',
  413: 'provider.context_window',
  451: 'provider.region',
  500: 'provider.http_500',
  502: 'provider.http_502',
  503: 'provider.http_503',
  504: 'provider.http_504',
  529: 'provider.overloaded',
};

/** Only where a provider has no code of its own for the situation (Anthropic, Google and Ollama call it an invalid request). */
const byMessage: [RegExp, ErrorCode][] = [
  [
    /prompt is too long|exceeds? the (?:model'?s )?(?:maximum )?(?:context|number of tokens)|maximum context length|input token count .* exceeds|context (?:window|length)/i,
    'provider.context_window',
  ],
  [/credit balance is too low|billing/i, 'provider.quota'],
  [/user location is not supported/i, 'provider.region'],
  [/api key (?:not valid|expired)/i, 'provider.auth'],
  [/does not support (?:chat|generate|tools|format|structured)|response_format.*not supported/i, 'provider.capability'],
  [/deprecated|decommissioned|has been (?:shut down|retired)/i, 'provider.model_deprecated'],
];

function classify(complaint: ProviderComplaint): ErrorCode {
  const { status, codes } = complaint;
  if (status === 429 || codes.some((code) => /^(rate_limit|resource_exhausted|tokens$|requests$)/.test(code)))
    return rateLimit(complaint);
  for (const code of codes) {
    const known = byCode[code];
    // “The server failed” is said with every 5xx: there the status tells more.
    if (known !== undefined && !(known.startsWith('provider.http_') && status !== undefined && byStatus[status]))
      return known;
  }
  if (status === undefined || status === 400 || status === 403 || status === 422) {
    for (const [pattern, code] of byMessage) if (pattern.test(complaint.message)) return code;
  }
  if (codes.includes('not_found_error') || codes.includes('not_found')) return 'provider.model_not_found';
  if (status === undefined) return 'provider.stream';
  return byStatus[status] ?? (status >= 500 ? 'provider.http_500' : 'provider.invalid_request');
}

/** Which of the three 429 is meant: the account is empty, tokens a minute, or requests a minute. */
function rateLimit({ codes, headers, details }: ProviderComplaint): ErrorCode {
  if (codes.some((code) => byCode[code] === 'provider.quota')) return 'provider.quota';
  const quotas = details.flatMap((detail) =>
    Array.isArray(detail['violations']) ? detail['violations'].filter(isJsonObject) : [],
  );
  const quotaNames = quotas.map((quota) => `${quota['quotaId'] ?? ''} ${quota['quotaMetric'] ?? ''}`).join(' ');
  if (/PerDay/.test(quotaNames)) return 'provider.quota';
  if (codes.includes('tokens') || /token/i.test(quotaNames)) return 'provider.rate_limit_tokens';
  if (codes.includes('requests')) return 'provider.rate_limit_requests';
  const spent = Object.entries(headers).some(
    ([name, value]) => /ratelimit.*tokens?.*remaining|ratelimit-remaining-tokens/.test(name) && Number(value) === 0,
  );
  return spent ? 'provider.rate_limit_tokens' : 'provider.rate_limit_requests';
}

function waitOf({ headers, details }: ProviderComplaint, now: number): number | undefined {
  const header = retryAfterMs(headers, now);
  if (header !== undefined) return header;
  return details.map((detail) => protobufDurationMs(detail['retryDelay'])).find((ms) => ms !== undefined);
}

const titles: { [code in ErrorCode]?: string } = {
  'provider.auth': 'The key was refused',
  'provider.permission': 'The key may not do this',
  'provider.rate_limit_requests': 'Too many requests for this key',
  'provider.rate_limit_tokens': 'Too many tokens for this key',
  'provider.quota': 'The account has no credit or quota left',
  'provider.context_window': 'The prompt is longer than the model can read',
  'provider.content_filter_input': 'The provider refused the prompt',
  'provider.model_not_found': 'The provider does not know this model or address',
  'provider.model_deprecated': 'The provider has withdrawn this model',
  'provider.capability': 'The model lacks an ability that the step needs',
  'provider.region': 'The provider does not serve this region',
  'provider.invalid_request': 'The provider finds the request invalid',
  'provider.overloaded': 'The provider is overloaded',
  'provider.stream': 'The provider broke off its answer',
};

function remedyOf(code: ErrorCode, place: ErrorPlace): string {
  switch (code) {
    case 'provider.auth':
      return place.secret === undefined
        ? 'Name the variable that holds the key in `secret` of the profile.'
        : `Put a valid key into ${place.secret}.`;
    case 'provider.permission':
      return `Give the key of this profile access to ${place.model}.`;
    case 'provider.quota':
      return 'Add credit at the provider, or name another profile.';
    case 'provider.context_window':
      return 'Give the context step a smaller token budget, or name a profile with a longer context.';
    case 'provider.content_filter_input':
      return 'Change the prompt or its context, or name another profile.';
    case 'provider.model_not_found':
    case 'provider.model_deprecated':
      return `Correct model or baseUrl of profile ${place.profile}.`;
    case 'provider.invalid_request':
    case 'provider.capability':
      return 'Change the settings of the step or of the profile as the message says.';
    case 'provider.region':
      return 'Name a profile of a provider that serves this region.';
    default:
      return 'Try again later, or name another profile.';
  }
}
