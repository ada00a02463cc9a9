import { AppError } from '../../core/errors/app-error.ts';
import { contentHash } from '../../core/graph/content-hash.ts';
import type { Json } from '../../core/graph/json.ts';
import { withoutBytes } from '../../core/media/shown-media.ts';
import { CASSETTE_ENDING, type Cassette, cassetteText, MAX_CASSETTE_BYTES } from '../../core/run/cassette.ts';
import type { PortRefs, RunEvent, StepEdits, ValueRef } from '../../core/run/events.ts';
import { runView } from '../../core/run/run-view.ts';
import { nodeOf } from '../../core/run/step-path.ts';
import type { Tape } from '../../core/run/tape.ts';
import type { RunSnapshot } from '../../engine/engine-ports.ts';
import type { Journal } from '../../engine/journal.ts';
import { rehearse } from '../../engine/rehearsal.ts';
import { workflowName } from '../workflow/find-workflow.ts';
import { type CassetteDifference, differences, expectedOf, sameWay } from './compare.ts';
import {
  type CassettePorts,
  modelsOf,
  personalNodes,
  playedParts,
  rehearseCassette,
  type Shown,
  showing,
} from './play-cassettes.ts';
import { tapeOfRun } from './tape-of-run.ts';

export interface RecordRequest {
  runId: string;
  /** Path of the cassette; by default `tests/NAME.cassette.json` after the workflow. */
  file?: string;
  /** The user says that all data of the run is made up: then personal data stays in. */
  invented?: boolean;
  /** Replace a cassette that is there. */
  replace?: boolean;
}

export interface RecordReport {
  file: string;
  runId: string;
  workflow: { id: string; name: string };
  status: Cassette['expected']['status'];
  steps: number;
  calls: number;
  bytes: number;
}

export interface RecordPorts extends CassettePorts {
  journal: Pick<Journal, 'events' | 'value' | 'snapshot'>;
  /** Joins a path to the workspace's folder. */
  inWorkspace: (path: string) => string;
}

/** By whom a decision was made is no business of a test. */
const SOMEBODY = 'reviewer';
/** Shorter texts of a personal payload stand everywhere by chance. */
const TELLING = 8;

/**
 * Makes a cassette of a run that has ended, or that waits for a person: takes what the run got from outside from its
 * log, takes out of it what must not be committed, and works the run again on what is left. What comes of that is what the cassette
 * expects; when it is not what the run did, there is no cassette.
 *
 * @throws AppError cassette.not_recordable, cassette.personal, cassette.exists, run.not_replayable, storage.*
 */
export async function recordCassette(ports: RecordPorts, request: RecordRequest): Promise<RecordReport> {
  const { runId, invented = false } = request;
  const events = await ports.journal.events(runId);
  const created = events[0];
  if (created?.type !== 'run.created') throw notRecordable('Its log is empty.', runId, 'Start a new run.');
  const snapshot = JSON.parse(await ports.journal.snapshot(created.snapshot)) as RunSnapshot;
  const { workflow } = snapshot;
  const workflowFile = await ports.workflows.fileOf(workflow.id);
  if (workflowFile === undefined)
    throw notRecordable(
      `The workflow “${workflow.name}” lies outside the workspace.`,
      runId,
      'Put it into the folder workflows: a cassette is tried against the file there.',
    );
  const file = request.file ?? ports.inWorkspace(`tests/${workflowName(workflowFile)}${CASSETTE_ENDING}`);
  await assertFree(ports, file, request.replace ?? false);

  const personal = personalNodes(snapshot);
  const shown = await showing(ports, invented);
  const { inputs, edits } = await givenTo(ports, runId, created, shown);
  const tape = shownTape(await tapeOfRun(ports.journal, runId), shown);
  if (!invented) assertNotPersonal(tape, { inputs, edits }, snapshot, personal, ports, runId);
  const recorded = recordedEnd(runId, events);

  const draft: Cassette = {
    format: 1,
    workflow: { id: workflow.id, name: workflow.name, file: workflowFile, hash: contentHash(workflow) },
    ...(invented && { invented: true as const }),
    inputs,
    ...(edits && { edits }),
    ...(created.targets && { targets: created.targets }),
    calls: [],
    values: tape.values,
    races: tape.races,
    waits: [],
    models: {},
    expected: recorded,
  };
  const { cassette, payloads } = await worked(ports, snapshot, draft, tape, shown);
  const strayed = sameWay(recorded, cassette.expected);
  if (strayed.length > 0) throw goesElsewhere(strayed, runId, invented);
  if (!invented) assertNoLeak(cassette, payloads, runId);
  const text = cassetteText(cassette);
  await assertPlays(ports, snapshot, cassette, runId);
  if (text.length > MAX_CASSETTE_BYTES)
    throw notRecordable(
      `The cassette would have ${Math.ceil(text.length / 1_048_576)} MB.`,
      runId,
      `Record a smaller run: up to ${MAX_CASSETTE_BYTES / 1_048_576} MB are read.`,
    );
  await ports.files.write(file, text);
  return {
    file,
    runId,
    workflow: { id: workflow.id, name: workflow.name },
    status: cassette.expected.status,
    steps: Object.keys(cassette.expected.steps).length,
    calls: cassette.calls.length,
    bytes: Buffer.byteLength(text),
  };
}

