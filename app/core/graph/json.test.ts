import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonArbitrary, shuffledKeys } from '../../../test/kit/json-arbitrary.ts';
import { jsonHash, sha256Hex } from './hash.ts';
import { canonicalFileText, canonicalJson, isJsonObject, type Json, jsonTextDepth } from './json.ts';

it('writes equal values as equal text, which reads back as the value', () => {
  fc.assert(
    fc.property(jsonArbitrary, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (value, stream) => {
      const text = canonicalJson(value);
      expect(canonicalJson(shuffledKeys(value, () => stream.next().value as number))).toBe(text);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      // -0 and 0 are one number in JSON.
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 500 },
  );
});

it('writes files that do not change when they are written again', () => {
  fc.assert(
    fc.property(jsonArbitrary, (value) => {
      const text = canonicalFileText(value);
      expect(canonicalFileText(JSON.parse(text))).toBe(text);
      expect(text.endsWith('\n') && !text.endsWith('\n\n')).toBe(true);
      expect(canonicalJson(JSON.parse(text))).toBe(canonicalJson(value));
    }),
    { numRuns: 300 },
  );
});

it('orders keys by code unit and leaves out what is undefined', () => {
  expect(canonicalJson({ b: 1, a: [undefined, { z: 1, Z: 2 }], c: undefined, '10': 0, '9': 0 })).toBe(
    '{"10":0,"9":0,"a":[null,{"Z":2,"z":1}],"b":1}',
  );
});

it('hashes like every other SHA-256 of UTF-8', () => {
  expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256Hex('ä€😀')).toBe('819fe77d1c7897c4c541e21c63d27154d46e12cc65074d8d9c874626a40a6074');
  expect(jsonHash({ a: 1, b: 2 })).toBe(jsonHash({ b: 2, a: 1 }));
  // Halves of surrogate pairs are escaped before they are encoded: no two of them share a hash.
  expect(jsonHash('\ud800')).not.toBe(jsonHash('\ud801'));
});

it('counts the depth of text as a parser would build it', () => {
  const depthOf = (value: Json): number =>
    typeof value !== 'object' || value === null ? 0 : 1 + Math.max(0, ...Object.values(value).map(depthOf));
  fc.assert(fc.property(jsonArbitrary, (value) => jsonTextDepth(JSON.stringify(value), 99) === depthOf(value)));
  expect(jsonTextDepth('["\\"[[[[", "]]]"]', 99)).toBe(1);
  expect(jsonTextDepth('['.repeat(1_000_000), 64)).toBe(65);
});

it('knows objects from lists and null', () => {
  expect([{}, [], null, 'x', 1].map(isJsonObject)).toEqual([true, false, false, false, false]);
});
