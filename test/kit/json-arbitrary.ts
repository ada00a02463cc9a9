import fc from 'fast-check';
import type { Json, JsonObject } from '../../app/core/graph/json.ts';

/** Any JSON value, also with keys that look like numbers, quotes, and every kind of character. */
export const jsonArbitrary: fc.Arbitrary<Json> = fc.jsonValue({
  maxDepth: 4,
  stringUnit: 'binary',
}) as fc.Arbitrary<Json>;

/** The same value with the keys of every object in another order. */
export function shuffledKeys(value: Json, random: () => number): Json {
  if (Array.isArray(value)) return value.map((one) => shuffledKeys(one, random));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member]): [string, Json] => [key, shuffledKeys(member, random)]);
  return Object.fromEntries(shuffled(entries, random)) as JsonObject;
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
