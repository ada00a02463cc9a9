import { Environment, EvaluationError, ParseError, TypeError as TypeMismatch } from '@marcbachmann/cel-js';
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { AppError, isAppError } from '../errors/app-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import type { Json } from '../graph/json.ts';
import { boundedCache } from './bounded-cache.ts';
import {
  type CelNode,
  exhausted,
  meterLeft,
  meterTree,
  OperationFailed,
  spend,
  startMeter,
  textCost,
  workLimit,
} from './expression-meter.ts';

const expressionLimits = { length: 20_000, nodes: 5_000, depth: 64, resultDepth: 64, work: workLimit } as const;

export interface Expression {
  readonly source: string;
  /** Names that it reads from outside, in order of appearance. */
  readonly variables: readonly string[];
  /**
   * The value for these variables. Only own properties are seen; the result is plain JSON.
   *
   * @throws AppError expression.failed, expression.missing_variable, expression.limit, regex.syntax
   */
  evaluate(variables: { readonly [name: string]: Json | undefined }, purse?: WorkPurse): Json;
}

/** Work that many evaluations may do together, in the meter's units; each takes its part out. */
export interface WorkPurse {
  left: number;
}

/** A purse for evaluations over the items of one list: about two seconds of work. */
export function listPurse(): WorkPurse {
  return { left: 10 * workLimit };
}

// JSON has one kind of number: these let doubles (every number of the data) and integers (literals, sizes) mix.
function mixedArithmetic(environment: Environment): Environment {
  const operations: { [op: string]: (a: number, b: number) => number } = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
    '%': (a, b) => a % b,
  };
  for (const [op, calculate] of Object.entries(operations)) {
    const handler = (a: number | bigint, b: number | bigint) => calculate(Number(a), Number(b));
    environment.registerOperator(`double ${op} int: double`, handler);
    environment.registerOperator(`int ${op} double: double`, handler);
  }
  environment.registerOperator('double % double: double', (a: number, b: number) => a % b);
  return environment;
}

const environment = mixedArithmetic(
  new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: expressionLimits.nodes, maxDepth: expressionLimits.depth },
  }),
);

const keywords =
  'as break const continue else false for function if import in let loop namespace null package prototype return true var void while';

/** Names that mean something in an expression already, so that no variable can have them. */
export const reservedNames: ReadonlySet<string> = new Set([
  ...environment.getDefinitions().variables.map((variable) => variable.name),
  ...keywords.split(' '),
]);

const compiled = boundedCache<Expression>(1000);

/**
 * Compiles an expression in CEL (https://cel.dev): no loops without a list, no recursion, no way to the host.
 * Differences from the standard: numbers of the data are doubles and mix with integer literals; `==` and `in` compare
 * numbers by value; `matches` is RE2; `timestamp` wants a time zone; the work of one evaluation is limited.
 *
 * @throws AppError expression.syntax, expression.limit, with line and column
 */
export function compileExpression(source: string): Expression {
  return compiled.get(source, () => compile(source));
}

function compile(source: string): Expression {
  if (source.length > expressionLimits.length) {
    throw new AppError('expression.limit', {
      message: `The expression is ${source.length} characters long; at most ${expressionLimits.length} are allowed.`,
      remedy: 'Split it over several transform nodes.',
    });
  }
  let run: (variables: object) => unknown;
  let variables: string[];
  try {
    const parsed = environment.parse(source);
    const check = parsed.check();
    if (!check.valid) throw check.error;
    variables = meterTree(parsed.ast as unknown as CelNode);
    run = parsed;
  } catch (thrown) {
    throw explained(thrown, source, 'expression.syntax');
  }

  return {
    source,
    variables,
    evaluate(values, purse) {
      const scope = Object.create(null) as { [name: string]: Json };
      for (const name of variables) {
        const value = Object.hasOwn(values, name) ? values[name] : undefined;
        if (value !== undefined) scope[name] = value;
      }
      const units = purse === undefined ? workLimit : Math.min(workLimit, purse.left);
      startMeter(units);
      try {
        const result = run(scope);
        if (exhausted()) throw new OperationFailed();
        return toJson(result, 0);
      } catch (thrown) {
        if (exhausted()) throw tooMuchWork(source, purse !== undefined);
        throw explained(thrown, source, 'expression.failed');
      } finally {
        if (purse !== undefined) purse.left -= units - Math.max(0, meterLeft());
      }
    },
  };
}

