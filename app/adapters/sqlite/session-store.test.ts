import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TemporaryWorkspace, temporaryWorkspace } from '../../../test/kit/temporary-store.ts';
import type { CallAbout } from '../../core/capabilities/capabilities.ts';
import type { WorkspaceStore } from './workspace-store.ts';

let workspace: TemporaryWorkspace;
let store: WorkspaceStore;
let now = 1000;
beforeEach(() => {
  workspace = temporaryWorkspace();
  now = 1000;
  store = workspace.open({ now: () => now });
});
afterEach(() => workspace.remove());

const key = { space: 'chat', session: 's1' };
const by = (step: string, personal = false, runId = 'run_1') => ({ about: { runId, step, personal } as CallAbout });
const say = (user: string, options = by(user)) =>
  store.sessions.append({ ...key, user, assistant: `to ${user}` }, options);
const read = (limit = 10, options = by('reader')) => store.sessions.read({ ...key, limit }, options);

describe('session store', () => {
  it('keeps turns in their order, also for the next process, each session by itself', async () => {
    expect(await read()).toEqual({ turns: [] });
    expect(await say('a')).toEqual({ turn: 1 });
    now = 2000;
    expect(await say('ä'.repeat(3000))).toEqual({ turn: 2 });
    await store.sessions.append({ space: 'other', session: 's1', user: 'x', assistant: 'y' }, by('x'));
    const { sessions } = workspace.open();
    expect((await sessions.read({ ...key, limit: 10 })).turns).toEqual([
      { turn: 1, user: 'a', assistant: 'to a' },
      { turn: 2, user: 'ä'.repeat(3000), assistant: `to ${'ä'.repeat(3000)}` },
    ]);
    expect((await read(1)).turns.map(({ turn }) => turn)).toEqual([2]);
    expect(sessions.list()).toMatchObject([
      { space: 'other', turns: 1 },
      { ...key, turns: 2, summarised: 0, personal: false, createdAt: 1000, usedAt: 2000 },
    ]);
    expect(sessions.list({ space: 'chat' })).toHaveLength(1);
  });

  it('a step done again replaces its turn, whatever it says now', async () => {
    await say('a');
    await say('b', by('node[1]'));
    await say('c');
    expect(await store.sessions.append({ ...key, user: 'b', assistant: 'anew' }, by('node[1]'))).toEqual({ turn: 2 });
    expect((await read()).turns.map(({ assistant }) => assistant)).toEqual(['to a', 'anew', 'to c']);
    // The same step of another run is another turn.
    expect(await say('b', by('node[1]', false, 'run_2'))).toEqual({ turn: 4 });
  });

  it('turns said at once by many each get a place of their own', async () => {
    const turns = await Promise.all(Array.from({ length: 50 }, (_, i) => say(`u${i}`)));
    expect(new Set(turns.map(({ turn }) => turn)).size).toBe(50);
    expect((await read(100)).turns.map(({ turn }) => turn)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  it('a summary stands for the first turns, and one that reaches less far does not replace it', async () => {
    for (const user of ['a', 'b', 'c', 'd']) await say(user);
    expect(await store.sessions.summarise({ ...key, text: 'a and b', until: 2 })).toEqual({ kept: true });
    expect(await store.sessions.summarise({ ...key, text: 'a to c', until: 3 })).toEqual({ kept: true });
    expect(await store.sessions.summarise({ ...key, text: 'a', until: 1 })).toEqual({ kept: false });
    const { turns, summary } = await read();
    expect(turns.map(({ user }) => user)).toEqual(['d']);
    expect(summary).toEqual({ text: 'a to c', until: 3 });
    expect(store.sessions.show(key)).toMatchObject({
      summarised: 3,
      history: [{ user: 'a' }, { user: 'b' }, { user: 'c' }, { user: 'd', runId: 'run_1' }],
      summary: { until: 3, text: 'a to c' },
    });
  });

  it('encrypts what personal steps say; only such steps read it, and nobody is shown it', async () => {
    await say('plain');
    await say('Ottoline', by('p', true));
    await store.sessions.summarise({ ...key, text: 'about Ottoline', until: 1 }, by('p', true));
    await expect(read()).rejects.toMatchObject({ code: 'memory.personal' });
    expect(await read(10, by('q', true))).toEqual({
      turns: [{ turn: 2, user: 'Ottoline', assistant: 'to Ottoline' }],
      summary: { text: 'about Ottoline', until: 1 },
    });
    expect(JSON.stringify(store.sessions.show(key))).not.toContain('Ottoline');
    expect(store.sessions.show(key)).toMatchObject({
      personal: true,
      history: [{ user: 'plain' }, { personal: true }],
    });
    store.close();
    expect(readFileSync(workspace.database).includes('Ottoline')).toBe(false);
    expect(readFileSync(workspace.database).includes('plain')).toBe(true);
  });

  it('removes for good', async () => {
    await say('Philippa');
    await store.sessions.append({ ...key, session: 's2', user: 'stays', assistant: 'here' }, by('x'));
    expect(await store.sessions.remove([key, { ...key, session: 'never' }])).toEqual([key]);
    expect(await read()).toEqual({ turns: [] });
    expect(() => store.sessions.show(key)).toThrow(expect.objectContaining({ code: 'session.missing' }));
    expect(store.sessions.list()).toMatchObject([{ session: 's2' }]);
    store.close();
    expect(readFileSync(workspace.database).includes('Philippa')).toBe(false);
    expect(readFileSync(workspace.database).includes('stays')).toBe(true);
  });

  it('tells damage, and never gives half a conversation', async () => {
    await say('a');
    store.database.raw.exec("UPDATE session_texts SET body = x'7b7d'");
    await expect(read()).rejects.toMatchObject({ code: 'storage.corrupt', where: 'session s1 of space chat' });
  });
});