async function assertFree({ files }: RecordPorts, file: string, replace: boolean): Promise<void> {
  if (replace || (await files.kindOf(file)) === 'nothing') return;
  throw new AppError('cassette.exists', {
    message: 'There is something of this name already.',
    where: file,
    remedy: 'Give another name with -o, or replace it with --force.',
  });
}

/** Inputs and edits of a run as the cassette may hold them. */
async function givenTo(
  { journal }: RecordPorts,
  runId: string,
  created: Extract<RunEvent, { type: 'run.created' }>,
  shown: Shown,
): Promise<{ inputs: Cassette['inputs']; edits: Cassette['edits'] | undefined }> {
  const load = async (ref: ValueRef): Promise<Json> =>
    shown('value' in ref ? ref.value : await journal.value(ref.digest, runId));
  const inputs: Cassette['inputs'] = {};
  for (const [name, ref] of Object.entries(created.inputs)) inputs[name] = await load(ref);
  return { inputs, edits: created.edits && (await inlineEdits(created.edits, load)) };
}

async function inlineEdits(
  edits: StepEdits,
  load: (ref: ValueRef) => Promise<Json>,
): Promise<NonNullable<Cassette['edits']>> {
  const inline = async (refs: PortRefs) => {
    const values: { [port: string]: { value: Json } } = {};
    for (const [port, ref] of Object.entries(refs)) values[port] = { value: await load(ref) };
    return values;
  };
  const result: NonNullable<Cassette['edits']> = {};
  for (const [step, { inputs, outputs }] of Object.entries(edits))
    result[step] = {
      ...(inputs && { inputs: await inline(inputs) }),
      ...(outputs && { outputs: await inline(outputs) }),
    };
  return result;
}

function shownTape({ calls, values, races, waits }: Tape, shown: Shown): Tape {
  return {
    calls: calls.map((call) => ({
      ...call,
      outcome: shown(call.outcome as unknown as Json) as unknown as typeof call.outcome,
    })),
    values: values.map((one) => ({ ...one, value: shown(one.value) })),
    races,
    waits: waits.map(({ decision, ...wait }) => ({
      ...wait,
      ...(decision === null && { decision }),
      ...(decision && {
        decision: { ...(shown(decision as unknown as Json) as unknown as typeof decision), by: SOMEBODY },
      }),
    })),
  };
}

/** How the run went, from its log alone. */
function recordedEnd(runId: string, events: readonly RunEvent[]): Cassette['expected'] {
  const view = runView(runId, events);
  const { status } = view;
  if (status === 'running' || status === 'cancelled')
    throw notRecordable(
      status === 'running' ? 'The run has not ended.' : 'The run was cancelled.',
      runId,
      status === 'running' ? `Go on with it first: pipewright resume ${runId}` : 'Record a run that ended by itself.',
    );
  return {
    status,
    outputs: {},
    ...(view.error && {
      error: { code: view.error.code, ...(view.failedStep !== undefined && { step: view.failedStep }) },
    }),
    steps: Object.fromEntries(
      view.steps.map(({ step, state, handled }) => [
        step,
        {
          state: state === 'cached' ? 'succeeded' : state,
          ...((handled === 'default' || handled === 'port') && { handled }),
        },
      ]),
    ),
  };
}

/** The run worked on its tape: what it asks now, and what comes of it, is what the cassette holds. */
async function worked(ports: RecordPorts, snapshot: RunSnapshot, draft: Cassette, tape: Tape, shown: Shown) {
  const rehearsal = await rehearse(ports.rehearsal, snapshot, draft.inputs, tape, {
    answerBy: 'place',
    ...(draft.edits && { edits: draft.edits }),
    ...(draft.targets && { targets: draft.targets }),
  });
  const parts = playedParts(rehearsal, shown);
  const cassette: Cassette = {
    ...draft,
    ...parts,
    models: modelsOf(parts.calls, snapshot),
    expected: expectedOf(rehearsal, personalNodes(snapshot), shown),
  };
  return { cassette, payloads: rehearsal.personal };
}

