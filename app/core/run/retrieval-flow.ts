import type { Chunk, Citation } from '../graph/values.ts';
import type { DropReason, ReportedChunk, RetrievalReport } from './retrieval-report.ts';
import type { StepView } from './run-view.ts';
import type { FeedPoint, StepFeeds } from './step-feeds.ts';
import { pointKey } from './step-feeds.ts';

export type RetrievalRole = RetrievalReport['role'];

/** The way of one query: the steps that searched, ranked and packed for it, and the one whose prompt they fed. */
export interface RetrievalFlow {
  /** Path of the step that ends it: names it. */
  id: string;
  /** Paths, each after those that fed it. */
  stages: string[];
  /** Stages that fed each stage, by its path. */
  fedBy: ReadonlyMap<string, readonly string[]>;
  /** The step whose model call got the chunks; none where no model was asked. */
  consumer?: string;
}

/**
 * The ways that chunks took through a run. A way ends at a step that asked a model: what that made of the chunks is
 * another text.
 *
 * @param roleOf what a node is to chunks, if it is one that searches, ranks or packs
 */
export function retrievalFlows(
  steps: readonly StepView[],
  feeds: StepFeeds,
  roleOf: (node: string) => RetrievalRole | undefined,
): RetrievalFlow[] {
  const byPath = new Map(steps.map((one) => [one.step, one]));
  const place = new Map(steps.map(({ step }, at) => [step, at]));
  const isStage = ({ node, state }: StepView) => roleOf(node) !== undefined && state !== 'skipped';
  const asks = (step: StepView) => !isStage(step) && step.calls.some(({ kind }) => kind === 'model.generate');
  const nearest = new Map<string, string[]>();

  function nearestStages(step: string): string[] {
    const known = nearest.get(step);
    if (known) return known;
    const found = new Set<string>();
    const seen = new Set<string>([step]);
    const queue: FeedPoint[] = [{ step }];
    for (const point of queue) {
      for (const feed of feeds.of(point)) {
        const key = pointKey(feed);
        if (!feed.delivered || seen.has(key)) continue;
        seen.add(key);
        const view = byPath.get(feed.step);
        if (feed.side === undefined && view && isStage(view)) found.add(feed.step);
        else if (feed.side !== undefined || (view && !asks(view))) queue.push(feed);
      }
    }
    const stages = inRunOrder(found);
    nearest.set(step, stages);
    return stages;
  }

  const inRunOrder = (found: Iterable<string>) => [...found].sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));

  function flowInto(id: string, ends: readonly string[], consumer?: string): RetrievalFlow {
    const fedBy = new Map<string, readonly string[]>();
    const queue = [...ends];
    for (const stage of queue) {
      if (fedBy.has(stage)) continue;
      fedBy.set(stage, nearestStages(stage));
      queue.push(...nearestStages(stage));
    }
    return { id, stages: inFlowOrder(fedBy), fedBy, ...(consumer !== undefined && { consumer }) };
  }

  const flows: RetrievalFlow[] = [];
  for (const step of steps) {
    if (!asks(step)) continue;
    const ends = nearestStages(step.step);
    if (ends.length > 0) flows.push(flowInto(step.step, ends, step.step));
  }
  const told = new Set(flows.flatMap(({ stages }) => stages));
  const lost = steps.filter((step) => isStage(step) && !told.has(step.step)).map(({ step }) => step);
  const fed = new Set(lost.flatMap(nearestStages));
  for (const step of lost) if (!fed.has(step)) flows.push(flowInto(step, [step]));
  return flows;

  /** Each stage after those that fed it; else by its path: which of two searches ends first is chance. */
  function inFlowOrder(fedBy: ReadonlyMap<string, readonly string[]>): string[] {
    const order: string[] = [];
    const done = new Set<string>();
    const visit = (stage: string) => {
      if (done.has(stage)) return;
      done.add(stage);
      for (const before of [...(fedBy.get(stage) ?? [])].sort()) visit(before);
      order.push(stage);
    };
    for (const stage of [...fedBy.keys()].sort()) visit(stage);
    return order;
  }
}

/** The way that a step belongs to, or whose chunks reached it; the first of all for none. */
export function flowOf(
  flows: readonly RetrievalFlow[],
  step: string | undefined,
  feeds: StepFeeds,
): RetrievalFlow | undefined {
  if (step === undefined) return flows[0];
  const isIn = (path: string) => flows.find(({ consumer, stages }) => consumer === path || stages.includes(path));
  const seen = new Set([step]);
  const queue: FeedPoint[] = [{ step }];
  for (const point of queue) {
    const flow = point.side === undefined ? isIn(point.step) : undefined;
    if (flow) return flow;
    for (const feed of feeds.of(point)) {
      if (!feed.delivered || seen.has(pointKey(feed))) continue;
      seen.add(pointKey(feed));
      queue.push(feed);
    }
  }
  return undefined;
}

/** What is known of one stage. */
export interface StageFacts {
  step: string;
  role: RetrievalRole;
  report?: RetrievalReport;
  /** What it handed on, best first; undefined where that may not show. */
  chunks?: readonly (Chunk & { marker?: string; tokens?: number })[];
}

/** What a stage did with a chunk. `unnoted`: it did not hand it on, and its report does not say why. */
export interface Seen extends Omit<ReportedChunk, 'id' | 'file' | 'start' | 'end' | 'line' | 'page' | 'dropped'> {
  stage: string;
  dropped?: DropReason | 'unnoted';
}

