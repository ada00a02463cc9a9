import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  eventLog,
  runCreated,
  stepFinished,
  type TemporaryWorkspace,
  temporaryWorkspace,
} from '../../../test/kit/temporary-store.ts';
import { isProcessGone, ownProcess } from './process-identity.ts';

const WRITER = fileURLToPath(new URL('../../../test/kit/journal-writer-process.ts', import.meta.url));

let workspace: TemporaryWorkspace;
const children: ChildProcess[] = [];
beforeEach(() => {
  workspace = temporaryWorkspace();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  vi.useRealTimers();
  workspace.remove();
});

/** A process that works on the run; `lines` are what it has printed. */
function startWriter(runId: string): {
  child: ChildProcess;
  lines: string[];
  line: (text: string | number) => Promise<void>;
} {
  const child = spawn(process.execPath, [WRITER, workspace.state, workspace.keyFile, runId], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  if (child.stdout === null) throw new Error('no stdout');
  createInterface(child.stdout).on('line', (text) => {
    lines.push(text);
    for (const check of waiting) check();
  });
  return {
    child,
    lines,
    /** Resolves once that text, or that many lines, were printed. */
    line: (wanted) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (typeof wanted === 'number' ? lines.length < wanted : !lines.includes(wanted)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}

const begin = async (runId: string) => {
  const store = workspace.open({ now: Date.now });
  const { fence } = await store.journal.create({ runId, owner: 'one', events: eventLog([runCreated()]), values: [] });
  return { store, fence };
};

describe('isProcessGone', () => {
  it('knows this process, a dead one and one that has its number now', async () => {
    const own = ownProcess();
    expect(own).toMatchObject({ pid: process.pid, host: hostname() });
    expect(isProcessGone(own)).toBe(false);
    expect(isProcessGone({ ...own, process: '' })).toBe(false);
    if (process.platform === 'linux') expect(isProcessGone({ ...own, process: `${own.process}9` })).toBe(true);
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(isProcessGone({ ...own, pid: child.pid ?? 0 })).toBe(true);
    expect(isProcessGone({ ...own, pid: child.pid ?? 0, process: '' })).toBe(true);
    expect(isProcessGone({ ...own, pid: child.pid ?? 0, host: 'elsewhere' })).toBe(false);
  });
});

describe('leases between processes', () => {
  it('lose nothing that was acknowledged when the holder is killed, and pass to the next at once', async () => {
    const { store, fence } = await begin('run_1');
    await store.journal.release('run_1', fence);
    let acknowledged = 1;
    for (let round = 0; round < 6; round += 1) {
      const writer = startWriter('run_1');
      await writer.line(3 + round * 7);
      expect(store.runs.getRun('run_1').owner).toBe('writer');
      writer.child.kill('SIGKILL');
      await once(writer.child, 'close');
      expect(store.runs.getRun('run_1').owner).toBeNull();
      acknowledged = Math.max(acknowledged, Number(writer.lines.at(-1)));
      const events = await store.journal.events('run_1');
      expect(events.length).toBeGreaterThanOrEqual(acknowledged);
      // Pairs are written together: never a torn one.
      expect(events.length % 2).toBe(1);
      expect(store.runs.getRun('run_1').counts.succeeded).toBe(events.length - 1);
    }
    expect((await store.journal.claim('run_1', 'one')).fence).toBe(8);
    expect(await store.doctor.check()).toEqual([]);
  });

  it('refuse a run that another process works on, and fence that process out once it was silent too long', async () => {
    const { store, fence } = await begin('run_1');
    const refused = startWriter('run_1');
    await refused.line('run.owned');
    await store.journal.release('run_1', fence);
    const writer = startWriter('run_1');
    await writer.line(5);
    await expect(store.journal.claim('run_1', 'one')).rejects.toMatchObject({
      code: 'run.owned',
      message: expect.stringContaining(String(writer.child.pid)),
      remedy: expect.any(String),
    });
    const later = workspace.open({ now: () => Date.now() + 10_100 });
    const claim = await later.journal.claim('run_1', 'two');
    await writer.line('run.fenced');
    const next = eventLog([stepFinished('mine')], claim.events.length + 1);
    await later.journal.append({ runId: 'run_1', fence: claim.fence, events: next, values: [] });
    const events = await store.journal.events('run_1');
    expect(events.at(-1)).toMatchObject({ step: 'mine' });
    expect(events).toHaveLength(claim.events.length + 1);
  });

  it('are renewed while runs are held, and no longer', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let now = 0;
    const store = workspace.open({ now: () => now, lease: { ttlMs: 9000 } });
    const other = workspace.open({ now: () => now });
    const batch = { owner: 'one', events: eventLog([runCreated()]), values: [] };
    const { fence } = await store.journal.create({ runId: 'run_1', ...batch });
    for (now = 3000; now <= 30_000; now += 3000) {
      vi.advanceTimersByTime(3000);
      await new Promise((resolve) => setImmediate(resolve));
      await expect(other.journal.claim('run_1', 'two')).rejects.toMatchObject({ code: 'run.owned' });
    }
    expect(vi.getTimerCount()).toBe(1);
    await store.journal.release('run_1', fence);
    expect(vi.getTimerCount()).toBe(0);
    expect((await other.journal.claim('run_1', 'two')).fence).toBe(2);
  });

  it('are given back when the store is closed', async () => {
    const { store } = await begin('run_1');
    store.close();
    expect((await workspace.open().journal.claim('run_1', 'two')).fence).toBe(2);
  });
});
