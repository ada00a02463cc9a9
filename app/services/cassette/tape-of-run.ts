import { AppError } from '../../core/errors/app-error.ts';
import type { Json } from '../../core/graph/json.ts';
import type { Decision } from '../../core/graph/values.ts';
import type { RunEvent, ValueRef } from '../../core/run/events.ts';
import type { Tape, TapeWait } from '../../core/run/tape.ts';
import type { Journal } from '../../engine/journal.ts';

/** Waits that a tape holds: a breakpoint is whoever looked at the run, and a call in doubt has its answer. */
const kept = (kind: string) => kind !== 'breakpoint' && kind !== 'uncertain';

/**
 * All that a run got from outside, read from its log. Steps that were taken from another run made their calls there:
 * those are fetched as well.
 * @throws AppError run.not_found; run.not_replayable when payloads are gone
 */
export async function tapeOfRun(journal: Pick<Journal, 'events' | 'value'>, runId: string): Promise<Tape> {
  const tape: Tape = { calls: [], values: [], races: {}, waits: [] };
  await collect(journal, runId, (step) => step, tape);
  return tape;
}

/** `placed` says where in the tape a step of this run belongs, if it does. */
async function collect(
  journal: Pick<Journal, 'events' | 'value'>,
  runId: string,
  placed: (step: string) => string | undefined,
  tape: Tape,
): Promise<void> {
  const waits = new Map<string, TapeWait>();
  const load = async (ref: ValueRef): Promise<Json> => ('value' in ref ? ref.value : journal.value(ref.digest, runId));
  for (const event of await journal.events(runId)) {
    if (event.type === 'run.created' && event.origin?.kind === 'imported') {
      throw new AppError('run.not_replayable', {
        message: 'This run was imported from a file: it is looked at, and never worked again.',
        where: runId,
        remedy: 'Run the workflow here, and record that run.',
      });
    }
    const step = 'step' in event && event.step !== undefined ? placed(event.step) : undefined;
    if (step === undefined) continue;
    switch (event.type) {
      case 'call.completed': {
        const { call, kind, digest } = event;
        const request = await load(event.request);
        tape.calls.push({ step, call, kind, digest, request, outcome: { response: await load(event.response) } });
        break;
      }
      case 'call.failed': {
        const { call, kind, digest, error } = event;
        tape.calls.push({ step, call, kind, digest, outcome: { error } });
        break;
      }
      case 'value.recorded': {
        const { call, kind, value } = event;
        if (kind !== 'definition') tape.values.push({ step, call, kind, value });
        break;
      }
      case 'race.won':
        tape.races[step] = event.edge;
        break;
      case 'step.waiting': {
        if (!kept(event.kind)) break;
        const wait = { step, kind: event.kind, payload: await load(event.payload) };
        waits.set(event.wait, wait);
        tape.waits.push(wait);
        break;
      }
      case 'wait.decided': {
        const wait = waits.get(event.wait);
        const decision = event.sealed ? ((await load(event.sealed)) as unknown as Decision) : event.decision;
        if (wait) wait.decision = decision;
        break;
      }
      case 'wait.expired': {
        const wait = waits.get(event.wait);
        if (wait) wait.decision = null;
        break;
      }
      case 'step.finished':
        if (event.cached) await collectCached(journal, event.cached, step, tape);
        break;
      default:
    }
  }
}

/** A step that another run did, with all that was done in its frames. */
async function collectCached(
  journal: Pick<Journal, 'events' | 'value'>,
  cached: NonNullable<Extract<RunEvent, { type: 'step.finished' }>['cached']>,
  step: string,
  tape: Tape,
): Promise<void> {
  const { run, step: from } = cached;
  await collect(
    journal,
    run,
    (one) => (one === from || one.startsWith(`${from}[`) ? step + one.slice(from.length) : undefined),
    tape,
  );
}