export interface RetrievedChunk {
  id: string;
  file?: string;
  title?: string;
  collection?: string;
  line?: number;
  page?: number;
  start?: number;
  end?: number;
  /** The beginning of its text, where that may show. */
  text?: string;
  /** By the stages that saw it, in their order. */
  seen: Seen[];
  /** Whether its text stands in what the model was asked. */
  inPrompt: 'whole' | 'part' | 'no' | 'unknown';
  marker?: string;
  cited: boolean;
}

/** What the model was asked and answered, as far as it may show. */
export interface ConsumerFacts {
  /** The texts of the request, each message. */
  asked?: readonly string[];
  citations?: readonly Citation[];
}

/** UTF-16 units of a chunk's text that a row shows. */
const SHOWN = 600;
/** Units by whose presence a prompt is known to hold a cut chunk. */
const PROBE = 60;

/** One row for each chunk that any stage saw, with its ranks on the way: what went furthest first, by its last rank. */
export function retrievedChunks(
  stages: readonly StageFacts[],
  fedBy: RetrievalFlow['fedBy'],
  consumer: ConsumerFacts | undefined,
): RetrievedChunk[] {
  const rows = new Map<string, RetrievedChunk>();
  const row = (id: string): RetrievedChunk => {
    let found = rows.get(id);
    if (!found) {
      found = { id, seen: [], inPrompt: 'unknown', cited: false };
      rows.set(id, found);
    }
    return found;
  };
  const handedOn = new Map(stages.map((stage) => [stage.step, idsHandedOn(stage)]));
  for (const stage of stages) {
    const told = new Map(stage.report?.chunks.map((chunk) => [chunk.id, chunk]));
    stage.chunks?.forEach((chunk, at) => {
      const { marker, tokens, score, scores } = chunk;
      const found = row(chunk.id);
      describe(found, chunk);
      const { before, after } = told.get(chunk.id) ?? {};
      found.seen.push({
        stage: stage.step,
        after: after ?? at + 1,
        ...(before !== undefined && { before }),
        ...(score !== undefined && { score }),
        ...(scores && { scores }),
        ...(tokens !== undefined && { tokens }),
      });
      if (marker !== undefined) found.marker = marker;
      told.delete(chunk.id);
    });
    for (const [id, chunk] of told) {
      const { id: _id, file: _file, start, end, line, page, ...seen } = chunk;
      const found = row(id);
      describe(found, chunk);
      found.seen.push({ stage: stage.step, ...seen });
    }
    if (stage.chunks === undefined && stage.report === undefined) continue;
    for (const before of fedBy.get(stage.step) ?? []) {
      for (const id of handedOn.get(before) ?? []) {
        const found = row(id);
        if (found.seen.at(-1)?.stage !== stage.step) found.seen.push({ stage: stage.step, dropped: 'unnoted' });
      }
    }
  }
  const depths = new Map<string, number>();
  for (const { step } of stages)
    depths.set(step, 1 + Math.max(0, ...(fedBy.get(step) ?? []).map((before) => depths.get(before) ?? 0)));
  const all = [...rows.values()];
  for (const one of all) judge(one, stages, consumer);
  return all.sort((a, b) => reached(b, depths) - reached(a, depths) || byRank(a, b) || (a.id < b.id ? -1 : 1));
}

/** Where a chunk is, as far as it is not known yet. */
function describe(row: RetrievedChunk, chunk: Partial<Chunk> & { file: string }): void {
  const { file, title, collection, line, page, start, end, text } = chunk;
  const known = { file, title, collection, line, page, start, end, text: text?.slice(0, SHOWN) };
  for (const [key, value] of Object.entries(known)) {
    const name = key as keyof typeof known;
    if (value !== undefined && row[name] === undefined) Object.assign(row, { [name]: value });
  }
}

function idsHandedOn({ chunks, report }: StageFacts): string[] {
  if (chunks) return chunks.map(({ id }) => id);
  return report?.chunks.flatMap(({ id, after }) => (after === undefined ? [] : [id])) ?? [];
}

/** Whether it stands in the prompt, and whether the answer cites it. */
function judge(row: RetrievedChunk, stages: readonly StageFacts[], consumer: ConsumerFacts | undefined): void {
  const text = stages.flatMap(({ chunks }) => chunks?.find(({ id }) => id === row.id)?.text ?? [])[0];
  if (consumer?.asked && text !== undefined) row.inPrompt = standsIn(text.trim(), consumer.asked);
  row.cited =
    consumer?.citations?.some(
      ({ chunkId, marker }) =>
        chunkId === row.id || (chunkId === undefined && row.marker !== undefined && marker === row.marker),
    ) ?? false;
}

function standsIn(text: string, asked: readonly string[]): 'whole' | 'part' | 'no' {
  if (asked.some((message) => message.includes(text))) return 'whole';
  const beginning = text.slice(0, PROBE);
  return asked.some((message) => message.includes(beginning)) ? 'part' : 'no';
}

/** How deep in the flow it came; a chunk that was handed on comes before one that was dropped there. */
function reached({ seen }: RetrievedChunk, depths: ReadonlyMap<string, number>): number {
  const last = seen.at(-1);
  return (depths.get(last?.stage ?? '') ?? 0) + (last?.after === undefined ? 0 : 0.5);
}

/** By the rank that the last stage gave, of those that it dropped by the score that it gave. */
function byRank({ seen: a }: RetrievedChunk, { seen: b }: RetrievedChunk): number {
  const [one, two] = [a.at(-1), b.at(-1)];
  const last = Number.MAX_SAFE_INTEGER;
  if (one?.after !== undefined || two?.after !== undefined) return (one?.after ?? last) - (two?.after ?? last);
  return (two?.score ?? 0) - (one?.score ?? 0) || (one?.before ?? last) - (two?.before ?? last);
}