/** What is written must be enough to play it. */
async function assertPlays(
  ports: RecordPorts,
  snapshot: RunSnapshot,
  cassette: Cassette,
  runId: string,
): Promise<void> {
  const { rehearsal, expected, shown } = await rehearseCassette(ports, snapshot, cassette);
  const found = differences(cassette.expected, expected, rehearsal, shown);
  if (found.length > 0) throw goesElsewhere(found, runId, cassette.invented ?? false);
}

function goesElsewhere(found: readonly CassetteDifference[], runId: string, invented: boolean): AppError {
  const told = found
    .slice(0, 5)
    .map(({ kind, at, what, recorded, now }) =>
      [
        kind,
        at,
        what ?? '',
        recorded === undefined && now === undefined ? '' : `${recorded ?? 'nothing'} → ${now ?? 'nothing'}`,
      ]
        .filter(Boolean)
        .join(' '),
    );
  return notRecordable(
    `Worked again on what may be kept of it, the run goes another way (${told.join('; ')}${found.length > 5 ? '; …' : ''}).`,
    runId,
    invented
      ? 'A node works differently each time: it must take time, chance and everything outside from its capabilities.'
      : 'What was taken out (personal data, secrets) decides the way. Run it on invented data, and record that with --invented.',
  );
}

/** @throws AppError cassette.personal when a payload of a node marked personal would have to be written */
function assertNotPersonal(
  tape: Tape,
  { inputs, edits = {} }: { inputs: Cassette['inputs']; edits: Cassette['edits'] | undefined },
  { workflow }: RunSnapshot,
  personal: ReadonlySet<string>,
  { registry }: RecordPorts,
  runId: string,
): void {
  const needed = new Set<string>();
  const ofStep = ({ step }: { step: string }) => {
    if (personal.has(nodeOf(step))) needed.add(nodeOf(step));
  };
  for (const list of [tape.calls, tape.values, tape.waits]) list.forEach(ofStep);
  for (const step of Object.keys(edits)) ofStep({ step });
  for (const node of workflow.nodes) {
    if (!node.personal) continue;
    const port = registry.get(node.type)?.manifest.workflowPort?.(node.config);
    if (port && (port.direction === 'output' || Object.hasOwn(inputs, port.name))) needed.add(node.id);
  }
  if (needed.size > 0) throw personalError([...needed], runId);
  const pictured = tape.calls.filter(({ request, outcome }) => hasBytes(request ?? null) || hasBytes(outcome as Json));
  if (pictured.length === 0 && !hasBytes(inputs)) return;
  throw new AppError('cassette.personal', {
    message: 'The run holds images or files, and what stands in those cannot be looked through.',
    where: [runId, ...new Set(pictured.map(({ step }) => step))].join(', '),
    remedy: 'Where nothing in them is personal, say so when you record it: --invented.',
  });
}

function hasBytes(value: Json): boolean {
  return JSON.stringify(withoutBytes(value)) !== JSON.stringify(value);
}

/** @throws AppError cassette.personal when a text of a personal payload stands somewhere in the cassette */
function assertNoLeak(cassette: Cassette, payloads: readonly Json[], runId: string): void {
  const personal = new Set(
    payloads.flatMap((payload) => textsOf(payload, false)).filter((text) => text.length >= TELLING),
  );
  if (personal.size === 0) return;
  const places: [string, Json][] = [
    ['inputs', cassette.inputs],
    ['outputs', cassette.expected.outputs],
    ...cassette.calls.map(({ step, request, response }): [string, Json] => [step, [request, response ?? null]]),
    ...cassette.waits.map(({ step, payload, decision }): [string, Json] => [
      step,
      [payload, (decision ?? null) as Json],
    ]),
  ];
  const leaking = places.filter(([, value]) =>
    textsOf(value, true).some((text) => personal.values().some((one) => text.includes(one))),
  );
  if (leaking.length > 0) throw personalError([...new Set(leaking.map(([place]) => place))], runId);
}

/** Every text in a value without what stands around it, with the names of members where they are wanted. */
function textsOf(value: Json, names: boolean): string[] {
  if (typeof value === 'string') return [value.trim()];
  if (Array.isArray(value)) return value.flatMap((item) => textsOf(item, names));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, member]) => [...(names ? [name] : []), ...textsOf(member, names)]);
}

function personalError(places: readonly string[], runId: string): AppError {
  return new AppError('cassette.personal', {
    message: `The cassette would hold what nodes marked personal work on: ${places.slice(0, 10).join(', ')}.`,
    where: runId,
    remedy: 'Run it on invented data, and say so when you record it: --invented.',
  });
}

function notRecordable(message: string, where: string, remedy: string): AppError {
  return new AppError('cassette.not_recordable', { message, where, remedy });
}
