import * as z from 'zod';
import { ShownError } from '../contracts/run-signal.ts';
import type { Json } from '../graph/json.ts';
import { Decision } from '../graph/values.ts';
import type { StepEdits } from './events.ts';
import type { Tape } from './tape.ts';

/** Newest form of cassettes that this release reads, and the only one that it writes. */
export const CASSETTE_FORMAT = 1;
/** What cassettes are called: `tests/answered.cassette.json`. */
export const CASSETTE_PATTERN = 'tests/**/*.cassette.json';
export const CASSETTE_ENDING = '.cassette.json';
export const MAX_CASSETTE_BYTES = 32 * 1_048_576;

const StepPath = z.string().min(1).max(1000);
const Name = z.string().min(1).max(200);
const Values = z.record(z.string().max(200), z.json());
const Count = z.int().min(0);

const Call = z
  .strictObject({
    step: StepPath,
    /** Number of the call within its step. */
    call: Count,
    /** Capability and method: `model.generate`. */
    kind: Name,
    /** SHA-256 of the request's canonical JSON, by which the answer is found. */
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    /** What was asked, for people and for showing a difference; secrets are not in it. */
    request: z.json(),
    response: z.json().exactOptional(),
    error: ShownError.exactOptional(),
  })
  .refine(({ response, error }) => (response === undefined) !== (error === undefined), {
    error: 'A call has either a response or an error.',
  });

const PortRefs = z.record(z.string().max(200), z.strictObject({ value: z.json() }));

/** How a step ended; `gives` is a short hash of its outputs, which only helps to find where a difference began. */
const ExpectedStep = z.strictObject({
  state: z.enum([
    'succeeded',
    'failed',
    'skipped',
    'waiting',
    'cancelled',
    'needs-decision',
    'paused',
    'running',
    'retrying',
  ]),
  gives: z.string().max(64).exactOptional(),
  /** How the run went on after a failure of the step. */
  handled: z.enum(['default', 'port']).exactOptional(),
});

/**
 * A cassette: all that one run got from outside and what came of it, so that the workflow as it is now can be tried
 * against it offline. Made to be committed.
 */
export const Cassette = z.strictObject({
  $schema: z.string().max(300).exactOptional(),
  format: z.literal(CASSETTE_FORMAT),
  workflow: z.strictObject({
    id: Name,
    name: Name,
    /** Path in the workspace when it was recorded; the id leads to the file where it has moved. */
    file: z.string().min(1).max(300),
    /** Content hash of the workflow that the expectations are about. */
    hash: z.string().max(64),
  }),
  /** Whoever recorded it says that everything in it is made up: nothing personal was taken out. */
  invented: z.literal(true).exactOptional(),
  inputs: Values,
  /** Values that stood in place of computed ones, by step and port. */
  edits: z
    .record(StepPath, z.strictObject({ inputs: PortRefs.exactOptional(), outputs: PortRefs.exactOptional() }))
    .exactOptional(),
  /** Only these nodes and what they need were run. */
  targets: z.array(Name).max(1000).exactOptional(),
  calls: z.array(Call).max(100_000),
  values: z
    .array(z.strictObject({ step: StepPath, call: Count, kind: z.enum(['clock', 'random', 'ids']), value: z.json() }))
    .max(100_000),
  races: z.record(StepPath, Name),
  waits: z
    .array(
      z.strictObject({
        step: StepPath,
        kind: Name,
        payload: z.json(),
        /** What a person decided; null when nobody did in time; absent while the run waits. */
        decision: Decision.nullable().exactOptional(),
      }),
    )
    .max(10_000),
  /** Which models answered, by profile: a note for whoever changes a profile. */
  models: z.record(Name, z.string().max(400)),
  expected: z.strictObject({
    status: z.enum(['succeeded', 'failed', 'waiting']),
    outputs: Values,
    error: z.strictObject({ code: z.string().max(100), step: StepPath.exactOptional() }).exactOptional(),
    steps: z.record(StepPath, ExpectedStep),
  }),
});
export type Cassette = z.infer<typeof Cassette>;
export type Expected = Cassette['expected'];

/** The tape in a cassette. */
export function tapeOf({ calls, values, races, waits }: Cassette): Tape {
  return {
    calls: calls.map(({ step, call, kind, digest, request, response, error }) => ({
      step,
      call,
      kind,
      digest,
      request,
      outcome: error === undefined ? { response: response as Json } : { error },
    })),
    values,
    races,
    waits,
  };
}

export function editsOf({ edits }: Cassette): StepEdits | undefined {
  return edits;
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The text of a cassette file: sorted keys, calls in the order of steps, so that the same run gives the same file and a
 * change shows as a small difference. Lists of numbers (vectors) stand on one line.
 */
export function cassetteText(cassette: Cassette): string {
  const inOrder = <T extends { step: string; call: number }>(items: readonly T[]) =>
    [...items].sort((a, b) => byText(a.step, b.step) || a.call - b.call);
  const { calls, values, ...rest } = cassette;
  return `${written({ ...rest, calls: inOrder(calls), values: inOrder(values) } as unknown as Json, '')}\n`;
}

function written(value: Json, indent: string): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    if (value.every((item) => typeof item === 'number')) return JSON.stringify(value);
    return `[\n${value.map((item) => deeper + written(item, deeper)).join(',\n')}\n${indent}]`;
  }
  const names = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort(byText);
  if (names.length === 0) return '{}';
  const members = names.map((name) => `${deeper}${JSON.stringify(name)}: ${written(value[name] as Json, deeper)}`);
  return `{\n${members.join(',\n')}\n${indent}}`;
}
