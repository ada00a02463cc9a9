import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../core/errors/error-codes.ts';
import { complaintError, type ErrorPlace, readComplaint, wireError } from './provider-errors.ts';
import { createSecretRedactor } from './secret-redactor.ts';

const place: ErrorPlace = {
  profile: 'answer',
  provider: 'openai-compatible',
  model: 'm',
  origin: 'https://api.example.org',
  secret: 'EXAMPLE_KEY',
  redact: (text) => text.replaceAll('hush', '[secret]'),
  redactor: () => createSecretRedactor(['hush']),
  now: () => Date.parse('2026-06-01T12:00:00Z'),
};
const status = (code: number, body: unknown, headers: { [name: string]: string } = {}) =>
  wireError(
    { kind: 'status', status: code, headers, body: typeof body === 'string' ? body : JSON.stringify(body) },
    place,
  );

/** Shapes as providers and the servers that imitate them document or were seen to send. */
const cases: [string, number, unknown, ErrorCode, { [name: string]: string }?][] = [
  [
    'OpenAI region',
    403,
    { error: { code: 'unsupported_country_region_territory', message: 'Country not supported' } },
    'provider.region',
  ],
  [
    'OpenAI quota as 429',
    429,
    { error: { type: 'insufficient_quota', code: 'insufficient_quota', message: 'quota' } },
    'provider.quota',
  ],
  [
    'OpenAI spent tokens in headers',
    429,
    { error: { message: 'slow' } },
    'provider.rate_limit_tokens',
    { 'x-ratelimit-remaining-tokens': '0' },
  ],
  [
    'OpenAI bad prompt',
    400,
    { error: { code: 'invalid_prompt', message: 'flagged' } },
    'provider.content_filter_input',
  ],
  [
    'Azure filter',
    400,
    { error: { code: 'content_filter', message: 'policy', status: 400 } },
    'provider.content_filter_input',
  ],
  ['Azure deployment', 404, { error: { code: 'DeploymentNotFound', message: 'none' } }, 'provider.model_not_found'],
  ['Groq withdrawn', 400, { error: { code: 'model_decommissioned', message: 'gone' } }, 'provider.model_deprecated'],
  [
    'vLLM context',
    400,
    { object: 'error', message: "This model's maximum context length is 4096 tokens.", code: 400 },
    'provider.context_window',
  ],
  [
    'Anthropic credit',
    400,
    { type: 'error', error: { type: 'invalid_request_error', message: 'Your credit balance is too low' } },
    'provider.quota',
  ],
  [
    'Anthropic size',
    413,
    { type: 'error', error: { type: 'request_too_large', message: 'large' } },
    'provider.context_window',
  ],
  [
    'Google as a list',
    400,
    [
      {
        error: {
          code: 400,
          status: 'INVALID_ARGUMENT',
          message: 'API key not valid.',
          details: [{ reason: 'API_KEY_INVALID' }],
        },
      },
    ],
    'provider.auth',
  ],
  [
    'Google location',
    400,
    { error: { code: 400, status: 'FAILED_PRECONDITION', message: 'User location is not supported for the API use.' } },
    'provider.region',
  ],
  ['Ollama without chat', 400, { error: '"nomic" does not support chat' }, 'provider.capability'],
  ['a page of a proxy', 502, '<html>Bad gateway</html>', 'provider.http_502'],
  ['an unknown 4xx', 418, '', 'provider.invalid_request'],
  ['an unknown 5xx', 599, 'x', 'provider.http_500'],
  ['withdrawn address', 410, { error: { message: 'gone' } }, 'provider.model_deprecated'],
];

describe('wireError', () => {
  it.each(cases)('%s', (_, code, body, expected, headers) => {
    expect(status(code, body, headers).code).toBe(expected);
  });

  it('goes by the code even when the message speaks of something else', () => {
    const error = status(401, {
      error: { code: 'invalid_api_key', message: 'maximum context length, billing, deprecated' },
    });
    expect(error.code).toBe('provider.auth');
    expect(error.remedy).toContain('EXAMPLE_KEY');
  });

  it('keeps the wait, in every form, and no secret', () => {
    expect(status(429, {}, { 'retry-after': 'Mon, 01 Jun 2026 12:00:09 GMT' }).data?.['retryAfterMs']).toBe(9000);
    expect(
      status(429, { error: { status: 'RESOURCE_EXHAUSTED', details: [{ retryDelay: '34s' }] } }).data?.['retryAfterMs'],
    ).toBe(34_000);
    const told = JSON.stringify(status(400, { error: { message: 'you said hush', code: 'hush_code' } }).toWire());
    expect(told).not.toContain('hush');
  });

  it.each([
    ['dns', 'provider.unreachable'],
    ['refused', 'provider.unreachable'],
    ['tls', 'provider.unreachable'],
    ['reset', 'provider.network'],
    ['redirect', 'provider.protocol'],
    ['foreign-host', 'provider.protocol'],
  ] as const)('%s is %s with a remedy', (kind, code) => {
    const error = wireError({ kind, detail: 'x' }, place);
    expect([error.code, error.data?.['reason']]).toEqual([code, kind]);
    expect(error.remedy).toBeTruthy();
  });
});

it('an error event without a status is classified by its code alone', () => {
  const event = (body: unknown) => complaintError(readComplaint(body, undefined), place).code;
  expect(event({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })).toBe(
    'provider.overloaded',
  );
  expect(event({ error: { type: 'server_error', message: 'failed' } })).toBe('provider.http_500');
  expect(event({ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } })).toBe('provider.rate_limit_requests');
  expect(event({ error: 'llama runner process has terminated' })).toBe('provider.stream');
});
