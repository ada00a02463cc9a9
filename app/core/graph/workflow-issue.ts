import type * as z from 'zod';
import { AppError } from '../errors/app-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import { didYouMean } from '../errors/suggest.ts';
import { type Expectation, knownFields, plainFault } from './plain-fault.ts';

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

export interface SchemaFault {
  path: (string | number)[];
  message: string;
}

/** Faults told of one file: whoever mends those sees the next. */
const MAX_FAULTS = 200;
/** A hint compares a name with every other: the first faults have one. */
const MAX_HINTS = 20;

/**
 * What a schema found in a value, in plain words and each at its own place: every unknown key by itself, with the known
 * one that it may have been meant for, and of alternatives the one that the value came nearest to.
 */
export function schemaFaults(error: z.core.$ZodError, about: Expectation): SchemaFault[] {
  const faults: SchemaFault[] = [];
  collect(error.issues, [], about, faults);
  return faults;
}

function collect(
  issues: readonly z.core.$ZodIssue[],
  base: readonly (string | number)[],
  about: Expectation,
  faults: SchemaFault[],
): void {
  for (const issue of issues) {
    if (faults.length >= MAX_FAULTS) return;
    const path = [...base, ...(issue.path as (string | number)[])];
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys.slice(0, 20)) {
        const hint = faults.length < MAX_HINTS ? didYouMean(key, knownFields(path, about)) : '';
        faults.push({ path: [...path, key], message: `Unknown field “${key.slice(0, 80)}”.${hint}` });
      }
      continue;
    }
    const nearest = issue.code === 'invalid_union' ? nearestAlternative(issue.errors) : undefined;
    if (nearest) collect(nearest, path, about, faults);
    else faults.push({ path, message: plainFault(issue, path, about) });
  }
}

/** The alternative whose faults lie deepest inside the value, of those the one with fewest; undefined when none gets past its outside. */
function nearestAlternative(alternatives: readonly (readonly z.core.$ZodIssue[])[]) {
  let best: readonly z.core.$ZodIssue[] | undefined;
  let bestDepth = 0;
  for (const issues of alternatives) {
    const depth = issues.reduce((least, issue) => Math.min(least, depthOf(issue)), issues.length === 0 ? 0 : 64);
    const isNearer = depth > bestDepth || (depth === bestDepth && issues.length < (best?.length ?? 0));
    if (depth > 0 && isNearer) [best, bestDepth] = [issues, depth];
  }
  return best;
}

function depthOf(issue: z.core.$ZodIssue): number {
  return issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0);
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
