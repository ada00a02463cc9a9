import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TemporaryWorkspace, temporaryWorkspace } from '../../../test/kit/temporary-store.ts';
import type { CacheStore } from './cache-store.ts';
import type { WorkspaceStore } from './workspace-store.ts';

let workspace: TemporaryWorkspace;
let store: WorkspaceStore;
let cache: CacheStore;
let now = 1000;
beforeEach(() => {
  workspace = temporaryWorkspace();
  now = 1000;
  store = workspace.open({ now: () => now });
  cache = store.cache;
});
afterEach(() => workspace.remove());

describe('cache store', () => {
  it('gives back what was put until it expires', async () => {
    const value = { text: 'ä'.repeat(5000), list: [1, null] };
    await cache.put({ key: 'k', value, ttlMs: 50 });
    expect(await cache.get({ key: 'k' })).toEqual({ value, storedAt: 1000, expiresAt: 1050 });
    expect(await workspace.open({ now: () => now }).cache.get({ key: 'k' })).toMatchObject({ value });
    now = 1049;
    expect(await cache.get({ key: 'k' })).not.toBeNull();
    now = 1050;
    expect(await cache.get({ key: 'k' })).toBeNull();
    expect(await cache.get({ key: 'other' })).toBeNull();
  });

  it('replaces an entry and its age', async () => {
    await cache.put({ key: 'k', value: 1, ttlMs: 50 });
    now = 1040;
    await cache.put({ key: 'k', value: 2, ttlMs: 50 });
    expect(await cache.get({ key: 'k' })).toEqual({ value: 2, storedAt: 1040, expiresAt: 1090 });
  });

  it('prunes what has expired, and clears', async () => {
    await cache.put({ key: 'old', value: 1, ttlMs: 10 });
    await cache.put({ key: 'new', value: 2, ttlMs: 100 });
    now = 1010;
    expect(await cache.prune()).toBe(1);
    expect(await cache.get({ key: 'new' })).not.toBeNull();
    expect(await cache.clear()).toBe(1);
    expect(await cache.get({ key: 'new' })).toBeNull();
  });

  it('takes a damaged entry for none', async () => {
    await cache.put({ key: 'k', value: 'value', ttlMs: 50 });
    store.database.raw.exec("UPDATE cache SET body = x'22787878787822'");
    expect(await cache.get({ key: 'k' })).toBeNull();
  });
});
