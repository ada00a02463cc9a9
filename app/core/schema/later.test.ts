import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { later } from './later.ts';

/** A schema that says how often it was built. */
function counted<T extends z.ZodType>(build: () => T): { schema: T; times: () => number } {
  let times = 0;
  const schema = later(() => {
    times += 1;
    return build();
  });
  return { schema, times: () => times };
}

const point = () => z.strictObject({ x: z.number(), y: z.number().default(0) });

describe('a schema that is built later', () => {
  it('is not built by schemas that name it, nor by reading a value without it', () => {
    const { schema, times } = counted(point);
    const whole = z.strictObject({
      maybe: z.optional(schema),
      many: z.array(schema).default([]),
      named: z.record(z.string(), schema).default({}),
      either: z.union([z.string(), schema]).optional(),
    });
    expect(whole.parse({})).toEqual({ many: [], named: {} });
    expect(times()).toBe(0);
    expect(whole.parse({ maybe: { x: 1 }, many: [{ x: 2, y: 3 }] })).toEqual({
      maybe: { x: 1, y: 0 },
      many: [{ x: 2, y: 3 }],
      named: {},
    });
    expect(times()).toBe(1);
  });

  it('is built once and behaves like the schema itself', () => {
    const { schema, times } = counted(point);
    expect(schema.parse({ x: 1 })).toEqual({ x: 1, y: 0 });
    expect(schema.safeParse({ x: 'a' }).error?.issues).toEqual(point().safeParse({ x: 'a' }).error?.issues);
    expect(Object.keys(schema.shape)).toEqual(['x', 'y']);
    expect(schema.extend({ z: z.number() }).parse({ x: 1, z: 2 })).toEqual({ x: 1, y: 0, z: 2 });
    expect('shape' in schema).toBe(true);
    expect(times()).toBe(1);
  });

  it('lets no schema that names it watch its values for circles, which takes longer than the check', () => {
    const { schema, times } = counted(point);
    const whole = z.strictObject({ n: z.number(), many: z.array(schema) });
    for (let i = 0; i < 3; i += 1) whole.parse({ n: i, many: [] });
    expect(times()).toBe(0);
    expect(whole._zod.parse.name).not.toBe('wrapped');
    expect(whole.parse({ n: 1, many: [{ x: 1 }] }).many).toEqual([{ x: 1, y: 0 }]);
  });

  it('is still required where it is not made optional', () => {
    const { schema } = counted(point);
    const faults = z.strictObject({ at: schema }).safeParse({}).error?.issues;
    expect(faults).toMatchObject([{ path: ['at'], code: 'invalid_type' }]);
  });

  it('stands in a union by its discriminator', () => {
    const a = later(() => z.strictObject({ kind: z.literal('a'), n: z.number() }));
    const b = later(() => z.strictObject({ kind: z.literal('b') }));
    const either = z.discriminatedUnion('kind', [a, b]);
    expect(either.parse({ kind: 'a', n: 1 })).toEqual({ kind: 'a', n: 1 });
    expect(either.safeParse({ kind: 'c' }).error?.issues).toMatchObject([{ path: ['kind'] }]);
  });

  it('has the JSON Schema of the schema itself', () => {
    const { schema } = counted(point);
    const whole = (inner: z.ZodType) =>
      z.toJSONSchema(z.strictObject({ a: inner, b: z.array(inner) }), { io: 'input' });
    expect(z.toJSONSchema(schema)).toEqual(z.toJSONSchema(point()));
    const one = point();
    expect(whole(schema)).toEqual(whole(one));
  });

  it('refuses to be optional itself', () => {
    for (const build of [() => z.string().optional(), () => z.string().default('a')])
      expect(() => later<z.ZodType>(build).parse('a')).toThrow('cannot be optional');
  });
});
