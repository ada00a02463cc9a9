import { AppError, type ErrorWire, isAppError, toAppError } from '../../core/errors/app-error.ts';
import { contentHash } from '../../core/graph/content-hash.ts';
import { isJsonObject, type Json, type JsonObject } from '../../core/graph/json.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import { type Cassette, cassetteText, editsOf, tapeOf } from '../../core/run/cassette.ts';
import type { Capture } from '../../core/run/events.ts';
import { redactJson } from '../../core/run/shown-value.ts';
import type { RunSnapshot } from '../../engine/engine-ports.ts';
import { type Rehearsal, type RehearsalPorts, rehearse } from '../../engine/rehearsal.ts';
import type { WorkflowService } from '../workflow/workflow-service.ts';
import { type CassetteFiles, cassetteName, findCassettes, readCassette } from './cassette-files.ts';
import { type CassetteDifference, differences, expectedOf, isPure, whereItBegan } from './compare.ts';

export interface CassettePorts {
  rehearsal: RehearsalPorts;
  registry: Registry;
  workflows: WorkflowService;
  files: CassetteFiles;
  /** Folder of the workspace, where the folder `tests` lies. */
  folder: string;
  /** What takes secrets and, unless all is shown, personal data out of a text. */
  redactor: (capture: Capture) => Promise<(text: string) => string>;
  /** Milliseconds of a clock that only moves forward. */
  elapsed: () => number;
}

export interface CassetteReport {
  file: string;
  name: string;
  /** `updated`: it differed, and its expectations were written anew. `invalid`: it could not be played. */
  outcome: 'same' | 'differs' | 'updated' | 'invalid';
  workflow?: { id: string; name: string; file: string };
  differences: CassetteDifference[];
  /** The first step that gives something else, where anything differs. */
  began?: string;
  /** What whoever reads the report should know, and that is no difference. */
  notes: string[];
  error?: ErrorWire;
  steps: number;
  calls: number;
  /** Milliseconds that it took. */
  ms: number;
}

export interface TestReport {
  cassettes: CassetteReport[];
  same: number;
  differs: number;
  updated: number;
  invalid: number;
  ms: number;
}

export interface TestRequest {
  /** Files, folders or names; none: all in the folder `tests` of the workspace. */
  cassettes?: readonly string[];
  /** Write expectations anew where the recorded answers are still enough. */
  update?: boolean;
  /** How many are worked on side by side. */
  jobs?: number;
  /** Hears each report as soon as it is there. */
  onReport?: (report: CassetteReport) => void;
}

/** Removes from a value what a cassette must not hold. */
export type Shown = <T extends Json>(value: T) => T;

const JOBS = 4;

/**
 * Tries cassettes against the workflows as they are now, offline: steps work anew, calls are answered by the cassette.
 * What is wrong with one is in its report.
 *
 * @throws AppError cassette.missing for a name that leads nowhere, document.*
 */
export async function playCassettes(ports: CassettePorts, request: TestRequest = {}): Promise<TestReport> {
  const begun = ports.elapsed();
  const files = await findCassettes(ports.files, ports.folder, request.cassettes ?? []);
  const reports = new Array<CassetteReport>(files.length);
  let next = 0;
  const snapshots: Snapshots = new Map();
  const worker = async () => {
    for (let at = next++; at < files.length; at = next++) {
      const report = await playOne(ports, files[at] as string, snapshots, request.update ?? false);
      reports[at] = report;
      request.onReport?.(report);
    }
  };
  await Promise.all(Array.from({ length: Math.min(request.jobs ?? JOBS, files.length) }, worker));
  const count = (outcome: CassetteReport['outcome']) => reports.filter((one) => one.outcome === outcome).length;
  return {
    cassettes: reports,
    same: count('same'),
    differs: count('differs'),
    updated: count('updated'),
    invalid: count('invalid'),
    ms: ports.elapsed() - begun,
  };
}

/** Workflows that several cassettes are about are read and checked once. */
type Snapshots = Map<string, Promise<{ file: string; snapshot: RunSnapshot }>>;

async function playOne(
  ports: CassettePorts,
  file: string,
  snapshots: Snapshots,
  update: boolean,
): Promise<CassetteReport> {
  const begun = ports.elapsed();
  const about = { file, name: cassetteName(file), differences: [], notes: [], steps: 0, calls: 0 };
  try {
    const report = await play(ports, file, snapshots, update);
    return { ...about, ...report, ms: ports.elapsed() - begun };
  } catch (thrown) {
    const error = toAppError(thrown, 'internal', file).toWire();
    return { ...about, outcome: 'invalid', error, ms: ports.elapsed() - begun };
  }
}

