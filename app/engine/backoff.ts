import type { AppError } from '../core/errors/app-error.ts';
import { errorClasses } from '../core/errors/error-classes.ts';
import type { Policy } from '../core/graph/workflow.ts';

const DEFAULT_BASE_MS = 500;
const DEFAULT_MAX_MS = 30_000;

/** Whether another attempt follows `attempt` (from 1) that failed with `error`. Decided by class, never by message. */
export function mayRetry(error: AppError, attempt: number, policy: Policy, irreversible: boolean): boolean {
  const row = errorClasses[error.class];
  const passes = row.action === 'retry' || row.action === 'wait-and-retry';
  const { retry } = policy;
  if (retry) return attempt < retry.attempts && (retry.on ? retry.on.includes(error.class) : passes);
  return passes && !irreversible && attempt < row.attempts;
}

/**
 * Wait before the next attempt, milliseconds: exponential with full jitter (uniform from 0 to the bound; AWS
 * Architecture Blog, "Exponential Backoff And Jitter", 2015), never shorter than what the server asked for.
 */
export function backoffMs(error: AppError, attempt: number, policy: Policy, random: () => number): number {
  const base = policy.retry?.baseMs ?? DEFAULT_BASE_MS;
  const max = policy.retry?.maxMs ?? DEFAULT_MAX_MS;
  const bound = Math.min(max, base * 2 ** (attempt - 1));
  const asked = error.data?.retryAfterMs;
  const wait = Math.round(random() * bound);
  return typeof asked === 'number' && asked > wait ? asked : wait;
}

/** Whether completed calls of the failed attempt still answer in the next one: yes after faults of the way there. */
export function keepsCalls(error: AppError): boolean {
  const { action } = errorClasses[error.class];
  return action === 'retry' || action === 'wait-and-retry';
}
