import type { Regex } from '../text/regex.ts';
import { compileRegex } from '../text/regex.ts';
import type { BoundedCache } from './bounded-cache.ts';
import { boundedCache } from './bounded-cache.ts';

/**
 * Meters an expression. The CEL library bounds neither the work of comprehensions (a nested `all` over 300 items took
 * seconds) nor the size of what `+` builds, hands patterns to the backtracking RegExp and compares JSON numbers with
 * integers strictly. So every node of a parsed and checked tree gets an `evaluate` of its own, which spends from one
 * purse before it does its work; the few operations that must behave differently are answered here.
 *
 * One unit is about the work of visiting a node: 50 to 200 ns.
 */
export const workLimit = 2_000_000;

/** What is used of the library's tree: plain data and methods, but beyond its published types. */
export interface CelNode {
  op: string;
  args: unknown;
  pos: number;
  left: CelNode;
  right: CelNode;
  receiverWithArgs: CelNode[];
  handle(...args: unknown[]): unknown;
  evaluate: Evaluate;
  readonly meta: { evaluate: Evaluate; alternate?: CelNode; macro?: { evaluate: Evaluate; var?: string } };
}
type Evaluate = (evaluator: Evaluator, node: unknown, context: unknown) => unknown;
interface Evaluator {
  run(node: CelNode, context: unknown): unknown;
}
interface Comprehension {
  iterVarName: string;
  iterable: CelNode;
  init: CelNode;
  step: CelNode;
}

/** Thrown through the library when the purse is empty; `&&`, `||` and quantifiers may swallow it, so ask `exhausted`. */
class WorkExhausted extends Error {}
const workExhausted = new WorkExhausted('The expression does too much work.');

/** A complaint of one of the operations below, for whoever wrote the expression. */
export class OperationFailed extends Error {}

// One purse suffices: evaluation is synchronous and never enters itself.
let left = 0;

export function startMeter(units = workLimit): void {
  left = units;
}

/** What is left of the purse; below zero when more was asked of it. */
export function meterLeft(): number {
  return left;
}

export function exhausted(): boolean {
  return left < 0;
}

/** Takes `units` out of the purse. @throws WorkExhausted */
export function spend(units: number): void {
  left -= units;
  if (left < 0) throw workExhausted;
}

/** Units for touching every character of a text once. */
export function textCost(length: number): number {
  return length / 16;
}

function isNode(value: unknown): value is CelNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'evaluate' in value;
}

/** Meters a tree that has been type-checked, and gives the variables that it needs from outside. */
export function meterTree(root: CelNode): string[] {
  const free = new Set<string>();
  const done = new Set<CelNode>();

  function visitAll(values: unknown, bound: ReadonlySet<string>): void {
    if (isNode(values)) visit(values, bound);
    else if (Array.isArray(values)) for (const value of values) visitAll(value, bound);
  }

  function visit(node: CelNode, bound: ReadonlySet<string>): void {
    if (done.has(node)) return;
    done.add(node);
    const { alternate, macro } = node.meta;
    if (alternate) {
      visit(alternate, bound);
      node.evaluate = (evaluator, _node, context) => evaluator.run(alternate, context);
    } else if (macro) {
      if (macro.var === undefined) visitAll(node.args, bound);
      else visitBinding(node, macro.var, bound);
      node.evaluate = (evaluator, _node, context) => {
        spend(1);
        return macro.evaluate(evaluator, macro, context);
      };
    } else if (node.op === 'comprehension') {
      const { iterVarName, iterable, init, step } = node.args as Comprehension;
      visitAll([iterable, init], bound);
      visit(step, new Set(bound).add(iterVarName));
      iterable.evaluate = meteredIterable(iterable.evaluate);
      node.evaluate = metered(node);
    } else {
      if (node.op === 'rcall') checkPattern(node.args as [string, CelNode, CelNode[]]);
      if (node.op === 'id' && typeof node.args === 'string' && !bound.has(node.args)) free.add(node.args);
      visitAll(node.args, bound);
      node.evaluate = metered(node);
    }
  }

  /** `cel.bind(name, value, body)`: the name is known in the body only. */
  function visitBinding(node: CelNode, name: string, bound: ReadonlySet<string>): void {
    const args = (node.args as [string, CelNode, CelNode[]])[2];
    visitAll(args[1], bound);
    visitAll(args[2], new Set(bound).add(name));
  }

  visit(root, new Set());
  return [...free];
}

function metered(node: CelNode): Evaluate {
  switch (node.op) {
    case '==':
      return (evaluator, _node, context) =>
        sameValue(evaluator.run(node.left, context), evaluator.run(node.right, context));
    case '!=':
      return (evaluator, _node, context) =>
        !sameValue(evaluator.run(node.left, context), evaluator.run(node.right, context));
    case 'in':
      return (evaluator, _node, context) =>
        isMember(evaluator.run(node.left, context), evaluator.run(node.right, context));
    case '+':
      return (evaluator, _node, context) => {
        const a = evaluator.run(node.left, context);
        const b = evaluator.run(node.right, context);
        spend(1 + sumCost(a) + sumCost(b));
        return node.handle(a, b, node, evaluator);
      };
    case 'call':
      return (evaluator, _node, context) => {
        const [name, nodes] = node.args as [string, CelNode[]];
        const args = nodes.map((arg) => evaluator.run(arg, context));
        spendOnCall(name, args);
        return node.handle(args, node, evaluator);
      };
    case 'rcall':
      return (evaluator, _node, context) => {
        const name = (node.args as [string])[0];
        const args = node.receiverWithArgs.map((arg) => evaluator.run(arg, context));
        spendOnCall(name, args);
        if (name === 'matches') return matches(args[0], args[1]);
        if (args[0] instanceof Date) return readTime(name, args, node, evaluator);
        return node.handle(args, evaluator, node);
      };
    default: {
      const { evaluate } = node.meta;
      return (evaluator, _node, context) => {
        spend(1);
        return evaluate(evaluator, node, context);
      };
    }
  }
}

