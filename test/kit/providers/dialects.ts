import type { ScriptedReply } from './provider-server.ts';

/** What a fake model says, told in each provider's dialect. */
export interface SaidAnswer {
  pieces: string[];
  finish?: 'stop' | 'length' | 'content_filter' | 'tool_calls';
  /** What it wants called: arguments as the text that a model writes. */
  calls?: { id: string; name: string; arguments: string }[];
  usage?: { input: number; output: number; cached?: number; written?: number; reasoning?: number };
  model?: string;
}

/** How a provider talks: written after its public reference, checked against recordings where those are at hand. */
export interface Dialect {
  provider: 'openai-compatible' | 'anthropic' | 'google' | 'ollama';
  basePath: string;
  answer(said: SaidAnswer): ScriptedReply;
  /** Stream of events that were recorded one JSON value a line. */
  recorded(lines: string[]): ScriptedReply;
  /** An error event after some text. */
  brokenStream(): ScriptedReply;
  error(status: number, kind: ErrorKind): ScriptedReply;
  /** The text of an answer that a request carries the schema in, by its JSON path. */
  schemaOf(body: { [key: string]: never }): unknown;
  keyOf(headers: { [name: string]: string | string[] | undefined }): unknown;
  /** Names of the tools that a request offers. */
  toolsOf(body: { [key: string]: never }): string[];
  /** What a request says of calls made before and what came of them: name and text, and how the two are joined. */
  turnsOf(body: { [key: string]: never }): { called: [string, unknown][]; answered: [string, string][] };
  choiceOf(body: { [key: string]: never }): unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: requests of four protocols
type Any = any;

export type ErrorKind =
  | 'auth'
  | 'permission'
  | 'requests'
  | 'tokens'
  | 'quota'
  | 'context'
  | 'filter'
  | 'model'
  | 'server'
  | 'overloaded'
  | 'invalid';

const sse = { 'content-type': 'text/event-stream' };
const data = (event: unknown): string => `data: ${JSON.stringify(event)}\n\n`;
/** A text in pieces of three characters, as models send theirs. */
const cut = (text: string): string[] => text.match(/[\s\S]{1,3}/g) ?? [];

const openaiErrors: Record<ErrorKind, { type: string; code: string | null; message: string }> = {
  auth: { type: 'invalid_request_error', code: 'invalid_api_key', message: 'Incorrect API key provided.' },
  permission: {
    type: 'insufficient_permissions',
    code: null,
    message: 'You have insufficient permissions for this operation.',
  },
  requests: { type: 'requests', code: 'rate_limit_exceeded', message: 'Rate limit reached for requests per min.' },
  tokens: { type: 'tokens', code: 'rate_limit_exceeded', message: 'Rate limit reached for tokens per min.' },
  quota: { type: 'insufficient_quota', code: 'insufficient_quota', message: 'You exceeded your current quota.' },
  context: {
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    message: 'This model’s maximum is 8192 tokens.',
  },
  filter: { type: 'invalid_request_error', code: 'content_filter', message: 'The response was filtered.' },
  model: { type: 'invalid_request_error', code: 'model_not_found', message: 'The model does not exist.' },
  server: { type: 'server_error', code: null, message: 'The server had an error.' },
  overloaded: { type: 'server_error', code: null, message: 'Slow down.' },
  invalid: { type: 'invalid_request_error', code: 'unsupported_value', message: 'Unsupported value: temperature.' },
};

const openai: Dialect = {
  provider: 'openai-compatible',
  basePath: '/v1',
  answer({ pieces, calls = [], finish = calls.length > 0 ? 'tool_calls' : 'stop', usage, model = 'gpt-4o-mini' }) {
    const event = (more: object) => data({ id: 'c1', object: 'chat.completion.chunk', created: 1, model, ...more });
    const choice = (delta: object, reason: string | null = null) =>
      event({ choices: [{ index: 0, delta, finish_reason: reason }] });
    const counts = usage && {
      prompt_tokens: usage.input,
      completion_tokens: usage.output,
      total_tokens: usage.input + usage.output,
      prompt_tokens_details: { cached_tokens: usage.cached ?? 0 },
      completion_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
    };
    return {
      headers: sse,
      body:
        choice({ role: 'assistant', content: '' }) +
        pieces.map((content) => choice({ content })).join('') +
        calls
          .flatMap(({ id, name, arguments: text }, index) => [
            choice({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
            ...cut(text).map((piece) => choice({ tool_calls: [{ index, function: { arguments: piece } }] })),
          ])
          .join('') +
        choice({}, finish) +
        (counts ? event({ choices: [], usage: counts }) : '') +
        'data: [DONE]\n\n',
    };
  },
  recorded: (lines) => ({ headers: sse, body: `${lines.map((line) => `data: ${line}\n\n`).join('')}data: [DONE]\n\n` }),
  brokenStream: () => ({
    headers: sse,
    body:
      data({ model: 'm', choices: [{ index: 0, delta: { content: 'Hello' }, finish_reason: null }] }) +
      data({ error: { type: 'server_error', code: 'server_error', message: 'The server had an error.' } }),
  }),
  error: (status, kind) => ({ status, body: JSON.stringify({ error: { ...openaiErrors[kind], param: null } }) }),
  schemaOf: (body) => body['response_format']?.['json_schema']?.['schema'],
  keyOf: (headers) => headers['authorization'],
  toolsOf: (body: Any) => (body.tools ?? []).map((tool: Any) => tool.function.name),
  choiceOf: (body: Any) => body.tool_choice,
  turnsOf: (body: Any) => ({
    called: body.messages.flatMap((message: Any) =>
      (message.tool_calls ?? []).map((call: Any) => [call.id, JSON.parse(call.function.arguments)]),
    ),
    answered: body.messages.flatMap((message: Any) =>
      message.role === 'tool' ? [[message.tool_call_id, message.content]] : [],
    ),
  }),
};

const anthropicTypes: Record<ErrorKind, [string, string]> = {
  auth: ['authentication_error', 'invalid x-api-key'],
  permission: ['permission_error', 'Your API key does not have permission.'],
  requests: ['rate_limit_error', 'This request would exceed your rate limit.'],
  tokens: ['rate_limit_error', 'This request would exceed your rate limit.'],
  quota: ['billing_error', 'There is an issue with your billing.'],
  context: ['invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'],
  filter: ['invalid_request_error', 'Output blocked by content filtering policy'],
  model: ['not_found_error', 'model: nothing-like-it'],
  server: ['api_error', 'Internal server error'],
  overloaded: ['overloaded_error', 'Overloaded'],
  invalid: ['invalid_request_error', 'temperature: range'],
};

const anthropic: Dialect = {
  provider: 'anthropic',
  basePath: '',
  answer({
    pieces,
    calls = [],
    finish = calls.length > 0 ? 'tool_calls' : 'stop',
    usage,
    model = 'claude-sonnet-4-5',
  }) {
    const reasons = { stop: 'end_turn', length: 'max_tokens', content_filter: 'refusal', tool_calls: 'tool_use' };
    const input = usage && {
      input_tokens: usage.input - (usage.cached ?? 0) - (usage.written ?? 0),
      cache_read_input_tokens: usage.cached ?? 0,
      cache_creation_input_tokens: usage.written ?? 0,
    };
    return anthropic.recorded(
      [
        {
          type: 'message_start',
          message: {
            id: 'm1',
            type: 'message',
            role: 'assistant',
            model,
            content: [],
            stop_reason: null,
            usage: { ...input, output_tokens: 1 },
          },
        },
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
        ...pieces.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
        { type: 'content_block_stop', index: 0 },
        ...calls.flatMap(({ id, name, arguments: text }, i) => [
          { type: 'content_block_start', index: i + 1, content_block: { type: 'tool_use', id, name, input: {} } },
          ...cut(text).map((partial_json) => ({
            type: 'content_block_delta',
            index: i + 1,
            delta: { type: 'input_json_delta', partial_json },
          })),
          { type: 'content_block_stop', index: i + 1 },
        ]),
        {
          type: 'message_delta',
          delta: { stop_reason: reasons[finish], stop_sequence: null },
          usage: { output_tokens: usage?.output ?? 0 },
        },
        { type: 'message_stop' },
      ].map((event) => JSON.stringify(event)),
    );
  },
  recorded: (lines) => ({
    headers: sse,
    body: lines.map((line) => `event: ${JSON.parse(line).type}\ndata: ${line}\n\n`).join(''),
  }),
  brokenStream: () =>
    anthropic.recorded(
      [
        {
          type: 'message_start',
          message: {
            id: 'm1',
            type: 'message',
            role: 'assistant',
            model: 'm',
            content: [],
            usage: { input_tokens: 1, output_tokens: 1 },
          },
        },
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
        { type: 'error', error: { type: 'api_error', message: 'Internal server error' } },
      ].map((event) => JSON.stringify(event)),
    ),
  error: (status, kind) => ({
    status,
    headers: kind === 'tokens' ? { 'anthropic-ratelimit-input-tokens-remaining': '0' } : {},
    body: JSON.stringify({
      type: 'error',
      error: { type: anthropicTypes[kind][0], message: anthropicTypes[kind][1] },
      request_id: 'req_1',
    }),
  }),
  schemaOf: (body) => body['output_config']?.['format']?.['schema'],
  keyOf: (headers) => headers['x-api-key'],
  toolsOf: (body: Any) => (body.tools ?? []).map((tool: Any) => tool.name),
  choiceOf: (body: Any) => body.tool_choice?.type,
  turnsOf: (body: Any) => {
    const blocks = body.messages.flatMap((message: Any) => (Array.isArray(message.content) ? message.content : []));
    return {
      called: blocks.flatMap((block: Any) => (block.type === 'tool_use' ? [[block.id, block.input]] : [])),
      answered: blocks.flatMap((block: Any) =>
        block.type === 'tool_result' ? [[block.tool_use_id, block.content]] : [],
      ),
    };
  },
};

const googleErrors: Record<ErrorKind, [string, string, object[]]> = {
  auth: [
    'INVALID_ARGUMENT',
    'API key not valid.',
    [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }],
  ],
  permission: ['PERMISSION_DENIED', 'Permission denied.', []],
  requests: [
    'RESOURCE_EXHAUSTED',
    'Quota exceeded.',
    [
      { violations: [{ quotaId: 'GenerateRequestsPerMinutePerProject', quotaMetric: 'generate_requests' }] },
      { retryDelay: '7s' },
    ],
  ],
  tokens: [
    'RESOURCE_EXHAUSTED',
    'Quota exceeded.',
    [{ violations: [{ quotaId: 'GenerateContentInputTokensPerModelPerMinute', quotaMetric: 'input_token_count' }] }],
  ],
  quota: [
    'RESOURCE_EXHAUSTED',
    'Quota exceeded.',
    [{ violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel', quotaMetric: 'requests' }] }],
  ],
  context: [
    'INVALID_ARGUMENT',
    'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    [],
  ],
  filter: ['INVALID_ARGUMENT', 'Blocked.', [{ reason: 'CONTENT_FILTER' }]],
  model: ['NOT_FOUND', 'models/nothing is not found for API version v1beta.', []],
  server: ['INTERNAL', 'An internal error has occurred.', []],
  overloaded: ['UNAVAILABLE', 'The model is overloaded.', []],
  invalid: ['INVALID_ARGUMENT', 'Invalid value at generation_config.temperature', []],
};

const google: Dialect = {
  provider: 'google',
  basePath: '',
  answer({ pieces, calls = [], finish = 'stop', usage, model = 'gemini-2.5-flash' }) {
    const reasons = { stop: 'STOP', length: 'MAX_TOKENS', content_filter: 'SAFETY', tool_calls: 'STOP' };
    const counts = usage && {
      promptTokenCount: usage.input,
      candidatesTokenCount: usage.output - (usage.reasoning ?? 0),
      thoughtsTokenCount: usage.reasoning ?? 0,
      cachedContentTokenCount: usage.cached ?? 0,
      totalTokenCount: usage.input + usage.output,
    };
    const parts: object[] = [
      ...pieces.map((text) => ({ text })),
      ...calls.map(({ id, name, arguments: text }) => ({
        functionCall: { name, args: JSON.parse(text) },
        thoughtSignature: `signature of ${id}`,
      })),
    ];
    const events = parts.map((part, i) => {
      const last = i === parts.length - 1;
      return {
        candidates: [
          { content: { role: 'model', parts: [part] }, index: 0, ...(last && { finishReason: reasons[finish] }) },
        ],
        ...(counts && {
          usageMetadata: last
            ? counts
            : { promptTokenCount: counts.promptTokenCount, totalTokenCount: counts.promptTokenCount },
        }),
        modelVersion: model,
      };
    });
    if (events.length === 0)
      events.push({ candidates: [{ finishReason: reasons[finish], index: 0 }], modelVersion: model } as never);
    return google.recorded(events.map((event) => JSON.stringify(event)));
  },
  recorded: (lines) => ({ headers: sse, body: lines.map((line) => `data: ${line}\r\n\r\n`).join('') }),
  brokenStream: () => ({
    headers: sse,
    body:
      data({ candidates: [{ content: { role: 'model', parts: [{ text: 'Hello' }] }, index: 0 }], modelVersion: 'm' }) +
      data({ error: { code: 500, status: 'INTERNAL', message: 'An internal error has occurred.' } }),
  }),
  error(status, kind) {
    const [name, message, details] = googleErrors[kind];
    return { status, body: JSON.stringify({ error: { code: status, status: name, message, details } }) };
  },
  schemaOf: (body) => body['generationConfig']?.['responseSchema'],
  keyOf: (headers) => headers['x-goog-api-key'],
  toolsOf: (body: Any) =>
    (body.tools ?? []).flatMap((tool: Any) => tool.functionDeclarations.map((one: Any) => one.name)),
  choiceOf: (body: Any) => body.toolConfig?.functionCallingConfig?.mode,
  turnsOf: (body: Any) => {
    const parts = body.contents.flatMap((content: Any) => content.parts);
    return {
      called: parts.flatMap((part: Any) =>
        part.functionCall ? [[`${part.functionCall.name}/${part.thoughtSignature}`, part.functionCall.args]] : [],
      ),
      answered: parts.flatMap((part: Any) =>
        part.functionResponse ? [[part.functionResponse.name, part.functionResponse.response.result]] : [],
      ),
    };
  },
};

const ollamaMessages: Record<ErrorKind, string> = {
  auth: 'unauthorized',
  permission: 'forbidden',
  requests: 'too many requests',
  tokens: 'too many requests',
  quota: 'you have no credit: billing',
  context: 'input exceeds the context length',
  filter: 'blocked',
  model: 'model "nothing" not found, try pulling it first',
  server: 'llama runner process has terminated',
  overloaded: 'server busy',
  invalid: 'invalid format',
};

const ollama: Dialect = {
  provider: 'ollama',
  basePath: '',
  answer({ pieces, calls = [], finish = 'stop', usage, model = 'llama3.2' }) {
    const events = pieces.map((content) => ({
      model,
      created_at: '2026-01-01T00:00:00Z',
      message: { role: 'assistant', content },
      done: false,
    }));
    const asked = calls.map(({ name, arguments: text }) => ({
      model,
      created_at: '2026-01-01T00:00:00Z',
      message: {
        role: 'assistant',
        content: '',
        tool_calls: [{ function: { name, arguments: JSON.parse(text) } }],
      },
      done: false,
    }));
    const last = {
      model,
      created_at: '2026-01-01T00:00:01Z',
      message: { role: 'assistant', content: '' },
      done: true,
      done_reason: finish,
      ...(usage && { prompt_eval_count: usage.input, eval_count: usage.output }),
      total_duration: 1,
      load_duration: 1,
    };
    return ollama.recorded([...events, ...asked, last].map((event) => JSON.stringify(event)));
  },
  recorded: (lines) => ({
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => `${line}\n`).join(''),
  }),
  brokenStream: () =>
    ollama.recorded([
      JSON.stringify({ model: 'm', message: { role: 'assistant', content: 'Hello' }, done: false }),
      '{"error":"llama runner process has terminated"}',
    ]),
  error: (status, kind) => ({ status, body: JSON.stringify({ error: ollamaMessages[kind] }) }),
  schemaOf: (body) => body['format'],
  keyOf: (headers) => headers['authorization'],
  toolsOf: (body: Any) => (body.tools ?? []).map((tool: Any) => tool.function.name),
  choiceOf: () => undefined,
  turnsOf: (body: Any) => ({
    called: body.messages.flatMap((message: Any) =>
      (message.tool_calls ?? []).map((call: Any) => [call.function.name, call.function.arguments]),
    ),
    answered: body.messages.flatMap((message: Any) => (message.role === 'tool' ? [['', message.content]] : [])),
  }),
};

export const dialects: Dialect[] = [openai, anthropic, google, ollama];
