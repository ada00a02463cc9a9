import * as z from 'zod';

const leaf = z.never();

/**
 * A schema that is built when it is first used, for use like any other. Building one costs more than a short run may
 * take: there are over two thousand in all, of which a workflow of five nodes uses a tenth.
 *
 * Within another schema it stands as `z.lazy`, so that naming it there builds nothing: `z.optional(schema)`,
 * `z.array(schema)`, `z.record(key, schema)`. Its own members do: `schema.parse`, `schema.shape`, `schema.optional()`.
 * It may not hold itself, and not take or give undefined, for whoever holds it must know before it is built.
 *
 * @param build called once, by whatever first reads anything of the schema
 * @throws Error at the first use when the schema takes or gives undefined
 */
export function later<T extends z.ZodType>(build: () => T): T {
  let built: T | undefined;
  const schema = (): T => {
    if (built) return built;
    built = build();
    if (built._zod.optin !== undefined || built._zod.optout !== undefined)
      throw new Error('A schema that is built later cannot be optional: make it optional where it is used.');
    return built;
  };
  let inside: T['_zod'] | undefined;
  const internals = (): T['_zod'] => {
    if (inside) return inside;
    inside = z.lazy(schema)._zod as unknown as T['_zod'];
    // z.lazy would build the schema to tell whether it may be left out.
    for (const name of ['optin', 'optout']) Object.defineProperty(inside, name, { value: undefined });
    // It would be searched for circles, and all values watched for them where something in it is never built: none here
    // holds itself.
    Object.defineProperty(inside, 'innerType', { get: schema });
    Object.assign(inside.def, { _cachedInner: leaf });
    // And it would look for itself where what stands in its place is known.
    inside.processJSONSchema = (about, _json, at) => {
      z.core.processSchema(schema(), about, at);
      const seen = about.seen.get(standIn);
      if (seen) seen.ref = schema();
    };
    return inside;
  };
  const standIn = new Proxy({} as T, {
    // The schema itself receives: its members keep what they find out on it, not here.
    get: (_, name) => (name === '_zod' ? internals() : Reflect.get(schema(), name)),
    has: (_, name) => Reflect.has(schema(), name),
  });
  return standIn;
}
