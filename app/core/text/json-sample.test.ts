import { expect, it } from 'vitest';
import { jsonSample } from './json-sample.ts';
import { compileJsonSchema } from './json-schema.ts';

const person = { type: 'object', properties: { name: { type: 'string', minLength: 20 } }, required: ['name'] };
const schemas = [
  person,
  { type: 'array', items: { $ref: '#/$defs/person' }, minItems: 3, $defs: { person } },
  { enum: ['bug', 'question'] },
  { type: ['integer', 'null'], minimum: 3.5 },
  { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
  { type: 'string', maxLength: 3 },
  { properties: { kind: { const: 'x' }, score: { type: 'number' } }, required: ['kind', 'score'] },
];

it.each(schemas)('makes a value that fits %j', async (schema) => {
  const test = await compileJsonSchema(schema as never);
  expect(test(jsonSample(schema as never))).toEqual([]);
});

it('ends with a schema that goes round in circles', () => {
  const round = { type: 'object', properties: { next: { $ref: '#' } } };
  expect(JSON.stringify(jsonSample(round)).length).toBeLessThan(500);
  expect(jsonSample({ $ref: 'https://example.org/schema' })).toBeNull();
});
