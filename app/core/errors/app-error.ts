import type { Json } from '../graph/json.ts';
import type { CallAccounts } from '../graph/values.ts';
import { type ErrorClass, type ErrorKind, errorClasses } from './error-classes.ts';
import { type ErrorCode, errorCodes, isErrorCode } from './error-codes.ts';

export interface ErrorDetails {
  /** What is wrong, in one sentence, with the received value where that helps and is no secret. */
  message: string;
  /** Where: a file and line, a JSON path, a node, a host. */
  where?: string | undefined;
  /** How to mend it. */
  remedy?: string | undefined;
  /** Facts for programs: never secrets, never document text. */
  data?: { [key: string]: Json } | undefined;
  /** What the failed call had used and cost all the same. It does not travel with the error: the ledger has it. */
  accounts?: CallAccounts | undefined;
  cause?: unknown;
}

/** The form of an error in the journal, on a wire and in `--json` output. Holds no stack. */
export interface ErrorWire {
  code: ErrorCode;
  class: ErrorClass;
  message: string;
  where?: string;
  remedy?: string;
  data?: { [key: string]: Json };
}

/** Every error that may reach a person, a journal or a wire. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly where: string | undefined;
  readonly remedy: string | undefined;
  readonly data: { [key: string]: Json } | undefined;
  readonly accounts: CallAccounts | undefined;

  constructor(code: ErrorCode, details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.where = details.where;
    this.remedy = details.remedy;
    this.data = details.data;
    this.accounts = details.accounts;
  }

  get class(): ErrorClass {
    return errorCodes[this.code];
  }

  get kind(): ErrorKind {
    return errorClasses[this.class].kind;
  }

  toWire(): ErrorWire {
    return {
      code: this.code,
      class: this.class,
      message: this.message,
      ...(this.where !== undefined && { where: this.where }),
      ...(this.remedy !== undefined && { remedy: this.remedy }),
      ...(this.data !== undefined && { data: this.data }),
    };
  }
}

/** The same error with what its call had used all the same. */
export function withAccounts(error: AppError, accounts: CallAccounts | undefined): AppError {
  if (accounts === undefined) return error;
  const { code, message, where, remedy, data, cause } = error;
  return new AppError(code, { message, where, remedy, data, accounts, cause });
}

/** True for our errors, also across two copies of this module (`instanceof` fails there). */
export function isAppError(value: unknown): value is AppError {
  return (
    value instanceof AppError ||
    (value instanceof Error && value.name === 'AppError' && 'code' in value && isErrorCode(String(value.code)))
  );
}

/** Rebuilds an error from its wire form. */
export function fromWire(wire: ErrorWire): AppError {
  return new AppError(wire.code, wire);
}

/**
 * Any thrown value as an AppError: ours as it is, anything else as a mistake of ours under `fallback`.
 * The original stays in `cause` for a debugger; only its message travels.
 */
export function toAppError(thrown: unknown, fallback: ErrorCode = 'internal', where?: string): AppError {
  if (isAppError(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError(fallback, {
    message: message || 'An unexpected error without a message.',
    where,
    remedy: 'This is a fault in Pipewright or in one of its libraries: please report it with the trace of the run.',
    cause: thrown,
  });
}
