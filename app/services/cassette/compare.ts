import { jsonHash } from '../../core/graph/hash.ts';
import type { Json, JsonObject } from '../../core/graph/json.ts';
import { type JsonChange, jsonChanges } from '../../core/graph/json-changes.ts';
import type { Expected } from '../../core/run/cassette.ts';
import { cutShort, failedPlaces } from '../../core/run/cut-short.ts';
import type { StepView } from '../../core/run/run-view.ts';
import { nodeOf } from '../../core/run/step-path.ts';
import type { AskedCall, Rehearsal } from '../../engine/rehearsal.ts';
import type { RunResult } from '../../engine/run-result.ts';

/** One way in which a workflow no longer does what a cassette says. */
export interface CassetteDifference {
  /**
   * status: how the run ends. output: what it gives. step: the way that it takes. request: a call asks something else.
   * call: a call that was not made before, or is not made any more. wait: what a person is asked. value: a time, random
   * number or id that was not recorded.
   */
  kind: 'status' | 'output' | 'step' | 'request' | 'call' | 'wait' | 'value';
  /** Step path, or name of an output; empty for the run. */
  at: string;
  /** Which call, wait or value: `model.generate`. */
  what?: string;
  recorded?: string;
  now?: string;
  changes?: JsonChange[];
}

/** Kinds that only new answers from outside can mend. */
const outside: ReadonlySet<CassetteDifference['kind']> = new Set(['request', 'call', 'value']);

/** Whether the expectations of a cassette could be written anew without asking anybody: its answers were enough. */
export function isPure(differences: readonly CassetteDifference[]): boolean {
  return differences.every(({ kind, now }) => !outside.has(kind) || (kind === 'call' && now === undefined));
}

/** What came of a rehearsal, as a cassette keeps it. `personal`: ids of nodes whose outputs leave no trace at all. */
export function expectedOf(
  { result, steps }: Rehearsal,
  personal: ReadonlySet<string>,
  shown: <T extends Json>(value: T) => T,
): Expected {
  const status = statusOf(result);
  return {
    status,
    outputs: shown(resultValues(result)),
    ...(result.error && {
      error: { code: result.error.code, ...(result.step !== undefined && { step: result.step }) },
    }),
    steps: Object.fromEntries(steps.map((step) => [step.step, expectedStep(step, personal)])),
  };
}

function expectedStep(
  { step, state, handled, outputs }: StepView,
  personal: ReadonlySet<string>,
): Expected['steps'][string] {
  return {
    // A step that was taken from elsewhere is worked again in a rehearsal.
    state: state === 'cached' ? 'succeeded' : state,
    ...((handled === 'default' || handled === 'port') && { handled }),
    ...(Object.keys(outputs).length > 0 && !personal.has(nodeOf(step)) && { gives: jsonHash(outputs).slice(0, 16) }),
  };
}

/** The outputs of a run, and what the nodes gave that it was to run to. */
function resultValues({ outputs, targets = {} }: RunResult): JsonObject {
  const ofTargets = Object.entries(targets).flatMap(([node, ports]) =>
    Object.entries(ports).map(([port, value]) => [`${node}.${port}`, value] as const),
  );
  return { ...outputs, ...Object.fromEntries(ofTargets) };
}

/** A rehearsal is neither cancelled nor interrupted by anybody. */
function statusOf({ status }: RunResult): Expected['status'] {
  return status === 'succeeded' || status === 'waiting' ? status : 'failed';
}

/** Steps by their state alone: whether two runs went the same way. */
export function sameWay(recorded: Expected, now: Expected): CassetteDifference[] {
  const failed = failedPlaces([...endsOf(recorded), ...endsOf(now)]);
  return [...statusDifferences(recorded, now), ...stepDifferences(recorded, now, failed)];
}

function endsOf({ steps }: Expected) {
  return Object.entries(steps).map(([step, { state, handled }]) => ({ step, state, handled }));
}

/**
 * Everything that a rehearsal did otherwise than recorded. `shown` takes out what a cassette must not hold: both sides
 * are compared without it.
 */
