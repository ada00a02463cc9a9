import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  eventLog,
  refTo,
  runCreated,
  stepFinished,
  storedValue,
  TEST_TIME,
  type TemporaryWorkspace,
  temporaryWorkspace,
} from '../../../test/kit/temporary-store.ts';
import type { RunEventBody } from '../../core/run/events.ts';
import type { StoredValue } from '../../engine/journal.ts';
import { openDatabase } from './open-database.ts';
import type { WorkspaceStore } from './workspace-store.ts';

let workspace: TemporaryWorkspace;
let store: WorkspaceStore;
beforeEach(() => {
  workspace = temporaryWorkspace();
  store = workspace.open();
});
afterEach(() => workspace.remove());

const DAY = 86_400_000;
interface Made {
  values?: StoredValue[];
  ended?: boolean;
  created?: Parameters<typeof runCreated>[0];
  /** Milliseconds that it took. */
  ms?: number;
  nanoUsd?: number;
}

async function run(runId: string, { values = [], ended = true, created = {}, ms = 10, nanoUsd }: Made = {}) {
  const outputs = Object.fromEntries(values.map((value, index) => [`o${index}`, refTo(value)]));
  const cost = nanoUsd === undefined ? undefined : { nanoUsd, known: true, priceVersion: 'test' };
  const bodies: RunEventBody[] = [
    runCreated({ inputs: { question: { value: `word of ${runId}` } }, ...created }),
    ...(cost
      ? ([
          { type: 'call.intended', step: 'a', call: 1, kind: 'model.generate', digest: 'd', effect: 'paid' },
          {
            ...{ type: 'call.completed', step: 'a', call: 1, kind: 'model.generate', digest: 'd', cost },
            ...{ request: { value: {} }, response: { value: {} }, startedAt: TEST_TIME },
          },
        ] as unknown as RunEventBody[])
      : []),
    stepFinished('a', { outputs }),
    ...(ended ? [{ type: 'run.finished', outputs: {} } as RunEventBody] : []),
  ];
  const events = eventLog(bodies);
  const last = events.at(-1);
  if (last && ended) last.at = (events[0]?.at ?? 0) + ms;
  await store.journal.create({ runId, owner: 'one', events, values });
}

const only = storedValue(randomBytes(4000).toString('hex'));
const sharedText = randomBytes(4000).toString('hex');
const shared = storedValue(sharedText);
const personal = storedValue('Ada Lovelace '.repeat(300), true);
const large = storedValue('0123456789'.repeat(200_000));
const ids = (filter: Parameters<WorkspaceStore['runs']['listRuns']>[0]) =>
  store.runs.listRuns(filter).map(({ runId }) => runId);

