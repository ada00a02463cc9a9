import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WorkspaceBudgets } from '../../core/budget/budget.ts';
import type { ReserveRequest } from '../../core/budget/ledger.ts';
import { limitsFor } from '../../core/budget/limits.ts';
import type { CallAccounts } from '../../core/graph/values.ts';
import { type LedgerStore, type LedgerStoreOptions, openLedgerStore } from './ledger-store.ts';

const noon = Date.UTC(2026, 10, 29, 12);
let folder: string;
let stores: LedgerStore[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-ledger-'));
  stores = [];
});
afterEach(() => {
  for (const store of stores) store.close();
  rmSync(folder, { recursive: true, force: true });
});
function open(options: Partial<LedgerStoreOptions> = {}): LedgerStore {
  const store = openLedgerStore({ file: join(folder, 'ledger.db'), now: () => noon, ...options });
  stores.push(store);
  return store;
}

interface By {
  runId?: string;
  node?: string;
  workflowId?: string;
  tags?: string[];
  at?: number;
}
function request(nanoUsd: number, budgets: WorkspaceBudgets, by: By = {}): ReserveRequest {
  const { at = noon, tags = [], ...rest } = by;
  return {
    spending: { at, kind: 'chat', profile: 'p', provider: 'anthropic', model: 'm', tags, ...rest },
    worst: {
      usage: { inputTokens: 10, outputTokens: 20, estimated: true },
      nanoUsd,
      priceKnown: true,
      priceVersion: 'test 1',
    },
    limits: limitsFor({ at, tags, ...rest }, { workspace: budgets }),
  };
}
const paid = (nanoUsd: number, more: Partial<CallAccounts> = {}): CallAccounts => ({
  usage: { inputTokens: 3, outputTokens: 4, estimated: false },
  cost: { nanoUsd, known: true, priceVersion: 'test 1' },
  ...more,
});
async function reserved(store: LedgerStore, what: ReserveRequest): Promise<number> {
  const answer = await store.reserve(what);
  if ('refused' in answer) throw new Error('refused');
  return answer.id;
}
const spent = (store: LedgerStore, key: string) =>
  store.database
    .statement<{ spent: number; reserved: number }>('SELECT spent, reserved FROM sums WHERE key = ?')
    .get(key);

