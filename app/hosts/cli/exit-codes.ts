import type { AppError } from '../../core/errors/app-error.ts';
import type { ErrorClass } from '../../core/errors/error-classes.ts';

/** How the command ends. docs/cli.md is generated from this table: numbers are never changed or reused. */
export const exitCodes = {
  ok: { code: 0, text: 'Done.' },
  failed: {
    code: 1,
    text: 'A run failed or was cancelled, or work outside a run failed (a provider, a time limit, a check).',
  },
  usage: { code: 2, text: 'Wrong usage, or a workflow, configuration or input that is not valid. Nothing was run.' },
  waiting: {
    code: 3,
    text: 'The run waits for a person or a time; decide with `pipewright review`, or resume it when it is due.',
  },
  notFound: { code: 4, text: 'Something that was named does not exist.' },
  denied: { code: 5, text: 'A key is missing or was refused, or a permission or policy forbids it.' },
  storage: { code: 6, text: 'Storage: disk full, locked by another process, or damaged.' },
  interrupted: { code: 7, text: 'Stopped by Ctrl-C or a signal; a run can be resumed, an ingestion repeated.' },
  differences: { code: 8, text: '`diff` or `replay` found differences.' },
  tests: { code: 9, text: '`test`: a cassette differs from what was recorded, or could not be played.' },
  requires: {
    code: 10,
    text: '`run` of an exported workflow: something that it requires is missing, such as a profile, a key or documents.',
  },
  internal: { code: 70, text: 'A fault in Pipewright: please report it.' },
  killed: {
    code: 130,
    text: 'Ctrl-C for the second time: ended at once. What was committed stays, a run can be resumed.',
  },
} as const satisfies { [name: string]: { code: number; text: string } };

export type ExitName = keyof typeof exitCodes;

/** What an error that ends the command means for the exit code, by its class. */
export const exitOfClass: Readonly<Record<ErrorClass, ExitName>> = {
  'timeout.connect': 'failed',
  'timeout.idle': 'failed',
  'timeout.total': 'failed',
  'network.reset': 'failed',
  'network.unreachable': 'failed',
  'http.408': 'failed',
  'http.409': 'failed',
  'http.500': 'failed',
  'http.502': 'failed',
  'http.503': 'failed',
  'http.504': 'failed',
  'overloaded.529': 'failed',
  'rate_limit.requests': 'failed',
  'rate_limit.tokens': 'failed',
  'rate_limit.queue': 'failed',
  'circuit.open': 'failed',
  'policy.personal_data': 'failed',
  'quota.exhausted': 'failed',
  context_window: 'failed',
  'content_filter.input': 'failed',
  'content_filter.output': 'failed',
  'model.not_found': 'notFound',
  'model.deprecated': 'failed',
  'capability.missing': 'usage',
  'region.blocked': 'denied',
  auth: 'denied',
  permission: 'denied',
  invalid_request: 'usage',
  not_found: 'notFound',
  'schema.compile': 'usage',
  'template.missing_var': 'usage',
  'template.failed': 'usage',
  'code.failed': 'failed',
  'budget.hard': 'denied',
  'policy.denied': 'denied',
  'output.invalid_json': 'failed',
  'output.schema': 'failed',
  'output.guardrail_fixable': 'failed',
  'output.truncated': 'failed',
  'output.empty': 'failed',
  'output.refusal': 'failed',
  'lease.lost': 'storage',
  cancelled: 'interrupted',
  'crash.resume': 'interrupted',
  deadline: 'failed',
  'sandbox.cpu': 'failed',
  'sandbox.memory': 'failed',
  'disk.full': 'storage',
  'storage.busy': 'storage',
  'storage.corrupt': 'storage',
  'index.stale': 'usage',
  internal: 'internal',
};

export function exitOf(error: AppError): ExitName {
  return exitOfClass[error.class];
}
