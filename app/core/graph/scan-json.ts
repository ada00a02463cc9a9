export type JsonPath = (string | number)[];

/** What a reading of JSON text without building it tells. At most the first finding of each kind. */
export interface JsonScan {
  /** Offset of the first character that cannot stand there; the text's length when its end is missing. */
  fault?: number;
  /** Deepest nesting; at most one more than the limit, where the reading stops. */
  depth: number;
  /** Objects, lists and scalars together; at most one more than the limit, where the reading stops. */
  values: number;
  /** Fields of the largest object; at most one more than the limit, where the reading stops at `crowded`. */
  members: number;
  crowded?: JsonPath;
  /** A key that its object has had already: readers differ in which of the two they believe. */
  duplicate?: JsonPath;
  /** A key that means what an object is and not what it holds. */
  forbidden?: JsonPath;
  /** Text with a NUL or half a surrogate pair: no other program reads it the same way. */
  illFormed?: JsonPath;
  /** A number too large to be one: it would become infinity. */
  infinite?: JsonPath;
}

export interface ScanLimits {
  depth: number;
  values: number;
  members: number;
}

interface Level {
  /** Keys so far; undefined in a list. */
  keys: Set<string> | undefined;
  at: string | number;
}

const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

const [QUOTE, BACKSLASH, COMMA, COLON, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [
  34, 92, 44, 58, 91, 93, 123, 125,
] as const;

/**
 * Reads JSON text (RFC 8259) once, without recursion and without building anything, so that hostile text costs no more
 * than its length: `JSON.parse` does not say where a text ends too early, lets the last of two equal keys win and builds
 * ten thousand levels on which later recursion dies.
 */
export function scanJson(text: string, limits: ScanLimits): JsonScan {
  const found: JsonScan = { depth: 0, values: 0, members: 0 };
  const levels: Level[] = [];
  const path = (): JsonPath => levels.map(({ at }) => at);
  let i = 0;
  /** Whether a value must follow; otherwise one has just ended. */
  let wanted = true;

  const skipSpace = () => {
    for (let c = text.charCodeAt(i); c === 32 || c === 10 || c === 13 || c === 9; c = text.charCodeAt(i)) i += 1;
  };
  /** Moves behind a string; false with `i` at the character that is wrong. */
  const skipString = (): boolean => {
    i += 1;
    for (;;) {
      const c = text.charCodeAt(i);
      if (c === QUOTE) {
        i += 1;
        return true;
      }
      if (c === BACKSLASH) {
        const mark = text.charAt(i + 1);
        if (mark === 'u') {
          const unit = hexUnit(text, i + 2);
          if (unit === undefined) return false;
          const isPair = isHigh(unit) && text.startsWith('\\u', i + 6) && isLow(hexUnit(text, i + 8) ?? 0);
          if (unit === 0 || (!isPair && (isHigh(unit) || isLow(unit)))) found.illFormed ??= path();
          i += isPair ? 12 : 6;
        } else if (mark !== '' && '"\\/bfnrt'.includes(mark)) i += 2;
        else return false;
      } else if (c >= 32) {
        if (c >= 0xd800 && c <= 0xdfff) {
          if (isHigh(c) && isLow(text.charCodeAt(i + 1))) i += 1;
          else found.illFormed ??= path();
        }
        i += 1;
      } else return false;
    }
  };
  /** Reads `"key":`; false with `i` at the character that is wrong. */
  const readKey = (level: Level): boolean => {
    skipSpace();
    if (text.charCodeAt(i) !== QUOTE) return false;
    const start = i;
    if (!skipString()) return false;
    const raw = text.slice(start + 1, i - 1);
    const key = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
    level.at = key;
    const keys = level.keys as Set<string>;
    if (keys.has(key)) found.duplicate ??= path();
    keys.add(key);
    if (keys.size > found.members) found.members = keys.size;
    if (forbiddenKeys.has(key)) found.forbidden ??= path();
    skipSpace();
    if (text.charCodeAt(i) !== COLON) return false;
    i += 1;
    return true;
  };

  for (;;) {
    skipSpace();
    const c = text.charCodeAt(i);
    const level = levels.at(-1);
    if (found.members > limits.members) return { ...found, crowded: path().slice(0, -1) };
    if (wanted) {
      found.values += 1;
      if (found.values > limits.values) return found;
      if (c === OPEN_OBJECT || c === OPEN_LIST) {
        found.depth = Math.max(found.depth, levels.length + 1);
        if (found.depth > limits.depth) return found;
        i += 1;
        skipSpace();
        const inner: Level = c === OPEN_OBJECT ? { keys: new Set(), at: '' } : { keys: undefined, at: 0 };
        if (text.charCodeAt(i) === (c === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_LIST)) {
          i += 1;
          wanted = false;
          continue;
        }
        levels.push(inner);
        if (inner.keys && !readKey(inner)) return { ...found, fault: i };
        continue;
      }
      if (c === QUOTE) {
        if (!skipString()) return { ...found, fault: Math.min(i, text.length) };
      } else {
        scalar.lastIndex = i;
        const [word] = scalar.exec(text) ?? [];
        if (word === undefined) return { ...found, fault: i };
        // Of the scalars only numbers begin with a sign or a digit.
        if (c < 58 && !Number.isFinite(Number(word))) found.infinite ??= path();
        i += word.length;
      }
      wanted = false;
    } else if (level === undefined) {
      return i < text.length ? { ...found, fault: i } : found;
    } else if (c === COMMA) {
      i += 1;
      if (level.keys === undefined) level.at = (level.at as number) + 1;
      else if (!readKey(level)) return { ...found, fault: i };
      wanted = true;
    } else if (c === (level.keys ? CLOSE_OBJECT : CLOSE_LIST)) {
      i += 1;
      levels.pop();
    } else return { ...found, fault: i };
  }
}

/** The code unit that four hexadecimal digits write. */
function hexUnit(text: string, at: number): number | undefined {
  const digits = text.slice(at, at + 4);
  return /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : undefined;
}

const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;
