import * as z from 'zod';
import { Time } from '../contracts/procedure.ts';
import { LinkedWorkflow } from '../contracts/run.ts';
import { ShownEvent } from '../contracts/run-signal.ts';
import { AppError } from '../errors/app-error.ts';
import { jsonHash } from '../graph/hash.ts';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../graph/json.ts';
import { parseForeignJson } from '../graph/parse-foreign-json.ts';
import type { Workflow } from '../graph/workflow.ts';
import { jsonPath, schemaFaults } from '../graph/workflow-issue.ts';
import { later } from '../schema/later.ts';
import { INLINE_LIMIT, type RunEvent, type ValueRef } from './events.ts';
import { runFileLimits as limits, RUN_FILE_KIND } from './looks-run-file.ts';
import { runView } from './run-view.ts';

/** Newest form of exported runs that this release reads. */
const RUN_FILE_FORMAT = 1;
export const MAX_RUN_FILE_BYTES = 64 * 1_048_576;
const MAX_EVENTS = 200_000;
/** The last time that a date can tell, epoch milliseconds. */
const LAST_TIME = 8_640_000_000_000_000;

const Ref = z.union([
  z.strictObject({ value: z.json() }),
  z.strictObject({ hash: z.string().max(200), bytes: z.int() }),
  z.strictObject({ withheld: z.enum(['capture', 'personal', 'purged', 'size']), bytes: z.int().exactOptional() }),
]);

/** The file of a run that was exported. It may come from anybody: what it says is data, and is only looked at. */
const RunFile = later(() =>
  z.strictObject({
    format: z.literal(RUN_FILE_FORMAT),
    kind: z.literal(RUN_FILE_KIND),
    version: z.string().max(40),
    exportedAt: Time,
    /** The row of the list; all of it but the id is made anew from the log. */
    run: z.looseObject({ runId: z.string().regex(/^run_[a-z0-9]{1,64}$/) }),
    snapshot: z.strictObject({
      workflow: LinkedWorkflow,
      prompts: z.record(z.string().max(1000), z.string().max(1_048_576)),
      profiles: z.record(z.string().max(1000), z.json()),
    }),
    events: z.array(ShownEvent).min(2).max(MAX_EVENTS),
    values: z.record(z.string().max(200), Ref),
  }),
);

/** A run as it is taken into a workspace: its log as a journal keeps it, and what it worked on. */
export interface ReadRunFile {
  /** What it was called where it ran. */
  runId: string;
  /** Release that wrote the file. */
  version: string;
  workflowName: string;
  snapshot: { workflow: Workflow; prompts: { [alias: string]: string }; profiles: { [name: string]: Json } };
  events: RunEvent[];
  /** Values that lie beside the log. */
  values: { digest: string; text: string; personal: boolean }[];
}

/**
 * Reads the text of an exported run: limits, JSON, form, and that its log can be one of a run that has ended. The log is
 * marked as imported, takes part in no cache, and names its values by digests of what is really in the file.
 *
 * @param file for messages
 * @throws AppError export.invalid, export.newer
 */
export function readRunFile(text: string, file = 'run'): ReadRunFile {
  const json = parsedText(text, file);
  const parsed = RunFile.safeParse(json);
  if (!parsed.success) {
    const [first] = schemaFaults(parsed.error, { schema: RunFile, value: json });
    throw invalid(first?.message ?? 'It has another form.', `${file} at ${jsonPath(first?.path ?? [])}`);
  }
  const { run, version, snapshot, events: given, values: kept } = parsed.data;
  checkOrder(given, file);
  const held = new Map<string, ReadRunFile['values'][number]>();

  /** A payload as a journal names it. What is not in the file is told as gone, whatever the reason was. */
  function refOf(shown: JsonObject): ValueRef {
    const inFile = 'digest' in shown ? ownMember(kept, String(shown['digest'])) : shown;
    if (inFile === undefined || !('value' in inFile)) return { digest: GONE, bytes: 0 };
    const json = inFile['value'] as Json;
    const body = canonicalJson(json);
    if (body.length <= INLINE_LIMIT) return { value: json };
    const digest = jsonHash(json);
    held.set(digest, { digest, text: body, personal: false });
    return { digest, bytes: body.length };
  }

  const snapshotHash = jsonHash(snapshot);
  const events = given.map((event) => {
    const { shared: _shared, ...rest } = event as typeof event & { shared?: unknown };
    const own = withRefs(rest as unknown as JsonObject, refOf) as unknown as RunEvent;
    if (own.type !== 'run.created') return own;
    return { ...own, snapshot: snapshotHash, origin: { parent: run.runId, kind: 'imported' as const } };
  });
  // A fold that trips over it now would trip over it at each look.
  try {
    runView(run.runId, events);
  } catch {
    throw invalid('Its events do not fit together.', `${file} at $.events`);
  }
  const [created] = events;
  return {
    ...{ runId: run.runId, version, events, values: [...held.values()] },
    workflowName: created?.type === 'run.created' ? created.workflowName : '',
    snapshot: snapshot as ReadRunFile['snapshot'],
  };
}

