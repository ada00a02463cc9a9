import { AppError } from '../errors/app-error.ts';
import { isJsonObject, type Json } from '../graph/json.ts';

const limits = { characters: 2_000, segments: 64, visits: 1_000_000 } as const;

type Selector =
  | { kind: 'name'; name: string }
  | { kind: 'index'; index: number }
  | { kind: 'slice'; from: number | undefined; to: number | undefined; step: number }
  | { kind: 'all' };
interface Segment {
  selectors: Selector[];
  /** `..`: also everything below. */
  deep: boolean;
}

export interface JsonPath {
  readonly source: string;
  /** What it selects, in the order of the standard. Sees own members only. @throws AppError json_path.limit */
  select(value: Json): Json[];
}

/**
 * A path into JSON by RFC 9535 without its filters, which are expressions: `$.a.b`, `$['a b']`, `[0]`, `[-1]`,
 * `[1:3]`, `[*]`, `..name`. The leading `$` may be left out.
 *
 * @throws AppError json_path.syntax
 */
export function compileJsonPath(source: string): JsonPath {
  const segments = new Parser(source).segments();
  return {
    source,
    select(value) {
      let left = limits.visits;
      const visit = () => {
        left -= 1;
        if (left < 0) {
          throw new AppError('json_path.limit', {
            message: `The path looks at more than ${limits.visits} values.`,
            where: `path ${source}`,
            remedy: 'Name the members on the way instead of `..`.',
          });
        }
      };
      let found: Json[] = [value];
      for (const { selectors, deep } of segments) {
        const next: Json[] = [];
        for (const start of found)
          for (const node of deep ? withDescendants(start, visit) : [start])
            for (const selector of selectors) choose(node, selector, next, visit);
        found = next;
      }
      return found;
    },
  };
}

function choose(node: Json, selector: Selector, into: Json[], visit: () => void): void {
  visit();
  if (selector.kind === 'all') {
    for (const child of children(node)) {
      visit();
      into.push(child);
    }
  } else if (selector.kind === 'name') {
    if (isJsonObject(node) && Object.hasOwn(node, selector.name)) into.push(node[selector.name] as Json);
  } else if (Array.isArray(node)) {
    if (selector.kind === 'index') {
      const item = node.at(selector.index);
      if (item !== undefined) into.push(item);
    } else {
      for (const index of sliced(node.length, selector)) {
        visit();
        into.push(node[index] as Json);
      }
    }
  }
}

function children(node: Json): Json[] {
  if (Array.isArray(node)) return node;
  return isJsonObject(node) ? Object.values(node) : [];
}

/** The node and all below it, each before its children, without recursion. */
function withDescendants(start: Json, visit: () => void): Json[] {
  const all: Json[] = [];
  const stack = [start];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    visit();
    all.push(node);
    const below = children(node);
    for (let i = below.length - 1; i >= 0; i -= 1) stack.push(below[i] as Json);
  }
  return all;
}

/** Indices of a slice as RFC 9535, 2.3.4.2.2 has them. */
function* sliced(length: number, { from, to, step }: Extract<Selector, { kind: 'slice' }>): Generator<number> {
  if (step === 0) return;
  const at = (i: number) => (i >= 0 ? i : length + i);
  if (step > 0) {
    const end = Math.min(Math.max(at(to ?? length), 0), length);
    for (let i = Math.min(Math.max(at(from ?? 0), 0), length); i < end; i += step) yield i;
  } else {
    const end = Math.min(Math.max(to === undefined ? -1 : at(to), -1), length - 1);
    for (let i = Math.min(Math.max(at(from ?? length - 1), -1), length - 1); i > end; i += step) yield i;
  }
}

const shorthand = /[\p{L}_][\p{L}\p{N}_]*/uy;
const whole = /-?(0|[1-9][0-9]{0,14})/y;

class Parser {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
    if (text.length > limits.characters) throw this.fault(`it is longer than ${limits.characters} characters`);
  }

  segments(): Segment[] {
    const segments: Segment[] = [];
    if (!this.take('$') && this.text[0] !== '.' && this.text[0] !== '[') {
      segments.push({ deep: false, selectors: [this.member()] });
    }
    while (this.at < this.text.length) {
      if (segments.length >= limits.segments) throw this.fault(`it has more than ${limits.segments} parts`);
      const deep = this.take('..');
      if (this.take('[')) segments.push({ deep, selectors: this.bracket() });
      else if (deep || this.take('.')) segments.push({ deep, selectors: [this.member()] });
      else throw this.fault('a dot or a bracket is missing');
    }
    return segments;
  }

  private member(): Selector {
    if (this.take('*')) return { kind: 'all' };
    const name = this.match(shorthand);
    if (name === undefined) throw this.fault('the name of a member is missing');
    return { kind: 'name', name };
  }

  private bracket(): Selector[] {
    const selectors: Selector[] = [];
    do {
      this.spaces();
      selectors.push(this.selector());
      this.spaces();
    } while (this.take(','));
    if (!this.take(']')) throw this.fault('] is missing');
    return selectors;
  }

  private selector(): Selector {
    if (this.take('*')) return { kind: 'all' };
    const quote = this.text[this.at];
    if (quote === "'" || quote === '"') return { kind: 'name', name: this.quoted(quote) };
    const from = this.number();
    this.spaces();
    if (!this.take(':')) {
      if (from === undefined) throw this.fault('an index, a quoted name or * is missing');
      return { kind: 'index', index: from };
    }
    this.spaces();
    const to = this.number();
    this.spaces();
    let step = 1;
    if (this.take(':')) {
      this.spaces();
      step = this.number() ?? 1;
    }
    return { kind: 'slice', from, to, step };
  }

  private quoted(quote: string): string {
    let name = '';
    for (this.at += 1; this.at < this.text.length; this.at += 1) {
      const c = this.text[this.at] as string;
      if (c === quote) {
        this.at += 1;
        return name;
      }
      if (c === '\\') this.at += 1;
      name += this.text[this.at] ?? '';
    }
    throw this.fault('a quote is not closed');
  }

  private number(): number | undefined {
    const digits = this.match(whole);
    return digits === undefined ? undefined : Number(digits);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private take(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  private spaces(): void {
    while (this.take(' '));
  }

  private fault(why: string): AppError {
    return new AppError('json_path.syntax', {
      message: `The path is not valid: ${why} (character ${this.at + 1}).`,
      where: `path ${this.text.slice(0, 100)}`,
      remedy: 'Write it like $.orders[*].id; filters are not part of it: use a transform node for those.',
    });
  }
}
