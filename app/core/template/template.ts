import { Context, defaultOperators, type Emitter, Liquid, type LiquidError, toValueSync } from 'liquidjs';
import { AppError } from '../errors/app-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import type { Json } from '../graph/json.ts';
import { boundedCache } from './bounded-cache.ts';
import { allowedFilters, allowedTags } from './template-words.ts';

const templateLimits = {
  /** Characters of a template. */
  source: 200_000,
  /** Characters of a rendered text. */
  output: 10_000_000,
  /** Characters and list items that filters, ranges and assignments may make while rendering. */
  memory: 50_000_000,
  /** Milliseconds for one rendering: only a guard against nested loops. */
  renderMs: 1000,
  /** Comparisons that one search of a text in another may need at worst. */
  search: 2_000_000_000,
} as const;

export interface Template {
  readonly source: string;
  /** Names that it reads from outside, in alphabetical order. */
  readonly variables: readonly string[];
  /**
   * The text for these variables. Values are data: nothing in them is ever read as a template. Lists and objects are
   * printed as JSON.
   *
   * @throws AppError template.missing_variable, template.limit, template.render
   */
  render(variables: { readonly [name: string]: Json | undefined }): string;
}

/** Filters that search their second text in the first: the engine's own search is quadratic at worst. */
const searching = ['remove', 'remove_first', 'remove_last', 'replace', 'replace_first', 'replace_last', 'split'];

function makeEngine(): Liquid {
  const liquid = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    // `{% if a.b %}` and `| default:` may ask for what is missing; printing it is an error.
    lenientIf: true,
    // No file is ever opened.
    templates: {},
    outputEscape: printable,
    operators: { ...defaultOperators, contains: boundedContains },
    locale: 'en-US',
    parseLimit: templateLimits.source,
    memoryLimit: templateLimits.memory,
    renderLimit: templateLimits.renderMs,
  });
  for (const name of Object.keys(liquid.filters)) if (!allowedFilters.has(name)) delete liquid.filters[name];
  for (const name of Object.keys(liquid.tags)) if (!allowedTags.has(name)) delete liquid.tags[name];
  for (const name of searching) {
    const filter = liquid.filters[name];
    if (typeof filter !== 'function') continue;
    liquid.registerFilter(name, function (this: unknown, text: unknown, needle: unknown, ...rest: unknown[]) {
      checkSearch(name, text, needle);
      return (filter as (...args: unknown[]) => unknown).call(this, text, needle, ...rest);
    });
  }
  return liquid;
}

function checkSearch(name: string, text: unknown, needle: unknown): void {
  if (typeof text !== 'string' || typeof needle !== 'string') return;
  if (text.length * needle.length <= templateLimits.search) return;
  throw new Error(`${name} on texts of ${text.length} and ${needle.length} characters: limit exceeded`);
}

const contains = defaultOperators['contains'] as BinaryOperator;
const boundedContains: BinaryOperator = (text, needle, context) => {
  checkSearch('contains', text, needle);
  return contains(text, needle, context);
};

function printable(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as string);
}

/** Collects the text and stops when there is too much of it. */
class BoundedEmitter implements Emitter {
  buffer = '';

  write(piece: unknown): void {
    this.buffer += piece === null || piece === undefined ? '' : String(piece);
    if (this.buffer.length > templateLimits.output) throw new Error('output limit exceeded');
  }
}

const engine = makeEngine();
type BinaryOperator = (left: unknown, right: unknown, context: Context) => boolean;

const compiled = boundedCache<Template>(500);

/**
 * Compiles a template in Liquid (https://liquidjs.com), strict: an unknown variable, property or filter is an error.
 * Rendering is pure: no files, no clock, no chance, and bounded work.
 *
 * @throws AppError template.syntax, template.limit, with line and column
 */
export function compileTemplate(source: string): Template {
  return compiled.get(source, () => compile(source));
}

function compile(source: string): Template {
  let parsed: ReturnType<Liquid['parse']>;
  let variables: string[];
  try {
    parsed = engine.parse(source);
    variables = engine.globalVariablesSync(parsed).sort();
  } catch (thrown) {
    throw explained(thrown, 'template.syntax');
  }
  return {
    source,
    variables,
    render(values) {
      const scope = Object.create(null) as { [name: string]: Json };
      for (const name of variables) {
        const value = Object.hasOwn(values, name) ? values[name] : undefined;
        if (value !== undefined) scope[name] = value;
      }
      try {
        const emitter = new BoundedEmitter();
        const context = new Context(scope, engine.options, { sync: true });
        toValueSync(engine.renderer.renderTemplates(parsed, context, emitter));
        return emitter.buffer;
      } catch (thrown) {
        throw explained(thrown, 'template.render');
      }
    },
  };
}

function explained(thrown: unknown, code: ErrorCode): AppError {
  const error = thrown as Partial<LiquidError> & { name?: string; originalError?: Error };
  const cause = thrown instanceof Error ? thrown : undefined;
  const message = ((error.originalError?.message ?? error.message) || 'The template failed.').replace(
    /, line:\d+, col:\d+$/,
    '',
  );
  const at = error.token?.getPosition() as [number, number] | undefined;
  const place = at && { where: `line ${at[0]}, column ${at[1]}`, data: { line: at[0], column: at[1] } };
  if (thrown instanceof RangeError || error.originalError instanceof RangeError || /limit exceeded/.test(message)) {
    return new AppError('template.limit', {
      message: `The template is too large or does too much work: ${message}.`,
      ...place,
      remedy: 'Shorten its loops, or prepare the data in an earlier node.',
      cause,
    });
  }
  if (error.name === 'UndefinedVariableError') {
    return new AppError('template.missing_variable', {
      message: `The template uses ${message.replace('undefined variable: ', '“')}”, which has no value.`,
      ...place,
      remedy: 'Wire a value, correct the name, or allow for its absence: {{ name | default: "" }}.',
      cause,
    });
  }
  return new AppError(code, {
    message: `The template is not valid: ${message}.`,
    ...place,
    remedy: 'Templates are in Liquid: see docs/templates.md.',
    cause,
  });
}