/** Names what is not there: a journal tells it as purged. */
const GONE = 'purged';

const ends: ReadonlySet<string> = new Set(['run.finished', 'run.failed', 'run.cancelled']);

/** That the log begins where a run begins, misses nothing, and ends where one ends. */
function checkOrder(events: readonly ShownEvent[], file: string): void {
  const last = events.length - 1;
  for (const [at, event] of events.entries()) {
    const where = `${file} at $.events[${at}]`;
    if (event.seq !== at + 1) throw invalid('An event is missing, or stands at another place.', where);
    if ((event.type === 'run.created') !== (at === 0)) throw invalid('A run begins once, with its first event.', where);
    if (ends.has(event.type) && at !== last) throw invalid('Something happens after its end.', where);
    for (const [name, value] of Object.entries(event))
      if (/^(at|startedAt|dueAt)$/.test(name) && !isTime(value)) throw invalid('This is no time.', `${where}.${name}`);
  }
  if (!ends.has(events[last]?.type ?? ''))
    throw invalid(
      'The run had not ended when it was exported: there is nothing to look back at.',
      `${file} at $.events`,
    );
}

const isTime = (value: unknown) => typeof value === 'number' && value >= 0 && value <= LAST_TIME;

/** Members of an event that hold payloads, and how many records of names lie over each. */
const payloads: ReadonlyMap<string, number> = new Map([
  ...['request', 'response', 'payload', 'sealed'].map((key): [string, number] => [key, 0]),
  ['inputs', 1],
  ['outputs', 1],
  ['edits', 3],
]);

function withRefs(event: JsonObject, refOf: (shown: JsonObject) => ValueRef): JsonObject {
  return Object.fromEntries(
    Object.entries(event).map(([key, value]) => {
      const depth = payloads.get(key);
      return [key, depth === undefined ? value : below(value, depth, refOf)];
    }),
  );
}

function below(value: Json, depth: number, refOf: (shown: JsonObject) => ValueRef): Json {
  if (!isJsonObject(value)) return value;
  if (depth === 0) return refOf(value) as unknown as Json;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, below(member, depth - 1, refOf)]));
}

function ownMember<T>(record: { [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function parsedText(text: string, file: string): JsonObject {
  if (text.length > MAX_RUN_FILE_BYTES) throw invalid('The file is larger than 64 MB.', file);
  const json = parseForeignJson(text, limits, file, invalid);
  if (!isJsonObject(json) || json['kind'] !== RUN_FILE_KIND) throw invalid('This is no exported run.', file);
  const { format, version } = json;
  if (typeof format === 'number' && format > RUN_FILE_FORMAT) {
    throw new AppError('export.newer', {
      message: `The file has form ${format}; this release reads forms up to ${RUN_FILE_FORMAT}.`,
      where: `${file} at $.format`,
      remedy: `Update Pipewright${typeof version === 'string' ? ` to ${version.slice(0, 40)} or later` : ''}.`,
    });
  }
  return json;
}

function invalid(message: string, where: string): AppError {
  return new AppError('export.invalid', {
    message,
    where,
    remedy: 'Export the run again; if you did not make the file, do not trust it.',
  });
}
