import { describe, expect, it } from 'vitest';
import { expectCpuWithin } from '../../../test/kit/cpu-time.ts';
import type { Json, JsonObject } from '../graph/json.ts';
import { compileJsonSchema } from './json-schema.ts';

const issues = async (schema: JsonObject, value: Json) =>
  (await compileJsonSchema(schema))(value).map(({ path, message }) => `${path} ${message}`);

describe('compileJsonSchema', () => {
  it('keeps several patterns apart, also from those of the dialect itself', async () => {
    for (const dialect of [{}, { $schema: 'https://json-schema.org/draft/2020-12/schema' }]) {
      const schema = {
        ...dialect,
        properties: { a: { type: 'string', pattern: '^a+$' }, b: { type: 'string', pattern: '^b+$' } },
      };
      expect(await issues(schema, { a: 'aa', b: 'bb' })).toEqual([]);
      expect(await issues(schema, { a: 'bb', b: 'bb' })).toEqual(['/a must match pattern "^a+$"']);
      expect(await issues(schema, { a: 'aa', b: 'aa' })).toEqual(['/b must match pattern "^b+$"']);
    }
  });

  it('compiles one schema once, however often it is asked for, and a wrong one never', async () => {
    const once = await compileJsonSchema({ type: 'string', maxLength: 3 });
    expect(await compileJsonSchema({ maxLength: 3, type: 'string' })).toBe(once);
    expect(await compileJsonSchema({ maxLength: 4, type: 'string' })).not.toBe(once);
    for (const where of ['here', 'there'])
      await expect(compileJsonSchema({ type: 'strng' }, where)).rejects.toMatchObject({
        code: 'schema.invalid',
        where,
      });
  });

  it('tells every place that does not fit', async () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'integer' }, b: { enum: ['x', 'y'] } },
      required: ['c'],
      additionalProperties: false,
    };
    expect(await issues(schema, { a: 'no', b: 'z', d: 1 })).toEqual([
      "/ must have required property 'c'",
      '/ must NOT have additional properties (“d”)',
      '/a must be integer',
      '/b must be equal to one of the allowed values: ["x","y"]',
    ]);
    expect(await issues({ ...schema, required: ['a'] }, { a: 1, b: 'x' })).toEqual([]);
  });

  it('speaks draft 7, 2019-09 and 2020-12', async () => {
    const tuple = { prefixItems: [{ type: 'string' }, { type: 'number' }], items: false };
    expect(
      await issues({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...tuple }, ['a', 1, 2]),
    ).toHaveLength(1);
    expect(
      await issues(
        { $schema: 'https://json-schema.org/draft/2019-09/schema', dependentRequired: { a: ['b'] } },
        { a: 1 },
      ),
    ).toHaveLength(1);
    expect(
      await issues(
        { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'string' }], additionalItems: false },
        ['a', 1],
      ),
    ).toHaveLength(1);
  });

  it('checks formats', async () => {
    expect(await issues({ type: 'string', format: 'date' }, '2026-02-30')).toHaveLength(1);
    expect(await issues({ type: 'string', format: 'date' }, '2026-02-28')).toEqual([]);
  });

  it('bears long texts in every format', async () => {
    for (const format of [
      'url',
      'uri',
      'email',
      'hostname',
      'ipv6',
      'date-time',
      'uri-template',
      'duration',
      'json-pointer',
    ]) {
      await expectCpuWithin(3000, () => issues({ type: 'string', format }, `http://${'::'.repeat(30_000)}`), format);
    }
  });

  it('runs patterns in linear time', async () => {
    await expectCpuWithin(3000, async () => {
      expect(await issues({ type: 'string', pattern: '^(a+)+$' }, `${'a'.repeat(50_000)}!`)).toHaveLength(1);
    });
    expect(await issues({ patternProperties: { '^x': { type: 'number' } } }, { x1: 'a', y: 'a' })).toEqual([
      '/x1 must be number',
    ]);
  });

  it.each<[string, JsonObject]>([
    ['an unknown type', { type: 'text' }],
    ['an unknown keyword', { propertees: {} }],
    ['an unknown format', { type: 'string', format: 'colour' }],
    ['a reference to elsewhere', { $ref: 'https://example.org/schema.json' }],
    ['a pattern that is none', { type: 'string', pattern: '(' }],
    ['endless depth', JSON.parse(`${'{"not":'.repeat(70)}{}${'}'.repeat(70)}`)],
    ['too many characters', { description: 'x'.repeat(200_001) }],
  ])('refuses %s', async (_, schema) => {
    await expect(compileJsonSchema(schema, 'here')).rejects.toMatchObject({ code: 'schema.invalid', where: 'here' });
  });

  it('survives a schema that follows itself without end', async () => {
    const schema = { $ref: '#/definitions/a', definitions: { a: { allOf: [{ $ref: '#/definitions/a' }] } } };
    expect(await issues(schema, 1)).toEqual(['/ is nested too deeply to be checked']);
  });

  it('cannot be made to run code by the names in a schema', async () => {
    const names = [
      '"];globalThis.hacked=1;//',
      "']);globalThis.hacked=1;//",
      `\${globalThis.hacked=1}`,
      '\u2028globalThis.hacked=1',
    ];
    for (const name of names) {
      await issues({ properties: { [name]: { const: name } }, required: [name], enum: [name] }, { [name]: 1 });
    }
    expect('hacked' in globalThis).toBe(false);
  });
});
