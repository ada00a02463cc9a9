import { setImmediate as turn } from 'node:timers/promises';
import type { WorkspaceStore } from '../../app/adapters/sqlite/workspace-store.ts';
import type { RunFilter } from '../../app/core/run/run-list.ts';
import { findRun } from '../../app/services/run/find-run.ts';
import { eventLog, runCreated, stepFinished, TEST_TIME, temporaryWorkspace } from '../kit/temporary-store.ts';
import { median, quantile } from './measure.ts';
import type { BenchReport, Figure } from './report.ts';

const RUNS = 100_000;
/** Runs whose events share a transaction. */
const BATCH = 500;
const ROUNDS = 9;
const TARGET_MS = 200;

const workflows = ['Support', 'Nightly import', 'Weekly report', 'Contract check', 'Triage'];
const idOf = (n: number) => `run_${String(n).padStart(6, '0')}${(n * 2_654_435_761) % 4_294_967_296}`;

/** The lists that people ask for. What is rare is what a list has to search for longest. */
const filters: { [name: string]: RunFilter } = {
  'newest page': { limit: 100 },
  'of a workflow': { workflowId: 'wf_3', limit: 200 },
  'failed of a workflow': { workflowId: 'wf_3', status: 'failed', limit: 200 },
  'failed in the last tenth': { status: 'failed', since: TEST_TIME + RUNS * 0.9, limit: 200 },
  'search, in few': { search: 'quota of the contract', limit: 200 },
  'search, in none': { search: 'no run has this text', limit: 200 },
  'search within a workflow': { workflowId: 'wf_1', search: 'quota', limit: 200 },
  'page after a run': { before: idOf(50_000), limit: 100 },
};

/** Lists of 100,000 runs, made through the journal like any run, and finding one by its id. */
export async function runList({ say }: { say: (line: string) => void }): Promise<BenchReport> {
  const workspace = temporaryWorkspace();
  const store = workspace.open();
  try {
    for (let from = 0; from < RUNS; from += BATCH) {
      await Promise.all(Array.from({ length: Math.min(BATCH, RUNS - from) }, (_, i) => addRun(store, from + i)));
      if (from % 20_000 === 0) say(`${from} of ${RUNS} runs`);
      await turn();
    }
    const figures: Figure[] = [];
    const time = (name: string, work: () => unknown): void => {
      const samples: number[] = [];
      for (let round = 0; round <= ROUNDS; round += 1) {
        const began = performance.now();
        work();
        if (round > 0) samples.push(performance.now() - began);
      }
      const spread: [number, number] = [quantile(samples, 0.25), quantile(samples, 0.75)];
      figures.push({ name, value: median(samples), unit: 'ms', spread, target: { atMost: TARGET_MS, of: 'value' } });
    };
    for (const [name, filter] of Object.entries(filters)) time(name, () => store.runs.listRuns(filter));
    time('one run by its id', () => findRun(store.runs, idOf(33_333)));
    time('one run by the end of its id', () => findRun(store.runs, idOf(33_333).slice(-14)));
    return {
      figures,
      remarks: [
        `${RUNS.toLocaleString('en-US')} runs of ${workflows.length} workflows; each list is asked for ${ROUNDS} times after one that does not count.`,
      ],
    };
  } finally {
    workspace.remove();
  }
}

async function addRun({ journal }: WorkspaceStore, n: number): Promise<void> {
  const runId = idOf(n);
  const at = n % workflows.length;
  const created = runCreated({ workflowId: `wf_${at}`, workflowName: workflows[at] ?? '' });
  const begun = eventLog([created, { type: 'run.started', owner: 'bench', fence: 1, resumed: false }]);
  const dated = begun.map((event) => ({ ...event, at: TEST_TIME + n }));
  const { fence } = await journal.create({ runId, owner: 'bench', events: dated, values: [] });
  const isFailed = n % 50 === 0;
  const end = eventLog(
    [stepFinished('ask'), isFailed ? { type: 'run.failed', error: error(n) } : { type: 'run.finished', outputs: {} }],
    3,
  );
  await journal.append({ runId, fence, events: end, values: [] });
}

function error(n: number) {
  const message = n % 5000 === 0 ? 'The quota of the contract is used up.' : 'Too many requests.';
  return { code: 'provider.timeout', class: 'timeout.total', message } as const;
}
