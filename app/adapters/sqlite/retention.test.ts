import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
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
import type { WorkspaceStore } from './workspace-store.ts';

let workspace: TemporaryWorkspace;
let store: WorkspaceStore;
beforeEach(() => {
  workspace = temporaryWorkspace();
  store = workspace.open();
});
afterEach(() => workspace.remove());

const DAY = 86_400_000;
const end: RunEventBody = { type: 'run.finished', outputs: { answer: { value: 'inline-secret' } } };

async function run(runId: string, values: StoredValue[], ended = true, more: Parameters<typeof runCreated>[0] = {}) {
  const outputs = Object.fromEntries(values.map((value, index) => [`o${index}`, refTo(value)]));
  const bodies: RunEventBody[] = [
    runCreated({ inputs: { question: { value: 'inline-secret' } }, ...more }),
    stepFinished('a', { outputs, memo: runId, shared: true, detail: { seen: 'inline-secret' } }),
    { type: 'log.written', step: 'a', level: 'info', message: 'saw inline-secret', data: { of: 'inline-secret' } },
    ...(ended ? [end] : []),
  ];
  await store.journal.create({ runId, owner: 'one', events: eventLog(bodies), values });
}

const purge = (days = 30, now = TEST_TIME + 31 * DAY) => store.retention.purgePayloads({ olderThanDays: days, now });
const value = (digest: string, runId = 'run_1') => store.journal.value(digest, runId);
const gone = { code: 'run.not_replayable', remedy: expect.any(String) };
const only = storedValue('only here '.repeat(300));
const shared = storedValue('shared '.repeat(300));
const personal = storedValue('Ada Lovelace '.repeat(300), true);
const large = storedValue('0123456789'.repeat(200_000));

describe('retention', () => {
  it('forgets what only old, ended runs have said and keeps their shape', async () => {
    await run('run_1', [only, shared, personal, large]);
    await run('run_2', [shared], false);
    expect(await purge(32)).toEqual([]);
    const before = store.runs.getRun('run_1');
    expect(await purge()).toEqual(['run_1']);
    expect(await purge()).toEqual([]);
    for (const { digest } of [only, personal, large]) await expect(value(digest)).rejects.toMatchObject(gone);
    expect(await value(shared.digest)).toBe('shared '.repeat(300));
    expect(store.runs.getRun('run_1')).toEqual({ ...before, payloads: 'purged' });
    const events = await store.journal.events('run_1');
    expect(events).toHaveLength(4);
    const created = events[0];
    expect(created).toMatchObject({ type: 'run.created', inputs: { question: { digest: 'purged' } } });
    await expect(value('purged')).rejects.toMatchObject(gone);
    expect(await store.journal.findMemo('run_1', 0)).toBeUndefined();
    expect(await store.journal.findMemo('run_2', 0)).toBeDefined();
    expect(await store.doctor.check()).toEqual([]);
  });

  it('leaves no trace of the payload in any file', async () => {
    // Enough that whole pages become free, beside those that are written again.
    const many = Array.from({ length: 40 }, (_, i) =>
      storedValue(`only here ${i}: ${randomBytes(3000).toString('hex')}`),
    );
    await run('run_1', [...many, large]);
    for (let i = 2; i < 12; i += 1) await run(`run_${i}`, []);
    expect(await purge()).toHaveLength(11);
    const files = readdirSync(workspace.folder, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    const texts = files.map((file) => readFileSync(join(file.parentPath, file.name)));
    expect(files.length).toBeGreaterThan(0);
    for (const text of ['inline-secret', 'only here', '0123456789012345']) {
      expect(texts.filter((bytes) => bytes.includes(text)).length, text).toBe(0);
    }
  });

  it('forgets why a person was asked and what they said', async () => {
    const decided: RunEventBody[] = [
      runCreated({}),
      {
        type: 'step.waiting',
        step: 'a',
        wait: 'wait_1',
        kind: 'review',
        title: 'Look',
        reason: 'inline-secret',
        payload: { value: 'inline-secret' },
        payloadHash: 'h',
        actions: ['approve'],
      },
      {
        type: 'wait.decided',
        step: 'a',
        wait: 'wait_1',
        decision: {
          action: 'approve',
          values: { x: 'inline-secret' },
          by: 'Ann',
          at: TEST_TIME,
          comment: 'inline-secret',
        },
      },
      end,
    ];
    await store.journal.create({ runId: 'run_1', owner: 'one', events: eventLog(decided), values: [] });
    expect(await purge()).toEqual(['run_1']);
    expect(JSON.stringify(await store.journal.events('run_1'))).not.toContain('inline-secret');
    expect(JSON.stringify(store.reviews.tasks({}))).not.toContain('inline-secret');
  });

  it('forgets what a personal task asked and what was decided', async () => {
    const asked = storedValue({ title: 'About Ada', reason: 'Ada wrote' }, true);
    const decision = { action: 'approve', values: {}, by: 'Ann', at: TEST_TIME };
    const given = storedValue({ ...decision, comment: 'Ada is right' }, true);
    const payload = storedValue('Ada', true);
    const bodies: RunEventBody[] = [
      runCreated({}),
      {
        type: 'step.waiting',
        step: 'a',
        wait: 'wait_1',
        kind: 'review',
        title: 'Decision for a',
        payload: refTo(payload),
        payloadHash: 'h',
        actions: ['approve'],
        sealed: refTo(asked),
      },
      { type: 'wait.decided', step: 'a', wait: 'wait_1', decision, sealed: refTo(given) },
      end,
    ];
    const values = [payload, asked, given];
    await store.journal.create({ runId: 'run_1', owner: 'one', events: eventLog(bodies), values });
    expect(store.reviews.task('wait_1')).toMatchObject({
      title: 'About Ada',
      reason: 'Ada wrote',
      decision: { comment: 'Ada is right' },
    });
    expect(store.reviews.tasks()).toMatchObject([{ title: 'Decision for a', reason: null, decision }]);
    expect(await purge()).toEqual(['run_1']);
    for (const { digest } of values) await expect(value(digest)).rejects.toMatchObject(gone);
    expect(store.reviews.task('wait_1')).toMatchObject({ title: 'Decision for a', reason: null, decision });
  });

  it('never touches what an open run was made from', async () => {
    await run('run_1', [only]);
    await run('run_2', [], false, { origin: { parent: 'run_1', kind: 'fork', at: 'a' } });
    expect(await purge()).toEqual([]);
    expect(await store.retention.dropPayloads('run_1')).toBe(false);
    await store.journal.append({ runId: 'run_2', fence: 1, events: eventLog([end], 4), values: [] });
    expect(await purge()).toEqual(['run_1', 'run_2']);
  });

  it('drops one run at its end and not before', async () => {
    await run('run_1', [only, personal], false, { capture: 'off' });
    expect(await store.retention.dropPayloads('run_1')).toBe(false);
    expect(await value(only.digest)).toBe('only here '.repeat(300));
    await store.journal.append({ runId: 'run_1', fence: 1, events: eventLog([end], 4), values: [] });
    expect(await store.retention.dropPayloads('run_1')).toBe(true);
    for (const { digest } of [only, personal]) await expect(value(digest)).rejects.toMatchObject(gone);
    await expect(store.retention.dropPayloads('run_9')).rejects.toMatchObject({ code: 'run.not_found' });
  });
});
