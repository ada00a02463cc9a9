import { isAppError } from '../../core/errors/app-error.ts';
import type { Json, JsonObject } from '../../core/graph/json.ts';
import type { Capture, RunEvent } from '../../core/run/events.ts';
import type { RunListItem } from '../../core/run/run-list.ts';
import { type Showing, shownEvent, showsStep } from '../../core/run/shown-event.ts';
import { redactJson, type ShownValue, shownValue } from '../../core/run/shown-value.ts';
import { type ReadRun, type RunReaderPorts, readRun, showingOf } from './read-run.ts';

/** A run as one document: made to be sent to somebody, so without secrets and without what looks personal. */
export interface ExportedRun {
  format: 1;
  kind: 'pipewright-run';
  /** Release that wrote it. */
  version: string;
  /** Epoch milliseconds. */
  exportedAt: number;
  run: Omit<RunListItem, 'owner'>;
  /** What it worked on: workflow and prompts as they were pinned. Profiles by what they ask, without addresses. */
  snapshot: { workflow: JsonObject; prompts: JsonObject; profiles: JsonObject };
  /** The whole log, payloads in it under the setting `redacted` or a stricter one. */
  events: RunEvent[];
  /** Values that the log names, by digest. */
  values: { [digest: string]: ShownValue | { withheld: 'size'; bytes: number } };
}

/** A value of more characters than this stays out, and so does what comes after so many in all. */
const MAX_VALUE = 1_000_000;
const MAX_VALUES = 24_000_000;

/** Settings from what shows most to what shows least. */
const strictness: readonly Capture[] = ['full', 'redacted', 'hashed', 'off'];
const atLeastRedacted = (capture: Capture): Capture =>
  strictness[Math.max(strictness.indexOf(capture), strictness.indexOf('redacted'))] ?? 'off';

export interface ExportRunPorts extends RunReaderPorts {
  version: string;
  /** Epoch milliseconds. */
  now: () => number;
}

/** @throws AppError run.not_found */
export async function exportRun(ports: ExportRunPorts, runId: string): Promise<ExportedRun> {
  const read = await readRun(ports, runId);
  const showing = await showingOf(ports, atLeastRedacted(read.view.capture), read.snapshot);
  const { owner: _, ...summary } = read.summary;
  const { workflow, prompts, profiles } = read.snapshot;
  const clean = <T>(value: T) => redactJson(value as unknown as Json, showing.redactText) as unknown as JsonObject;
  return {
    format: 1,
    kind: 'pipewright-run',
    version: ports.version,
    exportedAt: ports.now(),
    run: clean(summary) as unknown as Omit<RunListItem, 'owner'>,
    snapshot: { workflow: clean(workflow), prompts: clean(prompts), profiles: clean(asked(profiles)) },
    events: read.events.map((event) => shownEvent(event, showing)),
    values: await shownValues(ports, read, showing),
  };
}

/** Which model a profile asks; never where, and never what its secret is called. */
function asked(profiles: { [name: string]: unknown }): JsonObject {
  return Object.fromEntries(
    Object.entries(profiles).map(([name, profile]) => {
      const { use = null, provider = null, model = null } = (profile ?? {}) as { [field: string]: Json };
      return [name, { use, provider, model }];
    }),
  );
}

async function shownValues(
  { journal }: Pick<RunReaderPorts, 'journal'>,
  { runId, events }: ReadRun,
  showing: Showing,
): Promise<ExportedRun['values']> {
  const { capture, redactText } = showing;
  const personal = new Set<string>();
  const sizes = new Map<string, number>();
  for (const event of events) {
    const isPersonal = 'step' in event && event.step !== undefined && showsStep(event.step, showing) === 'personal';
    for (const { digest, bytes } of refsIn(event as unknown as Json)) {
      sizes.set(digest, bytes);
      if (isPersonal) personal.add(digest);
    }
  }
  const values: ExportedRun['values'] = {};
  let total = 0;
  for (const [digest, bytes] of sizes) {
    // What a personal step got or gave is personal wherever the log names it again.
    if (personal.has(digest)) values[digest] = { withheld: 'personal' };
    else if (capture === 'off') values[digest] = { withheld: 'capture' };
    else if (capture === 'hashed') values[digest] = { hash: digest, bytes };
    else if (bytes > MAX_VALUE || total + bytes > MAX_VALUES) values[digest] = { withheld: 'size', bytes };
    else {
      total += bytes;
      values[digest] = await readable(
        () => journal.value(digest, runId),
        (value) => shownValue(value, capture, redactText),
      );
    }
  }
  return values;
}

async function readable(read: () => Promise<Json>, show: (value: Json) => ShownValue): Promise<ShownValue> {
  try {
    return show(await read());
  } catch (thrown) {
    if (isAppError(thrown) && thrown.code === 'run.not_replayable') return { withheld: 'purged' };
    throw thrown;
  }
}

/** Every reference to a value beside the log. */
function refsIn(value: Json): { digest: string; bytes: number }[] {
  if (Array.isArray(value)) return value.flatMap(refsIn);
  if (typeof value !== 'object' || value === null) return [];
  const { digest, bytes } = value;
  if (typeof digest === 'string' && typeof bytes === 'number' && Object.keys(value).length === 2)
    return [{ digest, bytes }];
  return Object.values(value).flatMap(refsIn);
}