/** A comprehension over a map first lists its keys. */
function meteredIterable(evaluate: Evaluate): Evaluate {
  return (evaluator, node, context) => {
    const value = evaluate(evaluator, node, context);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) spend(Object.keys(value).length);
    return value;
  };
}

function sumCost(value: unknown): number {
  if (typeof value === 'string') return textCost(value.length);
  return Array.isArray(value) || value instanceof Uint8Array ? value.length : 0;
}

/** Functions that search one text in another: the engine's own search is quadratic at worst. */
const searching = new Set(['contains', 'indexOf', 'lastIndexOf', 'split']);

function spendOnCall(name: string, args: unknown[]): void {
  let units = 1;
  const [first, second] = args;
  for (const arg of args) {
    if (typeof arg === 'string') units += textCost(arg.length);
    else if (arg instanceof Uint8Array) units += textCost(arg.length);
    else if (Array.isArray(arg) && name === 'join') units += arg.length;
  }
  if (typeof first === 'string' && typeof second === 'string' && searching.has(name)) {
    units += (first.length * second.length) / 4096 + (name === 'split' && second.length === 0 ? first.length : 0);
  }
  if (name === 'join' && Array.isArray(first)) {
    const separator = typeof second === 'string' ? second.length : 0;
    for (const item of first) units += textCost(separator + (typeof item === 'string' ? item.length : 0));
  }
  spend(units);
  // The library's pattern for durations is cubic in a run of digits, and texts without a zone are read in the host's.
  if (name === 'duration' && typeof first === 'string' && first.length > 64) {
    throw new OperationFailed('duration() takes a text of at most 64 characters.');
  }
  if (name === 'timestamp' && typeof first === 'string' && !/(?:[zZ]|[+-]\d\d:\d\d)$/.test(first)) {
    throw new OperationFailed('timestamp() needs a time zone: end the text with Z or an offset such as +02:00.');
  }
}

/** The library reads some parts of a time in the host's zone, which would make a result depend on the machine. */
function readTime(name: string, args: unknown[], node: CelNode, evaluator: Evaluator): unknown {
  if (args.length > 1) throw new OperationFailed(`${name}() reads times in UTC: add or subtract a duration() instead.`);
  if (name !== 'getDayOfYear') return node.handle(args, evaluator, node);
  const time = args[0] as Date;
  return BigInt(Math.floor((time.getTime() - Date.UTC(time.getUTCFullYear(), 0, 1)) / 86_400_000));
}

const patterns: BoundedCache<Regex> = boundedCache(200);

/** A pattern that is written out in the expression is checked before it runs. */
function checkPattern([name, , args]: [string, CelNode, CelNode[]]): void {
  const pattern = args[0]?.op === 'value' ? args[0].args : undefined;
  if (name === 'matches' && typeof pattern === 'string') patterns.get(pattern, () => compileRegex(pattern));
}

function matches(text: unknown, pattern: unknown): boolean {
  if (typeof text !== 'string' || typeof pattern !== 'string') {
    throw new OperationFailed('matches() takes a text and a pattern.');
  }
  const regex = patterns.get(pattern, () => compileRegex(pattern));
  spend((text.length * regex.size) / 64);
  return regex.test(text);
}

function isMember(value: unknown, collection: unknown): boolean {
  spend(1);
  if (Array.isArray(collection)) return collection.some((item) => sameValue(value, item));
  if (isPlainObject(collection)) {
    const key = typeof value === 'bigint' || typeof value === 'number' ? String(value) : value;
    return typeof key === 'string' && Object.hasOwn(collection, key);
  }
  throw new OperationFailed('The right side of “in” must be a list or a map.');
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Equality of JSON values: deep, and 1 equals 1.0 wherever it stands. Values of different types differ. */
function sameValue(a: unknown, b: unknown): boolean {
  spend(1);
  if (typeof a === 'bigint' || typeof b === 'bigint') {
    const numbers =
      (typeof a === 'number' || typeof a === 'bigint') && (typeof b === 'number' || typeof b === 'bigint');
    // biome-ignore lint/suspicious/noDoubleEquals: compares an integer with a double by value, exactly
    return numbers && a == b;
  }
  if (typeof a === 'string' && typeof b === 'string') {
    if (a.length === b.length) spend(textCost(a.length));
    return a === b;
  }
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  }
  if (isPlainObject(a)) {
    if (!isPlainObject(b)) return false;
    const keys = Object.keys(a);
    spend(keys.length);
    if (keys.length !== Object.keys(b).length) return false;
    return keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]));
  }
  return sameSpecial(a, b);
}

/** Bytes, times, durations and unsigned integers. */
function sameSpecial(a: object, b: object): boolean {
  if (a.constructor !== b.constructor) return false;
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    spend(textCost(a.length));
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
  }
  return String(a) === String(b) && a.valueOf() === b.valueOf();
}
