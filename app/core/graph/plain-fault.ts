import type * as z from 'zod';
import { didYouMean } from '../errors/suggest.ts';
import { isJsonObject } from './json.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];
type Schema = z.core.$ZodType;
/** What is said of a schema inside it; the parts that the kinds used here have. */
type Def = {
  type: string;
  innerType?: Schema;
  shape?: { [key: string]: Schema };
  element?: Schema;
  valueType?: Schema;
  options?: readonly Schema[];
  out?: Schema;
  in?: Schema;
  getter?: () => Schema;
  values?: readonly unknown[];
};

/** What was read, and what it was to be: the names and values that a fault is told with. */
export interface Expectation {
  schema: Schema;
  value: unknown;
}

const defOf = (schema: Schema): Def => schema._zod.def as unknown as Def;

const typeNames: { [type: string]: string } = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/** Messages that were written for a schema are kept; these beginnings are those of the library. */
const ownWords = /^(Invalid |Too (big|small)|Unrecognized )/;
const MAX_MESSAGE = 400;
const MAX_SHOWN = 12;

/** One fault in plain words that begin with the name of the field: “`format` must be a number; it is text.” */
export function plainFault(issue: Issue, path: Path, about: Expectation): string {
  return (ownWords.test(issue.message) ? inWords(issue, path, about) : issue.message).slice(0, MAX_MESSAGE);
}

function inWords(issue: Issue, path: Path, about: Expectation): string {
  const name = nameOf(path);
  const value = valueAt(about.value, path);
  const missing = value === undefined;
  switch (issue.code) {
    case 'invalid_type':
      return missing ? `${name} is missing.` : must(name, `be ${typeName(issue.expected)}`, value);
    case 'invalid_value':
      return oneOf(name, issue.values, value);
    case 'too_small':
    case 'too_big':
      return outOfBounds(name, issue, value);
    case 'not_multiple_of':
      return must(name, `be a multiple of ${issue.divisor}`, value);
    case 'invalid_format':
      if (issue.format === 'url') return must(name, 'be an http or https address', value);
      return `${must(name, 'be written otherwise', value)}${issue.pattern === undefined ? '' : ` It must fit ${issue.pattern}.`}`;
    case 'invalid_key':
      return `“${String(path.at(-1)).slice(0, 80)}” is not allowed as a name${patternOf(issue.issues)}.`;
    case 'invalid_union':
      if (missing) return `${name} is missing.`;
      return notAnAlternative(name, issue, path, about, value);
    default:
      return `${name}: ${issue.message}`;
  }
}

function notAnAlternative(
  name: string,
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  about: Expectation,
  value: unknown,
): string {
  if (issue.discriminator !== undefined) {
    const values = schemasAt(about.schema, path.slice(0, -1)).flatMap((schema) =>
      literals(fieldsOf(schema)?.[String(path.at(-1))]),
    );
    return oneOf(name, values, value);
  }
  const faults = issue.errors.flat().filter(({ path: at }) => at.length === 0);
  const values = faults.flatMap((fault) => (fault.code === 'invalid_value' ? fault.values : []));
  const types = faults.flatMap((fault) => (fault.code === 'invalid_type' ? [typeName(fault.expected)] : []));
  if (values.length > 0 && types.length === 0) return oneOf(name, values, value);
  const allowed = [...new Set([...types, ...values.map(shown)])];
  return allowed.length === 0
    ? `${name} has none of the forms that are allowed here.`
    : must(name, `be ${alternatives(allowed)}`, value);
}

function outOfBounds(name: string, issue: Extract<Issue, { code: 'too_small' | 'too_big' }>, value: unknown): string {
  const least = issue.code === 'too_small';
  const bound = Number(least ? issue.minimum : issue.maximum);
  const word = `${least ? 'at least' : 'at most'} ${bound}`;
  if (issue.origin === 'string' || issue.origin === 'array') {
    const [one, many] = issue.origin === 'string' ? ['character', 'characters'] : ['entry', 'entries'];
    if (least && bound === 1) return `${name} must not be empty.`;
    const size = typeof value === 'string' || Array.isArray(value) ? `; it has ${value.length}` : '';
    return `${name} must have ${word} ${bound === 1 ? one : many}${size}.`;
  }
  const over = issue.inclusive === false ? `${least ? 'more' : 'less'} than ${bound}` : word;
  return must(name, `be ${over}`, value);
}