describe('ledger store', () => {
  it('holds back, settles at what it came to, and gives the rest back', async () => {
    const store = open();
    const id = await reserved(store, request(700, { day: 1e-6 }));
    expect(spent(store, 'day 2026-11-29')).toEqual({ spent: 0, reserved: 700 });
    expect(await store.reserve(request(400, { day: 1e-6 }))).toMatchObject({
      refused: { spentNanoUsd: 0, reservedNanoUsd: 700, mayFit: true },
    });
    await store.settle(id, { accounts: paid(100), end: 'answered' });
    expect(spent(store, 'day 2026-11-29')).toEqual({ spent: 100, reserved: 0 });
    expect(await store.reserve(request(901, { day: 1e-6 }))).toMatchObject({ refused: { mayFit: false } });
    await reserved(store, request(900, { day: 1e-6 }));
  });

  it('gives everything back for a call that failed and used nothing', async () => {
    const store = open();
    const id = await reserved(store, request(700, { day: 1e-6, tags: { a: 1 } }, { tags: ['a'] }));
    await store.settle(id, { accounts: undefined, end: 'failed' });
    expect(spent(store, 'day 2026-11-29')).toEqual({ spent: 0, reserved: 0 });
    const rows = (table: string) => store.database.raw.prepare(`SELECT count(*) AS n FROM ${table}`).get();
    expect([rows('entries'), rows('entry_tags')]).toEqual([{ n: 0 }, { n: 0 }]);
  });

  it('counts each scope by itself, and what was spent before there was a limit', async () => {
    const store = open();
    const by = (runId: string, node: string, workflowId: string, tags: string[] = []) => ({
      runId,
      node,
      workflowId,
      tags,
    });
    for (const [nano, who] of [
      [10, by('run_1', 'a', 'wf_1')],
      [20, by('run_1', 'b', 'wf_1', ['north'])],
      [40, by('run_2', 'a', 'wf_1', ['north', 'south'])],
      [80, by('run_3', 'a', 'wf_2')],
      [160, { at: noon - 86_400_000 }],
    ] as const) {
      const id = await reserved(store, request(nano, {}, { ...who, tags: [...(('tags' in who && who.tags) || [])] }));
      await store.settle(id, { accounts: paid(nano), end: 'answered' });
    }
    const left = async (budgets: WorkspaceBudgets, who: By) => {
      const answer = await store.reserve(request(1e9, budgets, who));
      return 'refused' in answer ? answer.refused.spentNanoUsd : 'room';
    };
    expect(await left({ run: 1e-9 }, { runId: 'run_1' })).toBe(30);
    expect(await left({ node: 1e-9 }, { runId: 'run_1', node: 'a' })).toBe(10);
    expect(await left({ workflow: 1e-9 }, { workflowId: 'wf_1' })).toBe(70);
    expect(await left({ tags: { north: 1e-9 } }, { tags: ['north'] })).toBe(60);
    expect(await left({ day: 1e-9 }, {})).toBe(150);
  });

  it('warns once, when the share is passed', async () => {
    const store = open();
    const warnings = () => store.database.raw.prepare('SELECT key, spent_nano_usd, run_id FROM warnings').all();
    for (const nano of [79, 1, 5]) {
      const id = await reserved(store, request(nano, { day: 1e-7 }, { runId: `run_${nano}` }));
      await store.settle(id, { accounts: paid(nano), end: 'answered' });
      if (nano === 79) expect(warnings()).toEqual([]);
    }
    expect(warnings()).toEqual([{ key: 'day 2026-11-29', spent_nano_usd: 80, run_id: 'run_1' }]);
  });

  it('counts what a process that died had reserved, at once and at its worst', async () => {
    const dead = { pid: 4, process: 'dead', host: 'here' };
    const first = open({ identity: dead });
    await reserved(first, request(900, { day: 1e-6 }, { runId: 'run_1' }));
    const alive = open({ identity: { pid: 5, process: 'x', host: 'here' }, isProcessGone: () => false });
    expect(await alive.reserve(request(200, { day: 1e-6 }))).toMatchObject({ refused: { mayFit: true } });
    const second = open({ identity: { pid: 5, process: 'x', host: 'here' }, isProcessGone: ({ pid }) => pid === 4 });
    expect(await second.reserve(request(200, { day: 1e-6 }))).toMatchObject({
      refused: { spentNanoUsd: 900, reservedNanoUsd: 0, mayFit: false },
    });
    expect(second.database.raw.prepare('SELECT state, nano_usd, estimated FROM entries').all()).toEqual([
      { state: 'lost', nano_usd: 900, estimated: 1 },
    ]);
    // One that was only taken for dead settles nothing any more.
    await first.settle(1, { accounts: paid(100), end: 'answered' });
    expect(spent(first, 'day 2026-11-29')).toEqual({ spent: 900, reserved: 0 });
  });

  it('gives up on another machine only when no call can be under way any more', async () => {
    const there = open({ identity: { pid: 4, process: '', host: 'there' } });
    await reserved(there, request(5, {}));
    const soon = open({ now: () => noon + 86_400_000, isProcessGone: () => false });
    expect(await soon.settleLost()).toBe(0);
    const later = open({ now: () => noon + 86_400_001, isProcessGone: () => false });
    expect(await later.settleLost()).toBe(1);
  });

  it('is copied while it is in use', async () => {
    const store = open();
    const id = await reserved(store, request(700, { day: 1e-6 }));
    const target = join(folder, 'backup');
    mkdirSync(target);
    store.backUp(target);
    await store.settle(id, { accounts: paid(100), end: 'answered' });
    const copy = openLedgerStore({ file: join(target, 'ledger.db'), now: () => noon });
    expect(spent(copy, 'day 2026-11-29')).toEqual({ spent: 0, reserved: 700 });
    copy.close();
  });

  it('takes no money back and no nonsense from a server', async () => {
    const store = open();
    for (const nanoUsd of [-5, 0.5, Number.NaN]) {
      const id = await reserved(store, request(10, { day: 1e-6 }));
      await store.settle(id, { accounts: paid(nanoUsd), end: 'answered' });
    }
    expect(spent(store, 'day 2026-11-29')).toEqual({ spent: 0, reserved: 0 });
  });

  it('keeps spent and reserved equal to its entries, whatever happens in whatever order', async () => {
    const budgets: WorkspaceBudgets = { day: 1e-6, run: 5e-7, tags: { a: 7e-7 } };
    const step = fc.record({
      nano: fc.integer({ min: 0, max: 300 }),
      cost: fc.option(fc.integer({ min: 0, max: 300 })),
      run: fc.constantFrom('run_1', 'run_2'),
      tags: fc.constantFrom<string[][]>([], ['a']),
      settles: fc.boolean(),
    });
    let trials = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        trials += 1;
        const store = openLedgerStore({ file: join(folder, `${trials}.db`), now: () => noon });
        try {
          for (const { nano, cost, run, tags, settles } of steps) {
            const answer = await store.reserve(request(nano, budgets, { runId: run, tags }));
            if ('refused' in answer || !settles) continue;
            const accounts = cost === null ? undefined : paid(Math.min(cost, nano));
            await store.settle(answer.id, { accounts, end: 'answered' });
          }
          const sums = store.database
            .statement<{ key: string; spent: number; reserved: number }>('SELECT * FROM sums')
            .all();
          for (const { key, spent: settled, reserved: held } of sums) {
            const of = key.startsWith('run')
              ? 'run_id = ?'
              : key.startsWith('tag')
                ? 'id IN (SELECT entry FROM entry_tags WHERE tag = ?)'
                : '? <> 0';
            const total = (state: string) =>
              store.database
                .statement<{ n: number }>(
                  `SELECT coalesce(sum(nano_usd), 0) AS n FROM entries WHERE state ${state} AND ${of}`,
                )
                .get(key.split(' ')[1])?.n;
            expect([settled, held]).toEqual([total("<> 'open'"), total("= 'open'")]);
            const limit = key.startsWith('run') ? 500 : key.startsWith('tag') ? 700 : 1000;
            expect(settled + held).toBeLessThanOrEqual(limit);
          }
        } finally {
          store.close();
        }
      }),
      { numRuns: 50 },
    );
  });
});
