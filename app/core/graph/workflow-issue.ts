import { AppError } from '../errors/app-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';

/** One thing that is wrong, or doubtful, in a workflow file. */
export interface WorkflowIssue {
  /** From the closed table: what kind of fault this is. */
  code: ErrorCode;
  severity: 'error' | 'warning';
  /** JSON path into the file: `$.nodes[3].config.k`. */
  path: string;
  message: string;
  remedy?: string;
  nodeId?: string;
  edgeId?: string;
}

/** JSON path text for a list of keys: `$.nodes[3].config["odd key"]`. */
export function jsonPath(keys: readonly (string | number | symbol)[]): string {
  let path = '$';
  for (const key of keys) {
    if (typeof key === 'number') path += `[${key}]`;
    else if (/^[A-Za-z_$][\w$-]*$/.test(String(key))) path += `.${String(key)}`;
    else path += `[${JSON.stringify(String(key).slice(0, 80))}]`;
  }
  return path;
}

/** The issues as one error: the first in the message, all (at most 50) in `data.issues`. */
export function issuesError(issues: readonly WorkflowIssue[], file?: string): AppError {
  const errors = issues.filter((issue) => issue.severity === 'error');
  const first = errors[0] ?? issues[0];
  if (first === undefined) throw new RangeError('issuesError needs at least one issue');
  const more = errors.length - 1;
  return new AppError(first.code, {
    message: more > 0 ? `${first.message} (and ${more} more)` : first.message,
    where: file === undefined ? first.path : `${file} at ${first.path}`,
    remedy: first.remedy,
    data: {
      issues: issues.slice(0, 50).map((issue) => ({ ...issue })),
      ...(issues.length > 50 && { more: issues.length - 50 }),
    },
  });
}
