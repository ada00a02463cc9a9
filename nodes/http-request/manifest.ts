import * as z from 'zod';
import {
  addressKind,
  defineNode,
  later,
  makeReach,
  reachOfOrigin,
  variableNames,
  variablePorts,
} from '../../app/core/nodekit/index.ts';

const Template = later(() => z.string().max(100_000));
const HeaderName = later(() => z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'This is no name of a header.'));
const SecretName = later(() =>
  z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'The name of a secret: capital letters, digits and underscores.'),
);

export const httpRequest = defineNode({
  type: 'http-request',
  version: 1,
  family: 'io',
  title: 'HTTP request',
  summary: 'Asks a server over HTTP and gives its answer.',
  icon: 'globe',
  config: later(() =>
    z.strictObject({
      method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
      /** Liquid template with its host written out; values in it are encoded. Or one variable that is the whole address. */
      url: z.string().min(1).max(4000),
      /** Where the whole address comes from a variable: the hosts that it may lead to. */
      hosts: z.array(z.string().min(1).max(300)).max(20).default([]),
      /** Each becomes an input port of this name. */
      variables: variableNames(['body']),
      /** Liquid templates by the header's name. */
      headers: z.record(HeaderName, Template).default({}),
      /** Secrets that go into a header on the way out, by name. */
      secrets: z
        .array(
          z.strictObject({
            header: HeaderName.default('Authorization'),
            prefix: z.string().max(100).default('Bearer '),
            secret: SecretName,
          }),
        )
        .max(5)
        .default([]),
      /** Sent when the port `body` has no value. Texts in it are templates; one that is just a variable gives its value. */
      body: z
        .discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('json'), value: z.json() }),
          z.strictObject({ kind: z.literal('form'), fields: z.record(z.string().max(200), Template) }),
          z.strictObject({
            kind: z.literal('text'),
            text: Template,
            type: z.string().max(100).default('text/plain; charset=utf-8'),
          }),
        ])
        .optional(),
      /** Header in which the server takes a key that makes it work once only, such as Idempotency-Key. */
      idempotencyHeader: HeaderName.optional(),
      /** What an answer from 400 on is: a failure of the step, or an answer like any other. */
      onStatus: z.enum(['fail', 'pass']).default('fail'),
      /** What the answer must be; `any` gives JSON as value, text as text, and everything else as data:<type>;base64,…. */
      answer: z.enum(['any', 'json', 'text']).default('any'),
      /** Shows the request and sends nothing. */
      dryRun: z.boolean().default(false),
      timeoutMs: z.int().min(100).max(600_000).default(30_000),
      /** Bytes of the answer. */
      maxBytes: z.int().min(1).max(20_971_520).default(1_048_576),
      maxRedirects: z.int().min(0).max(10).default(3),
    }),
  ),
  inputs: {
    body: { type: 'any', help: 'Sent instead of the configured body: text as it is, everything else as JSON.' },
  },
  outputs: {
    body: { type: 'any', help: 'JSON as value, text as text, everything else as data:<type>;base64,….' },
    status: { type: 'number' },
    headers: { type: 'json', help: 'By lower-case name.' },
    request: { type: 'json', help: 'Only in a dry run: what would have been sent, secrets by name.' },
  },
  ports: ({ variables }) => ({ inputs: variablePorts(variables) }),
  needs: ['http'],
  effect: 'write',
  reaches({ url, hosts, secrets }) {
    const kind = addressKind(url);
    const origins = kind !== undefined && 'origin' in kind ? [reachOfOrigin(kind.origin)] : [];
    return [
      ...origins,
      ...hosts.map((host) => makeReach('network', host)),
      ...secrets.map(({ secret }) => makeReach('secret', secret)),
    ];
  },
  form: {
    method: { widget: 'select', code: true },
    url: { widget: 'template', label: 'Address', help: 'https://api.example.com/orders/{{ id }}' },
    hosts: { widget: 'list', label: 'Hosts', help: 'Only where the whole address comes from a variable.', code: true },
    variables: { widget: 'list', label: 'Variables', help: 'Each becomes an input port.' },
    headers: { widget: 'map', label: 'Headers', code: true },
    secrets: {
      widget: 'json',
      parts: { secret: 'secret' },
      label: 'Secrets',
      help: 'Put into a header on the way out.',
      code: true,
    },
    body: { widget: 'json', label: 'Body', code: true },
    idempotencyHeader: { widget: 'text', label: 'Header for the idempotency key' },
    onStatus: { widget: 'select', label: 'Answers from 400 on' },
    answer: { widget: 'select', label: 'Answer' },
    dryRun: { widget: 'toggle', label: 'Dry run', help: 'Shows the request and sends nothing.' },
    timeoutMs: { widget: 'number', label: 'Longest time', unit: 'ms', group: 'Limits' },
    maxBytes: { widget: 'number', label: 'Largest answer', unit: 'bytes', group: 'Limits' },
    maxRedirects: { widget: 'number', label: 'Redirects', group: 'Limits' },
  },
  examples: [
    {
      title: 'Look an order up',
      config: {
        url: 'https://shop.example.com/api/orders/{{ id }}',
        variables: ['id'],
        secrets: [{ secret: 'SHOP_TOKEN' }],
        answer: 'json',
      },
    },
    {
      title: 'Open a ticket, once only',
      config: {
        method: 'POST',
        url: 'https://tickets.example.com/api/tickets',
        variables: ['title', 'tags'],
        body: { kind: 'json', value: { title: '{{ title }}', tags: '{{ tags }}', source: 'pipewright' } },
        idempotencyHeader: 'Idempotency-Key',
      },
    },
  ],
});
