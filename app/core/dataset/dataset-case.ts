import * as z from 'zod';
import { canonicalJson, type Json, type JsonObject } from '../graph/json.ts';
import { expectations } from './expectations.ts';

/**
 * One line of a dataset. Members that are not listed are inputs of the workflow by name, null where one is not given; inputs
 * that are called as one of these members stand in `inputs`.
 */
export const DatasetCase = z
  .object({
    id: z.string().min(1).max(200),
    expect: z.enum(expectations).exactOptional(),
    /** Files that hold the answer: finding any one of them is a hit. */
    sources: z.array(z.string()).exactOptional(),
    /** The expected answer: a sentence or two, or a value. */
    reference: z.json().exactOptional(),
    /** What makes the case interesting. */
    why: z.string().exactOptional(),
    tags: z.array(z.string()).exactOptional(),
    /** The run that it was made of. */
    run: z.string().exactOptional(),
    inputs: z.record(z.string(), z.json()).exactOptional(),
  })
  .catchall(z.json());
export type DatasetCase = z.infer<typeof DatasetCase>;

const members: ReadonlySet<string> = new Set(Object.keys(DatasetCase.shape));

/** Inputs as the members of a case that hold them. */
export function caseInputs(inputs: JsonObject): JsonObject {
  const own = Object.entries(inputs).filter(([name]) => !members.has(name));
  const clashing = Object.entries(inputs).filter(([name]) => members.has(name));
  return { ...Object.fromEntries(own), ...(clashing.length > 0 && { inputs: Object.fromEntries(clashing) }) };
}

/** The inputs of a case, without those that are not given. */
export function inputsOf(one: DatasetCase): JsonObject {
  const all: [string, Json][] = [
    ...(Object.entries(one).filter(([name]) => !members.has(name)) as [string, Json][]),
    ...Object.entries(one.inputs ?? {}),
  ];
  return Object.fromEntries(all.filter(([, value]) => value !== null));
}

/** Two cases ask the same when they give the same inputs. */
export const sameQuestion = (a: DatasetCase, b: DatasetCase): boolean =>
  canonicalJson(inputsOf(a)) === canonicalJson(inputsOf(b));

/** A dataset as it is read: its cases with their lines, and the lines that are none. */
export interface ReadDataset {
  cases: { line: number; case: DatasetCase }[];
  faults: { line: number; message: string }[];
}

/** Reads JSON Lines; empty lines say nothing. Lines are counted from 1. */
export function readDataset(text: string): ReadDataset {
  const read: ReadDataset = { cases: [], faults: [] };
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n/)
    .forEach((line, i) => {
      if (line.trim() === '') return;
      let json: unknown;
      try {
        json = JSON.parse(line);
      } catch {
        read.faults.push({ line: i + 1, message: 'It is no JSON.' });
        return;
      }
      const { success, error } = DatasetCase.safeParse(json);
      // As it stands: a schema would put its members into another order.
      if (success) read.cases.push({ line: i + 1, case: json as DatasetCase });
      else {
        const [first] = error.issues;
        const where = first?.path.join('.') ?? '';
        read.faults.push({
          line: i + 1,
          message: `${where === '' ? '' : `“${where}”: `}${first?.message ?? 'no case'}`,
        });
      }
    });
  return read;
}

/** A case as a line, written as people write theirs: a space after each colon and comma. */
export function caseLine(one: DatasetCase): string {
  const spaced = (value: Json): string => {
    if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
    if (value === null || typeof value !== 'object') return JSON.stringify(value);
    return `{${Object.entries(value)
      .map(([name, member]) => `${JSON.stringify(name)}: ${spaced(member as Json)}`)
      .join(', ')}}`;
  };
  return spaced(one as Json);
}

/** The text with a case at the end, or in place of that in a line. */
export function withCase(text: string, one: DatasetCase, line?: number): string {
  if (line === undefined) {
    const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
    return `${before}${caseLine(one)}\n`;
  }
  const lines = text.split('\n');
  // The ending of a file that was written elsewhere stays what it is.
  const ending = lines[line - 1]?.endsWith('\r') ? '\r' : '';
  lines[line - 1] = `${caseLine(one)}${ending}`;
  return lines.join('\n');
}
