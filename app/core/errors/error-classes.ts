/** Who has to act on an error: the author of the workflow, whoever operates the machine, or us. */
export type ErrorKind = 'user' | 'operational' | 'bug';

/** What the engine does by default when a step fails with a class. */
export type ErrorAction = 'retry' | 'wait-and-retry' | 'fallback' | 'stop' | 're-ask';

export interface ErrorClassRow {
  action: ErrorAction;
  kind: ErrorKind;
  /** Attempts in all, the first included, when a policy does not say otherwise. */
  attempts: number;
  /** Whether a failure of this class counts against a provider's circuit breaker. */
  breaker: boolean;
  /** Whether the provider may have charged for the failed attempt. */
  billable: boolean;
  /** One sentence for people. */
  text: string;
}

const row = (
  action: ErrorAction,
  kind: ErrorKind,
  attempts: number,
  breaker: boolean,
  billable: boolean,
  text: string,
): ErrorClassRow => ({ action, kind, attempts, breaker, billable, text });

/**
 * The closed table of error classes. Retry, fallback, breaker, trace and screens decide by class, never by message.
 * Classes are persisted in journals: names are never changed or reused.
 */
export const errorClasses = {
  'timeout.connect': row('retry', 'operational', 3, true, false, 'The server could not be reached in time.'),
  'timeout.idle': row('retry', 'operational', 3, true, true, 'The answer stopped arriving.'),
  'timeout.total': row('retry', 'operational', 2, true, true, 'The call took longer than its limit.'),
  'network.reset': row('retry', 'operational', 3, true, true, 'The connection broke.'),
  'network.unreachable': row('retry', 'operational', 3, true, false, 'The host could not be found or reached.'),
  'http.408': row('retry', 'operational', 3, true, false, 'The server gave up waiting for the request.'),
  'http.409': row('retry', 'operational', 3, false, false, 'The server reported a conflict.'),
  'http.500': row('retry', 'operational', 3, true, false, 'The server failed.'),
  'http.502': row('retry', 'operational', 3, true, false, 'A gateway in front of the server failed.'),
  'http.503': row('retry', 'operational', 3, true, false, 'The server is unavailable.'),
  'http.504': row('retry', 'operational', 3, true, true, 'A gateway gave up waiting for the server.'),
  'overloaded.529': row('retry', 'operational', 3, true, false, 'The provider is overloaded.'),
  'rate_limit.requests': row('wait-and-retry', 'operational', 5, false, false, 'Too many requests for this key.'),
  'rate_limit.tokens': row('wait-and-retry', 'operational', 5, false, false, 'Too many tokens for this key.'),
  'quota.exhausted': row('fallback', 'operational', 1, false, false, 'The account has no credit or quota left.'),
  'rate_limit.queue': row('fallback', 'operational', 1, false, false, 'No place came free under the limits in time.'),
  'circuit.open': row('fallback', 'operational', 1, false, false, 'The provider has failed too often just now.'),
  context_window: row('fallback', 'user', 1, false, false, 'The prompt is longer than the model can read.'),
  'content_filter.input': row('fallback', 'user', 1, false, true, 'The provider refused the prompt.'),
  'content_filter.output': row('fallback', 'user', 1, false, true, 'The provider withheld its answer.'),
  'model.not_found': row('fallback', 'user', 1, false, false, 'The provider does not know this model.'),
  'model.deprecated': row('fallback', 'user', 1, false, false, 'The provider has withdrawn this model.'),
  'capability.missing': row('fallback', 'user', 1, false, false, 'The model lacks an ability that the step needs.'),
  'region.blocked': row('fallback', 'operational', 1, false, false, 'The provider does not serve this region.'),
  auth: row('stop', 'user', 1, false, false, 'The key is missing or was refused.'),
  permission: row('stop', 'user', 1, false, false, 'Access was denied.'),
  invalid_request: row('stop', 'user', 1, false, false, 'The request is not valid.'),
  not_found: row('stop', 'user', 1, false, false, 'Something that was named does not exist.'),
  'schema.compile': row('stop', 'user', 1, false, false, 'A schema is not valid.'),
  'template.missing_var': row('stop', 'user', 1, false, false, 'A template uses a variable that has no value.'),
  'template.failed': row('stop', 'user', 1, false, false, 'A template or expression failed.'),
  'code.failed': row('stop', 'user', 1, false, false, 'Code of the workflow failed.'),
  'budget.hard': row('stop', 'user', 1, false, false, 'A budget is used up.'),
  'policy.personal_data': row('fallback', 'user', 1, false, false, 'Personal data must not go there.'),
  'policy.denied': row('stop', 'user', 1, false, false, 'A policy does not allow this.'),
  'output.invalid_json': row('re-ask', 'user', 1, false, true, 'The model did not answer with valid JSON.'),
  'output.schema': row('re-ask', 'user', 1, false, true, 'The answer does not fit its schema.'),
  'output.guardrail_fixable': row('re-ask', 'user', 1, false, true, 'A validator rejected the answer.'),
  'output.truncated': row('re-ask', 'user', 1, false, true, 'The answer was cut off.'),
  'output.empty': row('re-ask', 'user', 1, false, true, 'The answer is empty.'),
  'output.refusal': row('re-ask', 'user', 1, false, true, 'The model refused to answer.'),
  'lease.lost': row('stop', 'operational', 1, false, false, 'Another process has taken over this run.'),
  cancelled: row('stop', 'user', 1, false, false, 'Cancelled.'),
  'crash.resume': row('retry', 'operational', 1, false, true, 'The process ended while this was under way.'),
  deadline: row('stop', 'operational', 1, false, true, 'The time limit ran out.'),
  'sandbox.cpu': row('stop', 'user', 1, false, false, 'A contained process used too much time.'),
  'sandbox.memory': row('stop', 'user', 1, false, false, 'A contained process used too much memory.'),
  'disk.full': row('stop', 'operational', 1, false, false, 'The disk is full.'),
  'storage.busy': row('retry', 'operational', 3, false, false, 'The workspace is locked by another process.'),
  'storage.corrupt': row('stop', 'operational', 1, false, false, 'Stored data is damaged.'),
  'index.stale': row('stop', 'user', 1, false, false, 'An index no longer fits what it was built for.'),
  internal: row('stop', 'bug', 1, false, false, 'Pipewright made a mistake.'),
} as const satisfies Record<string, ErrorClassRow>;

export type ErrorClass = keyof typeof errorClasses;
