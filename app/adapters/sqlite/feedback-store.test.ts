import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  eventLog,
  runCreated,
  TEST_TIME,
  type TemporaryWorkspace,
  temporaryWorkspace,
} from '../../../test/kit/temporary-store.ts';
import type { FeedbackGiven } from '../../core/run/feedback.ts';
import type { WorkspaceStore } from './workspace-store.ts';

let workspace: TemporaryWorkspace;
let store: WorkspaceStore;
beforeEach(async () => {
  workspace = temporaryWorkspace();
  store = workspace.open();
  await run('run_1');
});
afterEach(() => workspace.remove());

const run = (runId: string) => {
  const events = eventLog([runCreated(), { type: 'run.finished', outputs: {} }]);
  return store.journal.create({ runId, owner: 'one', events, values: [] });
};

const thumb: FeedbackGiven = {
  ...{ runId: 'run_1', name: 'thumbs', value: false, source: 'person', by: 'Ada' },
  target: { step: 'out', port: 'value' },
};
let count = 0;
const give = (more: Partial<FeedbackGiven> = {}, personal = false) => {
  count += 1;
  return store.feedback.give({ ...thumb, ...more }, { id: `fb_${count}`, personal });
};
const thumbs = (runId = 'run_1') => store.runs.getRun(runId).thumbs;
/** Everything that lies on the disk. */
function bytesOf(folder: string): Buffer[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return files.map((file) => readFileSync(join(file.parentPath, file.name)));
}
const isOnDisk = (text: string) => bytesOf(workspace.state).some((bytes) => bytes.includes(text));

describe('feedback store', () => {
  it('keeps one opinion of each author about each output under each name, and counts thumbs', async () => {
    const first = await give({ note: 'Wrong day.', correction: { text: 'Tuesday' } });
    expect(first).toMatchObject({ workflowName: 'Support', words: 'kept', note: 'Wrong day.', at: TEST_TIME });
    expect(thumbs()).toEqual({ up: 0, down: 1 });
    const again = await give({ value: true });
    expect(again).toMatchObject({ id: first.id, value: true, words: 'none', note: null, correction: null });
    await give({ by: 'Bob' });
    await give({ target: null });
    await give({ target: { step: 'out', port: null }, value: true });
    await give({ name: 'accuracy', value: 0.25, source: 'judge' });
    expect(thumbs()).toEqual({ up: 2, down: 2 });
    expect(store.feedback.list()).toHaveLength(5);
    expect(store.feedback.list({ name: 'accuracy' })).toMatchObject([{ value: 0.25, source: 'judge' }]);
    expect(store.feedback.list({ value: false }).map(({ by, target }) => [by, target])).toEqual([
      ['Ada', null],
      ['Bob', thumb.target],
    ]);
  });

  it('finds the runs that somebody liked or did not like', async () => {
    await run('run_2');
    await give();
    await give({ runId: 'run_2', value: true });
    await give({ runId: 'run_2', name: 'accuracy', value: false });
    const found = (way: 'up' | 'down') => store.runs.listRuns({ thumb: way }).map(({ runId }) => runId);
    expect([found('up'), found('down')]).toEqual([['run_2'], ['run_1']]);
  });

  it('seals words about what is personal: they are on no disk, and a list does not open them', async () => {
    const { id } = await give({ note: 'Ada Lovelace asked', correction: 'Ada Lovelace' }, true);
    expect(isOnDisk('Lovelace')).toBe(false);
    expect(store.feedback.list()).toMatchObject([{ words: 'personal', note: null, correction: null }]);
    expect(store.feedback.show(id)).toMatchObject({ note: 'Ada Lovelace asked', correction: 'Ada Lovelace' });
    // Sealed words mean nothing beside another output.
    store.database.statement("UPDATE feedback SET port = 'other'").run();
    expect(() => store.feedback.show(id)).toThrow(expect.objectContaining({ code: 'storage.corrupt' }));
  });

  it('goes on after its run was made anew from the log, and goes with its payloads', async () => {
    await give({ note: 'words that are to go' });
    const before = store.feedback.list();
    await store.doctor.rebuildProjections();
    expect(store.feedback.list()).toEqual(before);
    expect(thumbs()).toEqual({ up: 0, down: 1 });
    await store.retention.purgePayloads({ olderThanDays: 0, now: TEST_TIME + 1000 });
    expect(store.feedback.list()).toMatchObject([{ value: false, words: 'purged', note: null }]);
    expect(isOnDisk('words that are to go')).toBe(false);
    await expect(give({ note: 'once more' })).rejects.toMatchObject({ code: 'feedback.words' });
    expect(await give({ value: true })).toMatchObject({ value: true, words: 'none' });
  });

  it('is taken back for good, and refused about a run that is not there', async () => {
    const { id } = await give({ note: 'said too early' });
    await store.feedback.remove(id);
    expect(store.feedback.list()).toEqual([]);
    expect(isOnDisk('said too early')).toBe(false);
    await expect(store.feedback.remove(id)).rejects.toMatchObject({ code: 'feedback.not_found' });
    expect(() => store.feedback.show(id)).toThrow(expect.objectContaining({ code: 'feedback.not_found' }));
    await expect(give({ runId: 'run_9' })).rejects.toMatchObject({ code: 'run.not_found' });
  });

  it('says which piece is damaged', async () => {
    const { id } = await give({ note: 'fine' });
    store.database.statement('UPDATE feedback SET body = CAST(\'{"note":"foul"}\' AS BLOB)').run();
    expect(() => store.feedback.show(id)).toThrow(
      expect.objectContaining({ code: 'storage.corrupt', where: `feedback ${id}` }),
    );
  });
});
