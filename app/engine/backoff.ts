import type { AppError } from '../core/errors/app-error.ts';
import { errorClasses } from '../core/errors/error-classes.ts';
import type { Policy } from '../core/graph/workflow.ts';
import { backoffMs } from '../core/policy/backoff.ts';
import { attemptsFor } from '../core/policy/call-policy.ts';

const DEFAULT_BASE_MS = 500;
const DEFAULT_MAX_MS = 30_000;

/** Whether another attempt follows `attempt` (from 1) that failed with `error`. Decided by class, never by message. */
export function mayRetry(error: AppError, attempt: number, policy: Policy, irreversible: boolean): boolean {
  // The gateway has tried as often as the policy says: trying the whole step again would multiply attempts.
  if (error.data?.exhausted === true) return false;
  if (irreversible && !policy.retry) return false;
  return attempt < attemptsFor(error.class, policy.retry ?? {});
}

/** Wait before the next attempt of a step, milliseconds. */
export function stepBackoffMs(error: AppError, attempt: number, policy: Policy, random: () => number): number {
  const { baseMs = DEFAULT_BASE_MS, maxMs = DEFAULT_MAX_MS } = policy.retry ?? {};
  const asked = error.data?.retryAfterMs;
  return backoffMs(attempt, { baseMs, maxMs }, random, typeof asked === 'number' ? asked : undefined);
}

/** Whether completed calls of the failed attempt still answer in the next one: yes after faults of the way there. */
export function keepsCalls(error: AppError): boolean {
  const { action } = errorClasses[error.class];
  return action === 'retry' || action === 'wait-and-retry';
}
