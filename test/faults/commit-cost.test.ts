import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, it } from 'vitest';
import { openWorkspaceStore } from '../../app/adapters/sqlite/workspace-store.ts';
import { median, quantile } from '../bench/measure.ts';
import { eventLog, runCreated } from '../kit/temporary-store.ts';

const STEPS = 400;
const root = mkdtempSync(join(tmpdir(), 'pipewright-commit-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('costs a step little more than the commit that makes it durable', async () => {
  const store = openWorkspaceStore({ folder: join(root, 'state'), keyFile: join(root, 'key'), now: Date.now });
  const bare = new Database(join(root, 'bare.db'));
  bare.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE rows (text TEXT)');
  const insert = bare.prepare('INSERT INTO rows VALUES (?)');
  const begin = { type: 'run.started', owner: 'one', fence: 1, resumed: false } as const;
  const events = eventLog([runCreated(), begin]);
  const { fence } = await store.journal.create({ runId: 'run_1', owner: 'one', events, values: [] });
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let seq = events.length + 1; ours.length < STEPS; seq += 1) {
    const result = String(seq).padStart(8192, 'result ');
    const step = {
      type: 'step.finished',
      step: `step_${seq}`,
      node: 'step',
      attempt: 1,
      startedAt: Date.now(),
    } as const;
    const event = { seq, at: Date.now(), ...step, outputs: { out: { value: result } } };
    let begun = performance.now();
    await store.journal.append({ runId: 'run_1', fence, events: [event], values: [] });
    ours.push(performance.now() - begun);
    begun = performance.now();
    insert.run(result);
    theirs.push(performance.now() - begun);
  }
  bare.close();
  store.close();
  // Where other work keeps the disk busy, the bare commit beside it says what may be asked of a step.
  expect(median(ours)).toBeLessThan(Math.max(1, 3 * median(theirs)));
  expect(quantile(ours, 0.99)).toBeLessThan(Math.max(10, 5 * quantile(theirs, 0.99)));
}, 120_000);