describe('removing runs', () => {
  it('takes all of a run and nothing of another, and says before what that frees', async () => {
    await run('run_1', { values: [only, shared, personal, large] });
    await run('run_2', { values: [shared] });
    await run('run_3', { values: [personal] });
    const before = store.housekeeping.weigh(['run_1', 'run_1']);
    expect(before).toMatchObject({ runs: ['run_1'], kept: [] });
    // The large value lies in a file; what another run names is not freed.
    expect(before.bytes).toBeGreaterThan(2_000_000 + 4000);
    expect(before.bytes).toBeLessThan(2_000_000 + 7000);
    expect(existsSync(join(workspace.state, 'blobs', large.digest.slice(0, 2), large.digest))).toBe(true);
    const rest = ['run_2', 'run_3'].map((id) => store.runs.getRun(id));

    expect(await store.housekeeping.remove(['run_1'])).toEqual(before);
    expect(() => store.runs.getRun('run_1')).toThrow(expect.objectContaining({ code: 'run.not_found' }));
    expect(['run_2', 'run_3'].map((id) => store.runs.getRun(id))).toEqual(rest);
    expect(await store.journal.value(shared.digest, 'run_2')).toBe(sharedText);
    expect(await store.journal.value(personal.digest, 'run_3')).toBe('Ada Lovelace '.repeat(300));
    expect(existsSync(join(workspace.state, 'blobs', large.digest.slice(0, 2), large.digest))).toBe(false);
    expect(await store.doctor.check()).toEqual([]);
  });

  it('leaves open runs, pinned ones and parents of open ones, with the reason', async () => {
    await run('run_1');
    await run('run_2', { created: { origin: { kind: 'fork', parent: 'run_1', at: 'a' } as never }, ended: false });
    await run('run_3');
    await run('run_4');
    await store.housekeeping.pin('run_3', true);
    const kept = [
      { runId: 'run_1', because: 'parent' },
      { runId: 'run_2', because: 'open' },
      { runId: 'run_3', because: 'pinned' },
    ];
    const all = ['run_1', 'run_2', 'run_3', 'run_4'];
    expect(store.housekeeping.weigh(all)).toMatchObject({ runs: ['run_4'], kept });
    expect(await store.housekeeping.remove(all)).toMatchObject({ runs: ['run_4'], kept });
    await store.housekeeping.pin('run_3', false);
    expect(await store.housekeeping.remove(['run_3'])).toMatchObject({ runs: ['run_3'], kept: [] });
    expect(ids({})).toEqual(['run_2', 'run_1']);
  });

  it('stops between two runs when it is told to, and leaves no word behind once it was made compact', async () => {
    for (let n = 1; n <= 12; n += 1)
      await run(`run_${n}`, { values: [storedValue(randomBytes(30_000).toString('hex'))] });
    const stopping = new AbortController();
    const removal = await store.housekeeping.remove(
      Array.from({ length: 12 }, (_, n) => `run_${n + 1}`),
      { signal: stopping.signal, onProgress: (done) => done === 5 && stopping.abort() },
    );
    expect(removal.runs).toHaveLength(5);
    expect(ids({})).toHaveLength(7);
    const size = () => statSync(workspace.database).size;
    const [before, { unused }] = [size(), store.housekeeping.usage()];
    expect(unused).toBeGreaterThan(0);
    store.housekeeping.compact();
    expect(store.housekeeping.usage().unused).toBe(0);
    expect(size()).toBeLessThan(before);
    const texts = readdirSync(workspace.state, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    for (let n = 1; n <= 5; n += 1)
      expect(texts.filter((bytes) => bytes.includes(`word of run_${n}"`)).length, `run_${n}`).toBe(0);
    expect(texts.some((bytes) => bytes.includes('word of run_6"'))).toBe(true);
  });
});

describe('limits', () => {
  it('name what is too old, too many or too much, the oldest first, and never what is kept', async () => {
    for (let n = 1; n <= 6; n += 1)
      await run(`run_${n}`, { ended: n !== 2, values: [storedValue(randomBytes(300_000).toString('hex'))] });
    await store.housekeeping.pin('run_3', true);
    const over = (limits: Parameters<WorkspaceStore['housekeeping']['overLimits']>[0], now = TEST_TIME) =>
      store.housekeeping.overLimits(limits, now);
    expect(over({})).toEqual([]);
    expect(over({ days: 2 }, TEST_TIME + DAY)).toEqual([]);
    expect(over({ days: 2 }, TEST_TIME + 3 * DAY)).toEqual(['run_1', 'run_4', 'run_5', 'run_6']);
    expect(over({ runs: 2 })).toEqual(['run_1', 'run_4']);
    // Each run holds some 300 KB (hex packs to half): two of them make room enough.
    const { database, unused, files } = store.housekeeping.usage();
    const mb = (database - unused + files - 500_000) / 1_048_576;
    expect(over({ mb })).toEqual(['run_1', 'run_4']);
    expect(over({ mb: 0.001 })).toEqual(['run_1', 'run_4', 'run_5', 'run_6']);
    expect(over({ runs: 5, mb })).toEqual(['run_1', 'run_4']);
  });
});

describe('finding runs', () => {
  it('by tag, date, cost and duration, sorted and counted, page by page', async () => {
    await run('run_1', { created: { tags: ['north', 'v1'] }, ms: 900 });
    await run('run_2', { created: { tags: ['northern'] }, nanoUsd: 5000 });
    await run('run_3', { nanoUsd: 700_000, ms: 50 });
    expect(ids({ tag: 'north' })).toEqual(['run_1']);
    expect(store.runs.getRun('run_1')).toMatchObject({ tags: ['north', 'v1'], pinned: false });
    expect(ids({ atLeastNanoUsd: 5000 })).toEqual(['run_3', 'run_2']);
    expect(ids({ atLeastMs: 50 })).toEqual(['run_3', 'run_1']);
    expect(ids({ sort: 'oldest' })).toEqual(['run_1', 'run_2', 'run_3']);
    expect(ids({ sort: 'dearest' })).toEqual(['run_3', 'run_2', 'run_1']);
    expect(ids({ sort: 'longest' })).toEqual(['run_1', 'run_3', 'run_2']);
    expect(ids({ sort: 'dearest', limit: 1, offset: 1 })).toEqual(['run_2']);
    expect(ids({ until: TEST_TIME })).toEqual([]);
    expect(store.runs.countRuns({ atLeastNanoUsd: 1, limit: 1 })).toBe(2);
    await store.housekeeping.pin('run_2', true);
    expect(ids({ pinned: true })).toEqual(['run_2']);
    await store.doctor.rebuildProjections();
    expect(ids({ tag: 'v1' })).toEqual(['run_1']);
    expect(store.runs.getRun('run_2').pinned).toBe(true);
  });

  it('by tag also where the run was made by an older release', async () => {
    await run('run_1', { created: { tags: ['north'] } });
    store.close();
    const db = openDatabase({ file: workspace.database });
    db.raw.exec(`ALTER TABLE run_summaries DROP COLUMN tags; ALTER TABLE runs DROP COLUMN pinned;
      DELETE FROM migrations WHERE number = 5`);
    db.close();
    store = workspace.open();
    expect(ids({ tag: 'north' })).toEqual(['run_1']);
    expect(await store.doctor.check()).toEqual([]);
  });
});
