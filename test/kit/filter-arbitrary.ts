import fc from 'fast-check';
import type { Filter } from '../../app/core/capabilities/capabilities.ts';
import type { Chunk, Metadata, Scalar } from '../../app/core/graph/values.ts';

/** Texts that have broken somebody's query: quotes, patterns, comments, escapes, odd Unicode. */
const hostileTexts = [
  '',
  "'",
  "''",
  "' OR '1'='1",
  "x'; DROP TABLE docs; --",
  '"',
  '`',
  '\\',
  "\\'",
  '%',
  '_',
  '%_%',
  '50% off_now',
  '/* */',
  '--',
  ';',
  '{"a":1}',
  '$1',
  '?',
  ':name',
  '\u0000',
  'a\u0000b',
  '\n',
  '\t\r',
  'null',
  'NULL',
  'true',
  '1',
  '1e3',
  'NaN',
  'é',
  'e\u0301',
  'ß',
  'İ',
  '日本',
  '👩‍🚀',
  '\uffff',
  '\ue000',
  '\ud800',
  'a\udc00b',
  '\u202e',
] as const;

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...hostileTexts) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...hostileTexts), fc.constantFrom(...hostileTexts)).map(([a, b]) => a + b),
  },
);
const number = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 0.1, 1e300, -1e300, 5e-324, 2 ** 53, 2 ** 53 + 2, 1.5, 2 ** 63, -(2 ** 63), 2 ** 64),
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Fields of every kind; `mixed` holds all three types, and the names themselves are hostile. */
const hostileFields = {
  text: ["na'me", 'a b"c'],
  number: ['size', 'x;--'],
  boolean: ['ok'],
  mixed: ['mixed'],
} as const;
const textFields = [...hostileFields.text, ...hostileFields.mixed, 'file', 'title'] as const;
const numberFields = [...hostileFields.number, ...hostileFields.mixed, 'page'] as const;
const booleanFields = [...hostileFields.boolean, ...hostileFields.mixed] as const;

const orderOp = fc.constantFrom('lt', 'lte', 'gt', 'gte');
const equalOp = fc.constantFrom('eq', 'ne');

function conditions(values: readonly Scalar[]): fc.Arbitrary<Filter> {
  const known = (type: string) => values.filter((value) => typeof value === type);
  const texts = fc.oneof(text, fc.constantFrom('', ...(known('string') as string[])));
  const numbers = fc.oneof(number, fc.constantFrom(0, ...(known('number') as number[])));
  const pieces = texts.chain((whole) =>
    fc.tuple(fc.nat(whole.length), fc.nat(whole.length)).map(([a, b]) => whole.slice(Math.min(a, b), Math.max(a, b))),
  );
  const pair = (fields: readonly string[], value: fc.Arbitrary<Scalar>): fc.Arbitrary<Filter>[] => [
    fc.record({ field: fc.constantFrom(...fields), op: equalOp, value: fc.oneof(value, fc.constant(null)) }),
    fc.record({
      field: fc.constantFrom(...fields),
      op: fc.constant('in' as const),
      value: fc.array(fc.oneof(value, fc.constant(null)), { maxLength: 4 }),
    }),
  ];
  return fc.oneof(
    ...pair(textFields, texts),
    ...pair(numberFields, numbers),
    ...pair(booleanFields, fc.boolean()),
    fc.record({ field: fc.constantFrom(...textFields), op: orderOp, value: texts }),
    fc.record({ field: fc.constantFrom(...numberFields), op: orderOp, value: numbers }),
    fc.record({ field: fc.constantFrom(...textFields), op: fc.constantFrom('contains', 'startsWith'), value: pieces }),
    fc.record({
      field: fc.constantFrom(...textFields, ...numberFields, ...booleanFields),
      op: fc.constant('exists' as const),
      value: fc.boolean(),
    }),
  );
}

/** Filters of all forms up to four deep; half of their values stand in the table, so that many match. */
export function filterArbitrary(chunks: readonly Chunk[]): fc.Arbitrary<Filter> {
  const values = chunks.flatMap((chunk) => [
    ...Object.values(chunk.metadata),
    chunk.file,
    chunk.title ?? null,
    chunk.page ?? null,
  ]);
  const leaf = conditions(values);
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      leaf,
      fc.record({ and: fc.array(tie('filter'), { maxLength: 3 }) }),
      fc.record({ or: fc.array(tie('filter'), { maxLength: 3 }) }),
      fc.record({ not: tie('filter') }),
    ),
  })).filter;
}

/** A small table of hostile metadata, the same for the same seed. */
export function hostileChunks(count: number, seed: number): Chunk[] {
  const maybe = <T extends Scalar>(value: fc.Arbitrary<T>) =>
    fc.option(fc.option(value, { freq: 6 }), { nil: undefined, freq: 4 });
  const entries = [
    ...hostileFields.text.map((field) => ({ field, value: maybe<string>(text) })),
    ...hostileFields.number.map((field) => ({ field, value: maybe<number>(number) })),
    ...hostileFields.boolean.map((field) => ({ field, value: maybe<boolean>(fc.boolean()) })),
    ...hostileFields.mixed.map((field) => ({
      field,
      value: maybe<string | number | boolean>(fc.oneof(text, number, fc.boolean())),
    })),
  ];
  const row = fc.tuple(
    fc.tuple(...entries.map((entry) => entry.value)),
    text,
    fc.option(text),
    fc.option(fc.integer({ min: 1, max: 3 })),
  );
  return fc.sample(row, { numRuns: count, seed }).map(([cells, file, title, page], i) => {
    const metadata: Metadata = {};
    entries.forEach(({ field }, column) => {
      const value = cells[column];
      if (value !== undefined) metadata[field] = value;
    });
    const base = { id: `c${i}`, documentId: `d${i}`, file, text: `word${i}`, start: 0, end: 5, hash: `${i}`, metadata };
    return { ...base, ...(title !== null && { title }), ...(page !== null && { page }) };
  });
}
