import type { Ajv, ErrorObject, Options } from 'ajv';
import { AppError } from '../errors/app-error.ts';
import { sha256Hex } from '../graph/hash.ts';
import { canonicalJson, type Json, type JsonObject, jsonTextDepth } from '../graph/json.ts';
import { boundedCache } from '../template/bounded-cache.ts';
import { compileRegex } from './regex.ts';

/** What does not fit, with its JSON pointer in the value: `/items/0/price`. */
export interface SchemaIssue {
  path: string;
  message: string;
}
export type SchemaTest = (value: Json) => SchemaIssue[];

const limits = { characters: 200_000, depth: 64, issues: 20 } as const;

/** Patterns of a schema run on RE2: linear time whatever the pattern. */
const regExp = Object.assign(
  (source: string) => {
    const { test } = compileRegex(source);
    // ajv keeps compiled patterns by this text: without it, every pattern would be the first one.
    return { test, toString: () => source };
  },
  { code: 'require("re2js")' },
);

const options: Options = {
  allErrors: true,
  strictSchema: true,
  strictNumbers: true,
  // Schemas written by people leave out `type` beside `properties`, which is harmless.
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  validateFormats: true,
  code: { regExp: regExp as never },
};

/** The dialect by `$schema`: 2020-12, 2019-09, else draft 7. */
async function dialect(schema: JsonObject): Promise<Ajv> {
  const name = typeof schema['$schema'] === 'string' ? schema['$schema'] : '';
  const { default: addFormats } = await import('ajv-formats');
  const ajv = name.includes('2020-12')
    ? new (await import('ajv/dist/2020.js')).Ajv2020(options)
    : name.includes('2019-09')
      ? new (await import('ajv/dist/2019.js')).Ajv2019(options)
      : new (await import('ajv')).Ajv(options);
  (addFormats as unknown as (ajv: Ajv) => void)(ajv as Ajv);
  // Not a format of the standard, and the library's pattern for it is quadratic: 2.4 s on 30,000 characters.
  const uri = ajv.formats['uri'];
  if (uri !== undefined) ajv.addFormat('url', uri);
  return ajv as Ajv;
}

function issue({ instancePath, keyword, message, params }: ErrorObject): SchemaIssue {
  const extra = keyword === 'additionalProperties' ? ` (“${String(params['additionalProperty'])}”)` : '';
  const allowed = keyword === 'enum' ? `: ${JSON.stringify(params['allowedValues'])}` : '';
  return { path: instancePath === '' ? '/' : instancePath, message: `${message ?? keyword}${extra}${allowed}` };
}

/** Compiled schemas by the hash of their text: a node in a map has the same one for each item, and compiling takes milliseconds. */
const compiled = boundedCache<{ test?: SchemaTest }>(200);

/**
 * Compiles a JSON Schema (ajv, strict: unknown keywords and formats are mistakes). References stay inside the schema:
 * nothing is ever fetched. The test gives at most 20 issues, none when the value fits.
 *
 * @throws AppError schema.invalid
 */
export async function compileJsonSchema(schema: JsonObject, where?: string): Promise<SchemaTest> {
  const refuse = (reason: string) =>
    new AppError('schema.invalid', {
      message: `The JSON Schema is not valid: ${reason}`,
      where,
      remedy: 'Correct the schema; unknown keywords, unknown formats and references to other files are not allowed.',
    });
  const text = canonicalJson(schema);
  if (text.length > limits.characters) throw refuse(`it has more than ${limits.characters} characters.`);
  if (jsonTextDepth(text, limits.depth) > limits.depth) throw refuse(`it is nested deeper than ${limits.depth}.`);
  const kept = compiled.get(sha256Hex(text), () => ({}));
  try {
    kept.test ??= schemaTest((await dialect(schema)).compile(schema));
  } catch (thrown) {
    throw refuse(thrown instanceof Error ? thrown.message : String(thrown));
  }
  return kept.test;
}

function schemaTest(validate: ReturnType<Ajv['compile']>): SchemaTest {
  return (value) => {
    try {
      return validate(value) ? [] : (validate.errors ?? []).slice(0, limits.issues).map(issue);
    } catch (thrown) {
      // A schema that refers to itself without end, on a value that follows it.
      if (thrown instanceof RangeError) return [{ path: '/', message: 'is nested too deeply to be checked' }];
      throw thrown;
    }
  };
}