/** A result as JSON; parts that are JSON already are kept, not copied. */
function toJson(value: unknown, depth: number): Json {
  spend(1);
  switch (typeof value) {
    case 'string':
      spend(textCost(value.length));
      return value;
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      throw new OperationFailed(`The result holds ${value}, which JSON cannot express.`);
    case 'bigint':
      return toNumber(value);
    case 'object':
      if (value === null) return null;
      if (depth >= expressionLimits.resultDepth) {
        throw new OperationFailed(`The result is nested deeper than ${expressionLimits.resultDepth} levels.`);
      }
      return objectToJson(value, depth);
    default:
      throw new OperationFailed('The expression has no result.');
  }
}

function objectToJson(value: object, depth: number): Json {
  if (Array.isArray(value)) {
    let copy: Json[] | undefined;
    for (let i = 0; i < value.length; i += 1) {
      const item = toJson(value[i], depth + 1);
      if (item !== value[i]) copy ??= value.slice(0, i);
      copy?.push(item);
    }
    return copy ?? (value as Json[]);
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Duration) return value.toString();
  if (value instanceof UnsignedInt) return toNumber(value.valueOf());
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new OperationFailed(
      value instanceof Uint8Array
        ? 'The result holds bytes: turn them into text with .base64(), .hex() or string().'
        : 'The result holds a value that is no data, such as a type.',
    );
  }
  const entries = Object.entries(value);
  const converted = entries.map(([key, item]): [string, Json] => [key, toJson(item, depth + 1)]);
  const same = prototype !== null && converted.every(([, item], i) => item === entries[i]?.[1]);
  // fromEntries defines properties, so a key `__proto__` stays data.
  return same ? (value as { [key: string]: Json }) : Object.fromEntries(converted);
}

function toNumber(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new OperationFailed(`The integer ${value} is too large to be exact in JSON: keep it as text with string().`);
}

function tooMuchWork(source: string, isShared: boolean): AppError {
  return new AppError('expression.limit', {
    message: isShared
      ? `The expression does too much work: more than ${workLimit / 1e6} million steps for an item, or ${workLimit / 1e5} million for the list.`
      : `The expression does more than ${workLimit / 1e6} million steps.`,
    where: `expression ${excerpt(source)}`,
    remedy: 'Use fewer nested loops over lists, or filter the lists in an earlier node.',
  });
}

function explained(thrown: unknown, source: string, code: ErrorCode): AppError {
  if (isAppError(thrown)) return thrown;
  if (thrown instanceof ParseError || thrown instanceof TypeMismatch || thrown instanceof EvaluationError) {
    const { line, column } = position(source, thrown.range?.start);
    return new AppError(
      thrown.code === 'limit_exceeded'
        ? 'expression.limit'
        : thrown.code === 'unknown_variable'
          ? 'expression.missing_variable'
          : code,
      {
        message: thrown.summary,
        where: `line ${line}, column ${column} of ${excerpt(source)}`,
        data: { line, column },
        remedy: remedies[thrown.code] ?? 'Expressions are in CEL: see docs/expressions.md.',
        cause: thrown,
      },
    );
  }
  if (thrown instanceof RangeError) {
    return new AppError('expression.limit', {
      message: 'The expression or its data is nested too deeply, or its result is too large.',
      where: `expression ${excerpt(source)}`,
      remedy: 'Split it over several transform nodes.',
      cause: thrown,
    });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError(code, {
    message: message || 'The expression failed.',
    where: `expression ${excerpt(source)}`,
    remedy: 'Expressions are in CEL: see docs/expressions.md.',
    cause: thrown,
  });
}

const remedies: { [code: string]: string } = {
  no_such_key: 'Ask with has(a.b) before reading what may be missing.',
  unknown_variable: 'Declare the name among the variables of the node and wire it, or correct its spelling.',
  no_such_overload: 'Convert one side first: string(x), double(x), int(x).',
  no_matching_overload: 'Check the name of the function and the types of its arguments.',
  incompatible_ternary_branches: 'Give both branches the same type, or wrap them: dyn(a).',
};

function position(source: string, offset = 0): { line: number; column: number } {
  const lines = source.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

function excerpt(source: string): string {
  const line = source.replace(/\s+/g, ' ').trim();
  return JSON.stringify(line.length > 80 ? `${line.slice(0, 79)}…` : line);
}
