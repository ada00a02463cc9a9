import { ORPCError } from '@orpc/contract';
import * as z from 'zod';
import { AppError, isAppError } from '../errors/app-error.ts';
import { type ErrorClass, errorClasses } from '../errors/error-classes.ts';
import { type ErrorCode, errorCodes, isErrorCode } from '../errors/error-codes.ts';
import { isJsonObject } from '../graph/json.ts';
import { jsonPath } from '../graph/workflow-issue.ts';

export const CodeOfError = z.enum(Object.keys(errorCodes) as ErrorCode[]);
export const ClassOfError = z.enum(Object.keys(errorClasses) as ErrorClass[]);

/** What an error carries over a wire beside its code and message. */
export const ErrorFacts = z.strictObject({
  class: ClassOfError,
  where: z.string().optional(),
  remedy: z.string().optional(),
  data: z.record(z.string(), z.json()).optional(),
});
export type ErrorFacts = z.infer<typeof ErrorFacts>;

/** Statuses say the kind of an error to whatever stands between; our clients read the code. */
function statusOf(code: ErrorCode): number {
  const name: ErrorClass = errorCodes[code];
  if (name === 'not_found') return 404;
  if (name === 'auth') return 401;
  if (name === 'permission' || name === 'policy.denied') return 403;
  const { kind } = errorClasses[name];
  return kind === 'user' ? 400 : kind === 'operational' ? 503 : 500;
}

type ErrorMap = { [C in ErrorCode]: { status: number; data: typeof ErrorFacts } };

/** The closed table of error codes as every procedure declares it. */
export const errorMap = Object.fromEntries(
  (Object.keys(errorCodes) as ErrorCode[]).map((code) => [code, { status: statusOf(code), data: ErrorFacts }]),
) as ErrorMap;

const bug = {
  message: 'Pipewright made a mistake while it answered this call.',
  remedy: 'Please report it with what you did; the log of the host tells more.',
};

/** A thrown value as an AppError that may leave the host: what is not ours says nothing of its text. */
function presentable(thrown: unknown): AppError {
  if (thrown instanceof ORPCError) return ofContract(thrown);
  // An `internal` error with a cause is a foreign one with a foreign message, which may hold anything.
  if (!isAppError(thrown) || (thrown.code === 'internal' && thrown.cause !== undefined))
    return new AppError('internal', { ...bug, cause: thrown });
  return thrown;
}

/** What the contract library itself refuses: an input that does not fit its schema, and its own failures. */
function ofContract(error: ORPCError<string, unknown>): AppError {
  if (isErrorCode(error.code)) return fromWireError(error);
  const issues = issuesOf(error);
  if (error.code !== 'BAD_REQUEST') return new AppError('internal', { ...bug, cause: error });
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return new AppError('host.bad_request', {
    message: first ? `The request does not fit the contract: ${first.message}${more}` : 'The request cannot be read.',
    where: first?.path ?? '$',
    remedy: 'Send what the contract describes; client and host must be of the same release.',
    ...(issues.length > 0 && { data: { issues: issues.slice(0, 50) } }),
  });
}

function issuesOf(error: ORPCError<string, unknown>): { path: string; message: string }[] {
  const { data } = error;
  if (typeof data !== 'object' || data === null || !('issues' in data) || !Array.isArray(data.issues)) return [];
  return data.issues.map(({ path = [], message }: { path?: (string | number)[]; message: string }) => ({
    path: jsonPath(path),
    message: message.slice(0, 500),
  }));
}

/** The form in which an error crosses a wire: code, class, message, place, remedy and facts; never a stack or a cause. */
export function toWireError(thrown: unknown): ORPCError<ErrorCode, ErrorFacts> {
  const { code, message, ...facts } = presentable(thrown).toWire();
  return new ORPCError(code, { defined: true, status: statusOf(code), message, data: facts });
}

/**
 * The error that a client threw, as the AppError that it is. What is no error of the contract (a lost connection, a
 * mistake in the client) comes back as `internal` with its own message.
 */
export function fromWireError(thrown: unknown): AppError {
  if (isAppError(thrown)) return thrown;
  if (thrown instanceof ORPCError && isErrorCode(thrown.code)) {
    const { where, remedy, data } = isJsonObject(thrown.data) ? (thrown.data as unknown as ErrorFacts) : {};
    return new AppError(thrown.code, { message: thrown.message, where, remedy, data });
  }
  return new AppError('internal', {
    message: thrown instanceof Error ? thrown.message : 'The call failed.',
    remedy: 'Try again; the host may have ended.',
    cause: thrown,
  });
}
