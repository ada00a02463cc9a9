import type { HostCapabilities } from '../core/capabilities/capabilities.ts';
import type { Json } from '../core/graph/json.ts';
import { buildPlan } from '../core/plan/plan.ts';
import type { RunHistory } from '../core/run/history.ts';
import { Breakpoints } from './breakpoints.ts';
import { cellOf, valueKeeper } from './cells.ts';
import type { EnginePorts, RunSnapshot } from './engine-ports.ts';
import type { Journal } from './journal.ts';
import type { RehearsalLog } from './rehearsal-log.ts';
import { runInputs } from './run-inputs.ts';
import { RunLoop } from './run-loop.ts';
import type { RunResult } from './run-result.ts';

/** What work that leaves no trace needs of the world. */
export interface OfflinePorts extends Pick<EnginePorts, 'registry' | 'hash' | 'isBuiltIn'> {
  clock: Pick<EnginePorts['clock'], 'sleep' | 'yield'>;
}

/**
 * Works through a workflow as a run does, without a journal: what it tells goes to `log` and is forgotten with it. Ids are
 * counted, chance is none, time is the log's; what nodes reach is up to `host`.
 *
 * @throws AppError run.input when the inputs do not fit the workflow, which must have been validated
 */
export async function workOffline(
  ports: OfflinePorts,
  snapshot: RunSnapshot,
  given: { [name: string]: Json },
  { host, log, history }: { host: HostCapabilities; log: RehearsalLog; history: RunHistory },
): Promise<RunResult> {
  const inputs = runInputs(snapshot.workflow, given);
  const keeper = valueKeeper(ports.hash, (value) => log.store(value), false);
  let ids = 0;
  const loop = new RunLoop({
    ports: {
      ...ports,
      journal: {
        value: async (digest) => log.value(digest),
        findMemo: async () => undefined,
      } as Partial<Journal> as Journal,
      clock: { ...ports.clock, now: () => log.now },
      random: () => 0,
      newId: (prefix) => {
        ids += 1;
        return `${prefix}_${String(ids).padStart(8, '0')}`;
      },
      host: () => host,
      fingerprint: async () => '',
      redact: (data) => data,
      owner: '',
      version: '',
    },
    runId: 'rehearsal',
    plan: buildPlan(snapshot.workflow, ports.registry, history.created.targets),
    snapshot,
    host,
    history,
    log,
    inputs: new Map(Object.entries(inputs).map(([name, value]) => [name, cellOf(value, keeper)])),
    breakpoints: new Breakpoints(history, () => undefined),
    holdMs: 0,
  });
  loop.start();
  return loop.result;
}

/** The first event of a run that nobody keeps. */
export function createdOffline(more: Pick<RunHistory['created'], 'edits' | 'targets'> = {}): RunHistory['created'] {
  return {
    ...{ seq: 1, at: 0, type: 'run.created', workflowId: '', workflowName: '', workflowHash: '', snapshot: '' },
    ...{ inputs: {}, engine: '', capture: 'full' },
    ...more,
  };
}
