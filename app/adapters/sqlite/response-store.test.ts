import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResponseShelf } from '../../core/cache/kept-responses.ts';
import { openResponseStore, removeResponses } from './response-store.ts';

let folder: string;
let file: string;
let now: number;
let shelf: ResponseShelf;
const open = (maxBytes = 1_000_000) => openResponseStore({ file, maxBytes, now: () => now });
const facts = { kind: 'chat', profile: 'fast', provider: 'openai-compatible', model: 'm-1' };
const said = (text: string) => ({ response: { text } });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-responses-'));
  file = join(folder, 'cache.db');
  now = 1000;
  shelf = open();
});
afterEach(() => {
  shelf.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('response store', () => {
  it('gives an answer back until it is stale, and counts what it saved', async () => {
    const kept = { response: { text: 'ä'.repeat(3000), usage: { inputTokens: 1 } }, pieces: [1000, 2000] };
    await shelf.put('k1', kept, { ...facts, workflowId: 'wf_a', node: 'm', nanoUsd: 70 }, 50);
    expect(await shelf.take('k1')).toEqual({ ...kept, storedAt: 1000 });
    now = 1049;
    expect(await shelf.take('k1')).toMatchObject(kept);
    expect(await shelf.take('k2')).toBeUndefined();
    now = 1050;
    expect(await shelf.take('k1')).toBeUndefined();
    expect(shelf.totals({})).toMatchObject({ entries: 1, hits: 2, savedNanoUsd: 140 });
    expect(shelf.list({}, 10)).toEqual([
      {
        ...{ key: 'k1', ...facts, workflowId: 'wf_a', node: 'm', nanoUsd: 70, bytes: expect.any(Number) },
        ...{ storedAt: 1000, expiresAt: 1050, usedAt: 1049, hits: 2 },
      },
    ]);
    shelf.close();
    shelf = open();
    expect(shelf.read('k1')).toEqual(kept);
  });

  it('keeps to its room: the least used go first', async () => {
    shelf.close();
    shelf = open(20_000);
    const long = (n: number) =>
      said(Array.from({ length: 200 }, (_, i) => String((i * 7919 + n * 104_729) % 1e9)).join(' '));
    for (let n = 0; n < 40; n += 1) {
      now += 1;
      await shelf.put(`k${n}`, long(n), facts, 1_000_000);
      await shelf.take('k0');
      expect(shelf.totals({}).bytes).toBeLessThanOrEqual(20_000);
    }
    const left = shelf.list({}, 100).map(({ key }) => key);
    expect(left).toContain('k0');
    expect(left).toContain('k39');
    expect(left).not.toContain('k1');
    expect(left.length).toBeGreaterThan(5);
    // One that would fill a tenth of it is not worth what it drives out.
    await shelf.put('huge', said(Array.from({ length: 3000 }, (_, i) => Math.sin(i)).join(' ')), facts, 1000);
    expect(shelf.find('huge')).toEqual([]);
  });

  it('makes room of what is stale before it takes what is fresh', async () => {
    shelf.close();
    shelf = open(6000);
    await shelf.put('fresh', said('f'), facts, 1_000_000);
    now += 1;
    for (let n = 0; n < 12; n += 1) await shelf.put(`stale${n}`, said('s'), facts, 5);
    now += 10;
    for (let n = 0; n < 3; n += 1) await shelf.put(`new${n}`, said('n'), facts, 1000);
    const left = shelf.list({}, 100).map(({ key }) => key);
    expect(left).toContain('fresh');
    expect(left.filter((key) => key.startsWith('stale'))).toEqual([]);
  });

  it('removes by what is named, and leaves nothing of it on the disk', async () => {
    await shelf.put('a', said('words-of-the-first'), { ...facts, workflowId: 'wf_a', node: 'x', scope: 'acme' }, 10);
    await shelf.put('b', said('words-of-the-second'), { ...facts, profile: 'slow', workflowId: 'wf_b' }, 100);
    expect(await shelf.clear({ workflowId: 'wf_a', node: 'y' })).toBe(0);
    expect(await shelf.clear({ expired: true })).toBe(0);
    now += 10;
    expect(await shelf.clear({ expired: true })).toBe(1);
    const bytes = spawnSync('cat', [file, `${file}-wal`]).stdout.toString('latin1');
    expect(bytes).not.toContain('words-of-the-first');
    expect(bytes).toContain('words-of-the-second');
    expect(await shelf.clear({ profile: 'slow', storedBefore: 1000 })).toBe(0);
    expect(await shelf.clear({ profile: 'slow', storedBefore: 1001 })).toBe(1);
    expect(shelf.totals({})).toEqual({ entries: 0, bytes: 0, hits: 0, savedNanoUsd: 0 });
  });

  it('takes a damaged answer, or one that stands under another key, for none', async () => {
    await shelf.put('a', said('first'), facts, 1000);
    await shelf.put('b', said('other'), facts, 1000);
    const raw = new Database(file);
    raw.exec(
      "UPDATE response SET (body, checksum) = (SELECT body, checksum FROM response WHERE key = 'b') WHERE key = 'a'",
    );
    raw.exec("UPDATE response SET body = x'22787822' WHERE key = 'b'");
    raw.close();
    expect(await shelf.take('a')).toBeUndefined();
    expect(await shelf.take('b')).toBeUndefined();
    expect(shelf.read('b')).toBeUndefined();
  });

  it('is private, says when it is no database, and can be removed', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    shelf.close();
    writeFileSync(file, 'no database at all, and longer than a header of one, so that it is looked at'.repeat(20));
    expect(() => open()).toThrowError(expect.objectContaining({ code: 'storage.corrupt' }));
    removeResponses(file);
    shelf = open();
    expect(shelf.list({}, 1)).toEqual([]);
  });

  it('is whole after a process was killed while it wrote', async () => {
    const writer = `
      const { openResponseStore } = await import(${JSON.stringify(new URL('./response-store.ts', import.meta.url).href)});
      const shelf = openResponseStore({ file: process.argv[1], maxBytes: 400_000, now: () => Date.now() });
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 150);
      for (let n = 0; ; n += 1) {
        const text = Array.from({ length: 300 }, (_, i) => Math.sin(i * n)).join(' ');
        await shelf.put('key' + (n % 97), { response: { text, n } }, ${JSON.stringify(facts)}, 1_000_000);
      }`;
    shelf.close();
    for (let round = 0; round < 3; round += 1) {
      const ended = spawnSync(process.execPath, ['--input-type=module', '-e', writer, file], { encoding: 'utf8' });
      expect(ended).toMatchObject({ signal: 'SIGKILL', stderr: '' });
    }
    shelf = open();
    const raw = new Database(file, { readonly: true });
    expect(raw.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(raw.prepare('SELECT bytes FROM room').pluck().get()).toBe(shelf.totals({}).bytes);
    raw.close();
    const rows = shelf.list({}, 1000);
    expect(rows.length).toBeGreaterThan(0);
    for (const { key } of rows) expect(shelf.read(key)?.response).toMatchObject({ text: expect.any(String) });
  });
});
