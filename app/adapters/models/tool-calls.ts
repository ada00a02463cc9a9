import { isJsonObject, type Json, type JsonObject } from '../../core/graph/json.ts';
import type { ToolCall } from '../../core/graph/values.ts';

/** A tool call on its way: its arguments come as pieces of text, or as values at places. */
export interface ToolCallPart {
  id?: string;
  name: string;
  /** JSON text of the arguments so far. */
  text: string;
  /** Arguments that came as values: they win over `text`. */
  values?: JsonObject;
  signature?: string;
}

/** Deepest and longest place that a provider may name, and the largest list index. */
const placeLimits = { steps: 64, index: 10_000 } as const;

/**
 * The calls that a model asked for. Arguments that are no JSON object are kept as they came, in `malformed`: only the
 * model can mend them, and only whoever asked it can ask again. A call without an id gets one by its place.
 */
export function toolCallsOf(parts: readonly ToolCallPart[]): ToolCall[] {
  return parts.map(({ id, name, text, values, signature }, i) => {
    const parsed = values ?? parseArguments(text);
    return {
      id: id === undefined || id === '' ? `call_${i + 1}` : id,
      name,
      arguments: parsed ?? {},
      ...(parsed === undefined && { malformed: text }),
      ...(signature !== undefined && { signature }),
    };
  });
}

/** Undefined when the text is no JSON object. Models leave the text of a call without arguments empty. */
function parseArguments(text: string): JsonObject | undefined {
  if (text.trim() === '') return {};
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Arguments as a provider gives them whole: an object, or its JSON text. */
export function wholeArguments(given: Json | undefined): Pick<ToolCallPart, 'text' | 'values'> {
  if (isJsonObject(given)) return { text: '', values: given };
  return {
    text: typeof given === 'string' ? given : given === undefined || given === null ? '' : JSON.stringify(given),
  };
}

/**
 * Puts a value where a path such as `$.orders[0].note` points. A text behind a text lengthens it: long ones come in
 * pieces. False when the path is none that can be followed.
 */
export function putAt(target: JsonObject, path: string, value: Json): boolean {
  const steps = stepsOf(path);
  if (steps === undefined) return false;
  let at: JsonObject | Json[] = target;
  for (const [i, step] of steps.entries()) {
    const next = steps[i + 1];
    const before = member(at, step);
    if (next === undefined) {
      setMember(at, step, typeof before === 'string' && typeof value === 'string' ? before + value : value);
      return true;
    }
    const isList = typeof next === 'number';
    if (before === undefined) setMember(at, step, isList ? [] : {});
    else if (isList ? !Array.isArray(before) : !isJsonObject(before)) return false;
    at = member(at, step) as JsonObject | Json[];
  }
  return false;
}

function member(holder: JsonObject | Json[], step: string | number): Json | undefined {
  return Object.hasOwn(holder, step) ? (holder as JsonObject)[step as string] : undefined;
}

/** Defines the member: a name such as `__proto__` stays data. */
function setMember(holder: JsonObject | Json[], step: string | number, value: Json): void {
  Object.defineProperty(holder, step, { value, writable: true, enumerable: true, configurable: true });
}

function stepsOf(path: string): (string | number)[] | undefined {
  if (!/^\$(\.[A-Za-z_][\w-]*|\[\d{1,5}\]|\['[^'\\]*'\])+$/.test(path)) return undefined;
  const steps = [...path.matchAll(/\.([A-Za-z_][\w-]*)|\[(\d+)\]|\['([^'\\]*)'\]/g)].map(
    ([, name, index, quoted]) => name ?? (index === undefined ? (quoted as string) : Number(index)),
  );
  const tooFar = steps.some((step) => typeof step === 'number' && step > placeLimits.index);
  return tooFar || steps.length > placeLimits.steps || typeof steps[0] === 'number' ? undefined : steps;
}
