import type { RunEvent } from '../../app/core/run/events.ts';
import { runView } from '../../app/core/run/run-view.ts';
import type { RunSnapshot } from '../../app/engine/engine-ports.ts';
import type { Journal } from '../../app/engine/journal.ts';
import { type Rehearsal, rehearse } from '../../app/engine/rehearsal.ts';
import type { RunResult } from '../../app/engine/run-result.ts';
import { differences, expectedOf } from '../../app/services/cassette/compare.ts';
import { playedParts } from '../../app/services/cassette/play-cassettes.ts';
import { tapeOfRun } from '../../app/services/cassette/tape-of-run.ts';
import { rehearsalPorts } from '../kit/rehearsal-ports.ts';
import { simulatedTypes } from './with-containers.ts';

const ports = { ...rehearsalPorts, registry: simulatedTypes };

const asItIs = <T>(value: T): T => value;

/**
 * Works a run that has ended again on its tape, then on what that gave: both must go as the run went. Answers what is
 * wrong, or undefined.
 */
export async function checkRehearsal(
  snapshot: RunSnapshot,
  journal: Pick<Journal, 'events' | 'value'>,
  events: readonly RunEvent[],
  result: RunResult,
): Promise<string | undefined> {
  const tape = await tapeOfRun(journal, result.runId);
  const inputs = { q: 'q' };
  const first = await rehearse(ports, snapshot, inputs, tape, { answerBy: 'place' });
  const now = expectedOf(first, new Set(), asItIs);
  const recorded = {
    ...now,
    ...endOf(result, events),
    ...(result.status === 'succeeded' && { outputs: result.outputs }),
  };
  const strayed = differences(recorded, now, first, asItIs)[0];
  if (strayed !== undefined) return `the rehearsal differs: ${JSON.stringify(strayed)}`;
  const again: Rehearsal = await rehearse(
    ports,
    snapshot,
    inputs,
    { ...tape, ...tapeParts(first) },
    { answerBy: 'request' },
  );
  const found = differences(now, expectedOf(again, new Set(), asItIs), again, asItIs);
  return found.length > 0 ? `a rehearsal of the rehearsal differs: ${JSON.stringify(found[0])}` : undefined;
}

function tapeParts(rehearsal: Rehearsal) {
  const { calls, waits } = playedParts(rehearsal, asItIs);
  return {
    calls: calls.map(({ response, error, ...call }) => ({
      ...call,
      outcome: error === undefined ? { response: response ?? null } : { error },
    })),
    waits,
  };
}

/** How the run ended, from its own log. */
function endOf({ runId, status }: RunResult, events: readonly RunEvent[]) {
  const view = runView(runId, events);
  return {
    status: status as 'succeeded' | 'failed',
    steps: Object.fromEntries(
      view.steps.map(({ step, state, handled }) => [
        step,
        {
          state: state === 'cached' ? ('succeeded' as const) : state,
          ...(handled && handled !== 'fail' && { handled }),
        },
      ]),
    ),
  };
}