function oneOf(name: string, allowed: readonly unknown[], value: unknown): string {
  const distinct = [...new Set(allowed)];
  const list = alternatives(distinct.slice(0, MAX_SHOWN).map(shown)) + (distinct.length > MAX_SHOWN ? ' …' : '');
  if (value === undefined) return `${name} is missing: it must be ${list}.`;
  const texts = distinct.filter((one) => typeof one === 'string');
  return `${must(name, `be ${list}`, value)}${typeof value === 'string' ? didYouMean(value, texts) : ''}`;
}

const must = (name: string, what: string, value: unknown): string =>
  value === undefined ? `${name} must ${what}.` : `${name} must ${what}; it is ${described(value, what)}.`;

/** A value beside what it should have been: itself where it is short and of the right type, else what it is. */
function described(value: unknown, what: string): string {
  const type = typeName(value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const isTypeFault = Object.values(typeNames).some((name) => what === `be ${name}`);
  return typeof value === 'string' && !isTypeFault ? shown(value) : type;
}

function shown(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  return `“${value.length > 80 ? `${value.slice(0, 79)}…` : value}”`;
}

function alternatives(list: readonly string[]): string {
  return list.length < 2 ? list.join('') : `${list.slice(0, -1).join(', ')} or ${list.at(-1)}`;
}

const typeName = (type: string): string => typeNames[type] ?? type;

function patternOf(issues: readonly Issue[]): string {
  for (const issue of issues)
    if (issue.code === 'invalid_format' && issue.pattern !== undefined) return `: it must fit ${issue.pattern}`;
  return '';
}

/** The last field of a path with the places in its lists: `nodes[3]`. */
function nameOf(path: Path): string {
  let name = '';
  for (const key of path) name = typeof key === 'number' ? `${name}[${key}]` : key.slice(0, 80);
  return name === '' ? 'The value' : `\`${name}\``;
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const key of path) {
    if (Array.isArray(at)) at = at[Number(key)];
    else if (isJsonObject(at)) at = Object.hasOwn(at, key) ? at[key] : undefined;
    else return undefined;
  }
  return at;
}

/** The names that the schema knows for the members of the object at a path: those an unknown one may be meant for. */
export function knownFields(path: Path, { schema, value }: Expectation): string[] {
  const given = valueAt(value, path);
  const shapes = schemasAt(schema, path).flatMap((one) => {
    const shape = fieldsOf(one);
    return shape === undefined ? [] : [shape];
  });
  const fitting = shapes.filter((shape) => agrees(shape, given));
  return [...new Set((fitting.length > 0 ? fitting : shapes).flatMap((shape) => Object.keys(shape)))];
}

/** Whether the fields that tell alternatives apart have the values of this one. */
function agrees(shape: { [key: string]: Schema }, value: unknown): boolean {
  if (!isJsonObject(value)) return true;
  return Object.entries(shape).every(([key, schema]) => {
    const wanted = Object.hasOwn(value, key) ? literals(schema) : [];
    return wanted.length === 0 || wanted.includes(value[key]);
  });
}

const fieldsOf = (schema: Schema) => (defOf(schema).type === 'object' ? defOf(schema).shape : undefined);

function literals(schema: Schema | undefined): unknown[] {
  if (schema === undefined) return [];
  return bare(schema).flatMap((one) => (defOf(one).type === 'literal' ? [...(defOf(one).values ?? [])] : []));
}

/** A schema without its wrappings (optional, default and so on); of a union all its alternatives. */
function bare(schema: Schema, depth = 0): Schema[] {
  if (depth > 16) return [];
  const def = defOf(schema);
  if (def.options) return def.options.flatMap((one) => bare(one, depth + 1));
  const inner = def.type === 'lazy' ? def.getter?.() : def.type === 'pipe' ? def.in : def.innerType;
  return inner === undefined ? [schema] : bare(inner, depth + 1);
}

function schemasAt(schema: Schema, path: Path): Schema[] {
  let at = bare(schema);
  for (const key of path) {
    at = at.flatMap((one) => {
      const { type, shape, element, valueType } = defOf(one);
      const next = type === 'object' ? shape?.[String(key)] : type === 'array' ? element : valueType;
      return next === undefined ? [] : bare(next);
    });
  }
  return at;
}