async function play(
  ports: CassettePorts,
  file: string,
  snapshots: Snapshots,
  update: boolean,
): Promise<Omit<CassetteReport, 'file' | 'name' | 'ms'>> {
  const cassette = await readCassette(ports.files, file);
  const key = `${cassette.workflow.id} ${cassette.workflow.file}`;
  const reading = snapshots.get(key) ?? workflowOf(ports, cassette, file);
  snapshots.set(key, reading);
  const { file: workflowFile, snapshot } = await reading;
  const { rehearsal, expected, shown } = await rehearseCassette(ports, snapshot, cassette);
  const found = differences(cassette.expected, expected, rehearsal, shown);
  const began = found.length > 0 ? whereItBegan(cassette.expected, expected) : undefined;
  const report = {
    workflow: { id: cassette.workflow.id, name: snapshot.workflow.name, file: workflowFile },
    differences: found,
    ...(began !== undefined && { began }),
    notes: modelNotes(cassette, snapshot),
    steps: rehearsal.steps.length,
    calls: rehearsal.asked.length,
  };
  if (found.length === 0) return { ...report, outcome: 'same' };
  if (!update) return { ...report, outcome: 'differs' };
  if (!isPure(found)) {
    const note = `Not updated: its answers are not enough any more. Record it anew: pipewright record --again ${file}`;
    return { ...report, outcome: 'differs', notes: [...report.notes, note] };
  }
  const workflow = { ...cassette.workflow, file: workflowFile, hash: contentHash(snapshot.workflow) };
  await ports.files.write(file, cassetteText({ ...cassette, ...playedParts(rehearsal, shown), workflow, expected }));
  return { ...report, outcome: 'updated' };
}

/** The workflow as it is now: by its id, or else where it lay. */
async function workflowOf(
  { workflows }: CassettePorts,
  { workflow }: Cassette,
  file: string,
): Promise<{ file: string; snapshot: RunSnapshot }> {
  const at = (await workflows.fileOf(workflow.id)) ?? workflow.file;
  try {
    return { file: at, snapshot: await workflows.snapshot(at) };
  } catch (thrown) {
    if (!isAppError(thrown) || thrown.code !== 'workflow.missing') throw thrown;
    throw new AppError('workflow.missing', {
      message: `The workspace has no workflow with the id ${workflow.id} (“${workflow.name}”).`,
      where: file,
      remedy: `It lay at ${workflow.file} when the cassette was recorded. Remove the cassette if the workflow is gone for good.`,
    });
  }
}

/** Works a workflow on what a cassette holds. `shown` takes out of values what the cassette must not hold. */
export async function rehearseCassette(
  ports: CassettePorts,
  snapshot: RunSnapshot,
  cassette: Cassette,
): Promise<{ rehearsal: Rehearsal; expected: Cassette['expected']; shown: Shown }> {
  const edits = editsOf(cassette);
  const rehearsal = await rehearse(ports.rehearsal, snapshot, cassette.inputs, tapeOf(cassette), {
    answerBy: 'request',
    ...(edits && { edits }),
    ...(cassette.targets && { targets: cassette.targets }),
  });
  const shown = await showing(ports, cassette.invented ?? false);
  return { rehearsal, expected: expectedOf(rehearsal, personalNodes(snapshot), shown), shown };
}

export async function showing({ redactor }: Pick<CassettePorts, 'redactor'>, invented: boolean): Promise<Shown> {
  const redactText = await redactor(invented ? 'full' : 'redacted');
  return (value) => redactJson(value, redactText);
}

export function personalNodes({ workflow }: RunSnapshot): Set<string> {
  return new Set(workflow.nodes.filter(({ personal }) => personal).map(({ id }) => id));
}

/** The parts of a cassette that a rehearsal has used: its calls as they were asked, its waits as they were put. */
export function playedParts({ asked, waits }: Rehearsal, shown: Shown): Pick<Cassette, 'calls' | 'waits'> {
  return {
    calls: asked.flatMap(({ step, call, kind, digest, request, answer }) =>
      answer ? [{ step, call, kind, digest, request: shown(request), ...answer.outcome }] : [],
    ),
    waits: waits.map(({ step, kind, payload, decision }) => ({
      step,
      kind,
      payload: shown(payload),
      ...(decision !== undefined && { decision }),
    })),
  };
}

/** Which model answered through each profile that calls name. */
export function modelsOf(calls: Cassette['calls'], { profiles }: RunSnapshot): Cassette['models'] {
  const names = new Set(
    calls.flatMap(({ request }) =>
      isJsonObject(request) && typeof request['profile'] === 'string' ? [request['profile']] : [],
    ),
  );
  return Object.fromEntries([...names].map((name) => [name, modelOf(profiles[name])]));
}

function modelOf(profile: Json | undefined): string {
  const { provider, model } = (profile ?? {}) as JsonObject;
  return typeof provider === 'string' && typeof model === 'string' ? `${provider} ${model}` : 'unknown';
}

function modelNotes({ models }: Cassette, { profiles }: RunSnapshot): string[] {
  return Object.entries(models).flatMap(([name, recorded]) => {
    const now = Object.hasOwn(profiles, name) ? modelOf(profiles[name]) : 'gone';
    return now === recorded
      ? []
      : [`The profile “${name}” is now ${now}; the answers are those of ${recorded}. Record anew to try the new one.`];
  });
}
