import * as z from 'zod';
import { dropReasons, ReportedChunk, RetrievalReport } from '../run/retrieval-report.ts';
import { runFlagNames } from '../run/run-flags.ts';
import { procedure, Reference, StepPath, Time } from './procedure.ts';
import { ShownPorts } from './run-signal.ts';
import { StepState } from './trace.ts';

/** A container stands twice in a chain: its start hands each turn its values. */
const Point = z.strictObject({ step: StepPath, side: z.literal('start').exactOptional() });

const Difference = z.strictObject({
  what: z.enum(['state', 'outputs', 'inputs', 'config', 'prompt', 'profile', 'source', 'edit', 'engine', 'work']),
  names: z.array(z.string()),
});

const Comparison = z.discriminatedUnion('verdict', [
  z.strictObject({ verdict: z.literal('same') }),
  z.strictObject({ verdict: z.literal('differs'), differences: z.array(Difference) }),
  z.strictObject({ verdict: z.literal('only-here') }),
  z.strictObject({ verdict: z.literal('not-comparable'), because: z.enum(['no-run', 'not-ended']) }),
]);

const Link = Point.extend({
  node: z.string(),
  kind: z.enum([
    'error',
    'decision',
    'verdict',
    'confidence',
    'model',
    'prompt',
    'chunks',
    'input',
    'edit',
    'choice',
    'skipped',
    'value',
  ]),
  state: StepState,
  /** Hops back from the start, along the shortest way. */
  distance: z.int(),
  /** What it handed to links nearer to the start. */
  fed: z.array(Point.extend({ port: z.string(), to: z.string(), delivered: z.boolean() })),
  compared: Comparison,
  /** It differs by itself, not only by what it was fed. */
  isOrigin: z.boolean(),
  reason: z.string(),
  /** What is otherwise than in the good run, in words. */
  differences: z.array(z.string()),
  outputs: ShownPorts,
});

const RunFlag = z.strictObject({
  step: StepPath,
  flag: z.enum(runFlagNames),
  said: z.string().exactOptional(),
});

/** Why an output of a run is as it is: back along what fed it, beside the last run that went well. */
export const Why = z.strictObject({
  runId: z.string(),
  workflowName: z.string(),
  status: z.enum(['running', 'waiting', 'succeeded', 'failed', 'cancelled']),
  start: StepPath,
  flag: RunFlag.exactOptional(),
  /** Everything that is flagged in the run, the most telling first. */
  flags: z.array(RunFlag),
  good: z
    .strictObject({ runId: z.string(), createdAt: Time, sameInputs: z.boolean(), sameWorkflow: z.boolean() })
    .exactOptional(),
  /** Runs that were looked at for one that went well. */
  looked: z.int(),
  /** The start first, each link before those that fed it. */
  links: z.array(Link),
  origins: z.array(Point),
  /** Turns of containers that are left out. */
  untold: z.int(),
});
export type Why = z.infer<typeof Why>;

const { id, file, start, end, line, page, dropped: _dropped, ...seen } = ReportedChunk.shape;

const RetrievedChunk = z.strictObject({
  id,
  file: file.exactOptional(),
  title: z.string().exactOptional(),
  collection: z.string().exactOptional(),
  line,
  page,
  start,
  end,
  /** The beginning of its text. */
  text: z.string().exactOptional(),
  /** What each stage did with it, in their order. `unnoted`: not handed on, and nobody noted why. */
  seen: z.array(
    z.strictObject({ ...seen, stage: StepPath, dropped: z.enum([...dropReasons, 'unnoted']).exactOptional() }),
  ),
  inPrompt: z.enum(['whole', 'part', 'no', 'unknown']),
  marker: z.string().exactOptional(),
  cited: z.boolean(),
});

/** How one query's chunks were found, ranked, packed and used. */
export const Retrieval = z.strictObject({
  runId: z.string(),
  /** The ways of chunks through the run, each by the step that ends it. */
  flows: z.array(
    z.strictObject({ id: StepPath, consumer: StepPath.exactOptional(), query: z.string().exactOptional() }),
  ),
  flow: z
    .strictObject({
      id: StepPath,
      stages: z.array(
        z.strictObject({
          step: StepPath,
          node: z.string(),
          role: RetrievalReport.shape.role,
          state: StepState,
          report: RetrievalReport.omit({ chunks: true }).exactOptional(),
          /** Chunks that it handed on. */
          kept: z.int().exactOptional(),
        }),
      ),
      chunks: z.array(RetrievedChunk),
      untold: z.int(),
      consumer: z
        .strictObject({
          step: StepPath,
          node: z.string(),
          isPromptKnown: z.boolean(),
          abstained: z.boolean().exactOptional(),
          citations: z.int().exactOptional(),
        })
        .exactOptional(),
    })
    .exactOptional(),
});
export type Retrieval = z.infer<typeof Retrieval>;

export const insightContract = {
  /** `step`: by default what ended the run, the most telling flag, or else its last output. */
  why: procedure
    .input(z.strictObject({ run: Reference, step: StepPath.exactOptional(), good: Reference.exactOptional() }))
    .output(Why),
  /** `step`: any step on the way of a query or after it; by default the first way is told. */
  retrieval: procedure.input(z.strictObject({ run: Reference, step: StepPath.exactOptional() })).output(Retrieval),
};
