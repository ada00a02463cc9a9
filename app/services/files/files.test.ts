import { beforeEach, describe, expect, it } from 'vitest';
import { memoryTextFolder } from '../../../test/kit/memory-text-folder.ts';
import { sha256Hex } from '../../core/graph/hash.ts';
import type { Workflow } from '../../core/graph/workflow.ts';
import { createFileHistory, MAX_VERSIONS } from './file-history.ts';
import { createRecoveryStore } from './recovery.ts';
import { createSavedFiles } from './saved-files.ts';
import { type FileChange, watchFiles } from './watch-files.ts';

const FILE = 'workflows/a.flow.json';
let time = 1000;
const now = () => time;

function open() {
  const workspace = memoryTextFolder(now);
  const state = memoryTextFolder(now);
  const history = createFileHistory(state);
  return { workspace, state, history, saved: createSavedFiles({ workspace, state, history, now }) };
}
let parts = open();
beforeEach(() => {
  time = 1_700_000_000_000;
  parts = open();
});

describe('saving a file', () => {
  it('needs the version that it was made from, and keeps every one', async () => {
    const { saved, workspace, history } = parts;
    let { hash } = await saved.save(FILE, 'one', null);
    expect(hash).toBe(sha256Hex('one'));
    for (const text of ['two', 'three']) {
      time += 1;
      ({ hash } = await saved.save(FILE, text, hash));
    }
    expect(workspace.files.get(FILE)?.text).toBe('three');
    const versions = await history.list(FILE);
    expect(await Promise.all(versions.map(({ version }) => history.read(FILE, version)))).toEqual([
      'three',
      'two',
      'one',
    ]);
  });

  it('keeps what someone else wrote meanwhile', async () => {
    const { saved, workspace, history } = parts;
    const { hash } = await saved.save(FILE, 'mine', null);
    workspace.files.set(FILE, { text: 'theirs', modifiedAt: time + 5 });
    await expect(saved.save(FILE, 'mine too', hash)).rejects.toMatchObject({
      code: 'file.conflict',
      where: FILE,
      data: { hash: sha256Hex('theirs'), modifiedAt: time + 5 },
    });
    expect(workspace.files.get(FILE)?.text).toBe('theirs');
    // Told to overwrite theirs, it does, and theirs is in the history.
    await saved.save(FILE, 'mine too', sha256Hex('theirs'));
    const texts = await Promise.all((await history.list(FILE)).map(({ version }) => history.read(FILE, version)));
    expect(texts).toEqual(['mine too', 'theirs', 'mine']);
  });

  it('says when the file is gone, and when a new one is there already', async () => {
    const { saved, workspace } = parts;
    const { hash } = await saved.save(FILE, 'mine', null);
    await expect(saved.save(FILE, 'new', null)).rejects.toMatchObject({ code: 'file.exists' });
    workspace.files.delete(FILE);
    await expect(saved.save(FILE, 'more', hash)).rejects.toMatchObject({ code: 'file.conflict', data: { gone: true } });
  });

  it('lets only one of two saves at once win', async () => {
    const { saved } = parts;
    const { hash } = await saved.save(FILE, 'one', null);
    const results = await Promise.allSettled([saved.save(FILE, 'a', hash), saved.save(FILE, 'b', hash)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('leaves the file as it was when the disk is full', async () => {
    const { saved, workspace } = parts;
    const { hash } = await saved.save(FILE, 'one', null);
    workspace.fault = new Error('full');
    await expect(saved.save(FILE, 'two', hash)).rejects.toThrow('full');
    expect(workspace.files.get(FILE)?.text).toBe('one');
    workspace.fault = undefined;
    await saved.save(FILE, 'two', hash);
  });

  it('keeps a bounded number of versions, in the order in which they were saved, also when the clock runs back', async () => {
    const { saved, history } = parts;
    let { hash } = await saved.save(FILE, '0', null);
    for (let n = 1; n <= MAX_VERSIONS + 10; n += 1) {
      time -= 1000;
      ({ hash } = await saved.save(FILE, String(n), hash));
    }
    const versions = await history.list(FILE);
    expect(versions).toHaveLength(MAX_VERSIONS);
    expect(await history.read(FILE, versions[0]?.version ?? '')).toBe(String(MAX_VERSIONS + 10));
    expect(versions.map(({ at }) => at)).toEqual(versions.map(({ at }) => at).sort((a, b) => b - a));
  });

  it.each(['../../secret', 'x', '1700000000000-zz', `${'1'.repeat(13)}-${'a'.repeat(16)}`])(
    'has no version %s',
    async (version) => {
      await expect(parts.history.read(FILE, version)).rejects.toMatchObject({ code: 'history.missing' });
    },
  );
});

describe('the trash', () => {
  it('gives a file back, beside another that took its place', async () => {
    const { saved, workspace } = parts;
    await saved.save(FILE, 'one', null);
    const first = await saved.remove(FILE);
    expect(workspace.files.size).toBe(0);
    await saved.save(FILE, 'two', null);
    time += 1;
    const second = await saved.remove(FILE);
    expect((await saved.trashed()).map(({ trash }) => trash)).toEqual([second.trash, first.trash]);
    const beside = async () => 'workflows/a-2.flow.json';
    expect(await saved.restore(first.trash, beside)).toBe(FILE);
    expect(await saved.restore(second.trash, beside)).toBe('workflows/a-2.flow.json');
    expect([...workspace.files.values()].map(({ text }) => text).sort()).toEqual(['one', 'two']);
    expect(await saved.trashed()).toEqual([]);
    await expect(saved.restore(first.trash, beside)).rejects.toMatchObject({ code: 'history.missing' });
  });

  it('loses nothing when the copy cannot be made', async () => {
    const { saved, state, workspace } = parts;
    await saved.save(FILE, 'one', null);
    state.fault = new Error('full');
    await expect(saved.remove(FILE)).rejects.toThrow('full');
    expect(workspace.files.get(FILE)?.text).toBe('one');
  });
});

describe('unsaved work', () => {
  const workflow = { format: 1, id: 'wf_abc', name: 'A', inputs: {}, outputs: {}, resources: {}, nodes: [], edges: [] };
  const put = { file: FILE, slot: 'window-1', base: 'b', workflow: workflow as Workflow };

  it('is kept for each window, until it is dropped', async () => {
    const store = createRecoveryStore(parts.state, now);
    await store.put(put);
    time += 1;
    await store.put({ ...put, slot: 'window-2' });
    expect((await store.list()).map(({ slot }) => slot)).toEqual(['window-2', 'window-1']);
    expect(await store.get(FILE, 'window-1')).toMatchObject({ base: 'b', workflow: { id: 'wf_abc' } });
    await store.drop(FILE, 'window-1');
    await store.drop(FILE, 'window-1');
    await expect(store.get(FILE, 'window-1')).rejects.toMatchObject({ code: 'recovery.missing' });
  });

  it('is passed over when it is damaged', async () => {
    const store = createRecoveryStore(parts.state, now);
    await store.put(put);
    for (const path of parts.state.files.keys()) parts.state.files.set(path, { text: '{"file":', modifiedAt: 1 });
    expect(await store.list()).toEqual([]);
  });

  it('does not grow without end', async () => {
    const store = createRecoveryStore(parts.state, now);
    for (let n = 0; n < 105; n += 1) {
      time += 1;
      await store.put({ ...put, slot: `window-${n}` });
    }
    const slots = (await store.list()).map(({ slot }) => slot);
    expect(slots).toHaveLength(100);
    expect(slots).not.toContain('window-0');
  });
});

describe('watching files', () => {
  it('tells what was added, changed and removed, and ends when it is told to', async () => {
    const { workspace } = parts;
    const stopping = new AbortController();
    const turns: (() => void)[] = [
      () => workspace.files.set(FILE, { text: 'one', modifiedAt: 1 }),
      () => workspace.files.set(FILE, { text: 'two!', modifiedAt: 2 }),
      () => undefined,
      () => workspace.files.set('documents/x.md', { text: 'none of ours', modifiedAt: 2 }),
      () => workspace.files.delete(FILE),
      () => stopping.abort(new Error('enough')),
    ];
    const sleep = async (_ms: number, signal: AbortSignal) => {
      turns.shift()?.();
      signal.throwIfAborted();
    };
    const seen: FileChange[] = [];
    for await (const change of watchFiles({ workspace, sleep }, ['workflows/**/*.flow.json'], stopping.signal))
      seen.push(change);
    expect(seen.map(({ type, hash }) => [type, hash])).toEqual([
      ['watching', undefined],
      ['added', sha256Hex('one')],
      ['changed', sha256Hex('two!')],
      ['removed', undefined],
    ]);
  });
});