export function differences(
  recorded: Expected,
  now: Expected,
  { asked, unasked, waits, unmet, newValues }: Rehearsal,
  shown: <T extends Json>(value: T) => T,
): CassetteDifference[] {
  const failed = failedPlaces([...endsOf(recorded), ...endsOf(now)]);
  const counts = ({ step }: { step: string }) => !cutShort(step, failed);
  const found: CassetteDifference[] = [
    ...statusDifferences(recorded, now),
    ...Object.keys({ ...recorded.outputs, ...now.outputs }).flatMap((name) => outputDifference(recorded, now, name)),
  ];
  for (const call of asked) if (!call.held && counts(call)) found.push(callDifference(call, shown));
  for (const { step, kind, request } of unasked.filter(counts))
    found.push({
      kind: 'call',
      at: step,
      what: kind,
      recorded: 'was made',
      ...(request && { changes: [{ path: '$', before: request }] }),
    });
  for (const { step, kind, payload, recorded: before } of waits.filter(counts)) {
    const changes = before ? jsonChanges(before.payload, shown(payload)) : [];
    if (!before) found.push({ kind: 'wait', at: step, what: kind, now: 'waits' });
    else if (changes.length > 0) found.push({ kind: 'wait', at: step, what: kind, changes });
  }
  for (const { step, kind } of unmet.filter(counts))
    found.push({ kind: 'wait', at: step, what: kind, recorded: 'waited' });
  for (const { step, kind } of newValues.filter(counts))
    found.push({ kind: 'value', at: step, what: kind, now: 'is asked for' });
  return [...found, ...stepDifferences(recorded, now, failed)];
}

function callDifference(
  { step, kind, digest, request, answer }: AskedCall,
  shown: <T extends Json>(value: T) => T,
): CassetteDifference {
  if (answer?.request && answer.digest !== digest)
    return { kind: 'request', at: step, what: kind, changes: jsonChanges(answer.request, shown(request)) };
  return {
    kind: 'call',
    at: step,
    what: kind,
    now: answer ? 'is made more often' : 'is made',
    changes: [{ path: '$', after: shown(request) }],
  };
}

function statusDifferences(recorded: Expected, now: Expected): CassetteDifference[] {
  const told = ({ status, error }: Expected) =>
    error ? `${status}${error.step === undefined ? '' : ` at ${error.step}`} (${error.code})` : status;
  return told(recorded) === told(now) ? [] : [{ kind: 'status', at: '', recorded: told(recorded), now: told(now) }];
}

function outputDifference(recorded: Expected, now: Expected, name: string): CassetteDifference[] {
  const changes = jsonChanges(own(recorded.outputs, name), own(now.outputs, name));
  return changes.length === 0 ? [] : [{ kind: 'output', at: name, changes }];
}

function stepDifferences(recorded: Expected, now: Expected, failed: ReadonlySet<string>): CassetteDifference[] {
  const told = ({ steps }: Expected, step: string) => {
    const { state, handled } = own(steps, step) ?? {};
    return state && `${state}${handled ? ` (goes on by ${handled})` : ''}`;
  };
  const found: CassetteDifference[] = [];
  for (const step of Object.keys({ ...recorded.steps, ...now.steps }).sort()) {
    const [before, after] = [told(recorded, step), told(now, step)];
    if (before === after) continue;
    const unsettled = (state: string | undefined) =>
      state === undefined || state === 'cancelled' || state === 'running';
    if ((unsettled(before) || unsettled(after)) && cutShort(step, failed)) continue;
    found.push({
      kind: 'step',
      at: step,
      ...(before !== undefined && { recorded: before }),
      ...(after !== undefined && { now: after }),
    });
  }
  return found;
}

/** The first step, in the order of work, whose outputs are not the recorded ones: where to begin to look. */
export function whereItBegan(recorded: Expected, now: Expected): string | undefined {
  return Object.keys(now.steps).find((step) => {
    const before = own(recorded.steps, step);
    return before !== undefined && before.gives !== now.steps[step]?.gives;
  });
}

function own<T>(object: { [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
