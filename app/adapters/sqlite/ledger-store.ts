import { closeSync, openSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Ledger, ReserveAnswer, ReserveRequest, Settlement, Spending } from '../../core/budget/ledger.ts';
import type { Counted, ScopedLimit } from '../../core/budget/limits.ts';
import { refusal, type Standing } from '../../core/budget/refusal.ts';
import type { Usage } from '../../core/graph/values.ts';
import { ledgerMigrations } from './ledger-migrations.ts';
import { openDatabase, type SqliteDatabase } from './open-database.ts';
import { isProcessGone, ownProcess, type ProcessIdentity } from './process-identity.ts';
import { WriteQueue } from './write-queue.ts';

export interface LedgerStoreOptions {
  file: string;
  /** Epoch milliseconds. */
  now: () => number;
  busyTimeoutMs?: number;
  /** For tests. */
  identity?: ProcessIdentity;
  isProcessGone?: (identity: ProcessIdentity) => boolean;
}

export interface LedgerStore extends Ledger {
  readonly database: SqliteDatabase;
  /** Counts what processes that are gone had reserved: their calls may have been charged for. @returns how many */
  settleLost(): Promise<number>;
  /** What SQLite says is wrong with the file. */
  faults(): string[];
  /** Copies the ledger into a folder while others may write. @throws AppError storage.* */
  backUp(folder: string): void;
  close(): void;
}

/** Of another machine nothing is known; no try of a call lasts longer than this, so by then it is over. */
const LONGEST_TRY_MS = 86_400_000;

interface SumRow {
  spent: number;
  reserved: number;
}

interface OpenRow {
  id: number;
  nano_usd: number;
  sums: string;
  run_id: string | null;
}

/** What stays of a limit beside an open entry: enough to settle it and to warn. */
type HeldSum = Pick<ScopedLimit, 'key' | 'nanoUsd' | 'warnNanoUsd' | 'what' | 'source'>;

const INSERT = `
  INSERT INTO entries (state, at, run_id, workflow_id, step, node, call, kind, profile, provider, model, prompt, tags,
    input_tokens, output_tokens, cached_input_tokens, cache_write_tokens, reasoning_tokens, nano_usd, price_known,
    estimated, price_version, sums, pid, process, host)
  VALUES ('open', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?, 1, ?, ?, ?, ?, ?)`;
const SETTLE = `
  UPDATE entries SET state = ?, profile = coalesce(?, profile), model = coalesce(?, model), input_tokens = ?,
    output_tokens = ?, cached_input_tokens = ?, cache_write_tokens = ?, reasoning_tokens = ?, nano_usd = ?,
    price_known = ?, estimated = ?, price_version = ?, sums = NULL, pid = NULL, process = NULL, host = NULL
  WHERE id = ?`;
const LOSE = "UPDATE entries SET state = 'lost', sums = NULL, pid = NULL, process = NULL, host = NULL WHERE id = ?";
const ADD = 'UPDATE sums SET spent = spent + ?, reserved = reserved + ? WHERE key = ?';
const WARN = `
  INSERT INTO warnings (key, limit_nano_usd, what, source, spent_nano_usd, at, run_id) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO NOTHING`;

/**
 * The ledger in its own SQLite file, shared by all processes of a workspace. As long as no limit is asked for, a commit
 * survives the death of the process and does not wait for the disk; from the first limit on it waits: what a budget
 * stands on must survive a power cut as well.
 *
 * @throws AppError storage.*; workspace.newer when a later release has written the file
 */
export function openLedgerStore(options: LedgerStoreOptions): LedgerStore {
  const { file, now, busyTimeoutMs } = options;
  const identity = options.identity ?? ownProcess();
  const isGone = options.isProcessGone ?? isProcessGone;
  const db = openDatabase({
    file,
    migrations: ledgerMigrations,
    ...(busyTimeoutMs !== undefined && { busyTimeoutMs }),
  });
  const queue = new WriteQueue(db);
  db.raw.pragma('synchronous = NORMAL');
  let waitsForDisk = false;

  function standingOf({ key, counts }: ScopedLimit): Standing {
    const row = db.statement<SumRow>('SELECT spent, reserved FROM sums WHERE key = ?').get(key);
    if (row !== undefined) return { spentNanoUsd: row.spent, reservedNanoUsd: row.reserved };
    // The first time that anybody asks for this sum: what was spent before there was a limit counts as well.
    const { where, values } = counted(counts);
    const past = db
      .statement<{ spent: number }>(
        `SELECT coalesce(sum(nano_usd), 0) AS spent FROM entries WHERE state <> 'open' ${where}`,
      )
      .get(...values);
    const spent = past?.spent ?? 0;
    db.statement('INSERT INTO sums (key, spent, reserved) VALUES (?, ?, 0)').run(key, spent);
    return { spentNanoUsd: spent, reservedNanoUsd: 0 };
  }

  function find(nanoUsd: number, limits: readonly ScopedLimit[]) {
    return refusal(
      nanoUsd,
      limits.map((limit) => ({ limit, standing: standingOf(limit) })),
    );
  }

  function reserveNow({ spending, worst, limits }: ReserveRequest): ReserveAnswer {
    let refused = find(worst.nanoUsd, limits);
    // What stands in the way may belong to a process that died.
    if (refused?.mayFit && lost() > 0) refused = find(worst.nanoUsd, limits);
    if (refused) return { refused };
    const sums: HeldSum[] = limits.map(({ key, nanoUsd, warnNanoUsd, what, source }) => ({
      key,
      nanoUsd,
      warnNanoUsd,
      what,
      source,
    }));
    const id = insert(spending, worst, JSON.stringify(sums));
    for (const { key } of sums) db.statement(ADD).run(0, worst.nanoUsd, key);
    return { id };
  }

  function insert(spending: Spending, worst: ReserveRequest['worst'], sums: string): number {
    const { at, runId, workflowId, step, node, call, kind, profile, provider, model, prompt, tags } = spending;
    const { lastInsertRowid } = db
      .statement(INSERT)
      .run(
        at,
        runId ?? null,
        workflowId ?? null,
        step ?? null,
        node ?? null,
        call ?? null,
        kind,
        profile,
        provider,
        model,
        prompt ?? null,
        JSON.stringify(tags),
        count(worst.usage.inputTokens),
        count(worst.usage.outputTokens),
        worst.nanoUsd,
        worst.priceKnown ? 1 : 0,
        worst.priceVersion,
        sums,
        identity.pid,
        identity.process,
        identity.host,
      );
    const id = Number(lastInsertRowid);
    for (const within of new Set(spending.within))
      db.statement('INSERT INTO entry_workflows (workflow_id, entry) VALUES (?, ?)').run(within, id);
    for (const tag of new Set(tags)) db.statement('INSERT INTO entry_tags (tag, entry) VALUES (?, ?)').run(tag, id);
    return id;
  }

  function openEntry(id: number): OpenRow | undefined {
    return db
      .statement<OpenRow>("SELECT id, nano_usd, sums, run_id FROM entries WHERE id = ? AND state = 'open'")
      .get(id);
  }

  /** Takes an open entry out of what is reserved, and puts what it cost into what is spent. */
  function move({ nano_usd: held, sums, run_id }: OpenRow, spent: number): void {
    for (const sum of JSON.parse(sums) as HeldSum[]) {
      db.statement(ADD).run(spent, -held, sum.key);
      const after = db.statement<SumRow>('SELECT spent, reserved FROM sums WHERE key = ?').get(sum.key)?.spent ?? 0;
      if (after < sum.warnNanoUsd || spent === 0) continue;
      db.statement(WARN).run(sum.key, sum.nanoUsd, sum.what, sum.source, after, now(), run_id);
    }
  }

  function settleNow(id: number, { accounts, end }: Settlement): void {
    const row = openEntry(id);
    // Counted as lost by another process, which took this one for dead: that count stays.
    if (row === undefined) return;
    const { usage, cost, profile, model } = accounts ?? {};
    if (accounts === undefined || (usage === undefined && cost === undefined)) {
      move(row, 0);
      db.statement('DELETE FROM entry_tags WHERE entry = ?').run(id);
      db.statement('DELETE FROM entry_workflows WHERE entry = ?').run(id);
      db.statement('DELETE FROM entries WHERE id = ?').run(id);
      return;
    }
    const nanoUsd = count(cost?.nanoUsd);
    db.statement(SETTLE).run(
      end,
      profile ?? null,
      model ?? null,
      ...tokensOf(usage),
      nanoUsd,
      (cost?.known ?? false) ? 1 : 0,
      (usage?.estimated ?? true) ? 1 : 0,
      cost?.priceVersion ?? 'none',
      id,
    );
    move(row, nanoUsd);
  }

  function lost(): number {
    const open = db
      .statement<OpenRow & ProcessIdentity & { at: number }>(
        "SELECT id, nano_usd, sums, run_id, at, pid, process, host FROM entries WHERE state = 'open'",
      )
      .all();
    const known = new Map<string, boolean>();
    const gone = open.filter(({ pid, process, host, at }) => {
      const name = `${host} ${pid} ${process}`;
      if (!known.has(name)) known.set(name, isGone({ pid, process, host }));
      return known.get(name) || (host !== identity.host && at + LONGEST_TRY_MS < now());
    });
    for (const row of gone) {
      db.statement(LOSE).run(row.id);
      move(row, row.nano_usd);
    }
    return gone.length;
  }

  return {
    database: db,
    reserve(request) {
      if (request.limits.length > 0 && !waitsForDisk) {
        // Between transactions: the queue's are begun and ended within one call.
        db.raw.pragma('synchronous = FULL');
        waitsForDisk = true;
      }
      return queue.submit(() => reserveNow(request));
    },
    settle: (id, settlement) => queue.submit(() => settleNow(id, settlement)),
    faults: () =>
      db.guard(() =>
        db
          .statement<{ quick_check: string }>('PRAGMA quick_check')
          .all()
          .map(({ quick_check }) => quick_check)
          .filter((message) => message !== 'ok'),
      ),
    backUp: (folder) =>
      db.guard(() => {
        const target = join(folder, basename(file));
        closeSync(openSync(target, 'wx', 0o600));
        db.statement('VACUUM INTO ?').run(target);
      }),
    settleLost: () => queue.submit(lost),
    close() {
      if (!db.raw.open) return;
      queue.flush();
      db.close();
    },
  };
}

const WITHIN_WORKFLOW = `id IN (SELECT id FROM entries WHERE workflow_id = ?
  UNION SELECT entry FROM entry_workflows WHERE workflow_id = ?)`;

/** The condition on entries that a sum counts. */
export function counted({ runId, node, workflowId, withinWorkflow, withinStep, tag, since }: Counted): {
  where: string;
  values: (string | number)[];
} {
  const parts: string[] = [];
  const values: (string | number)[] = [];
  const add = (part: string, value: string | number | undefined, times = 1) => {
    if (value === undefined) return;
    parts.push(` AND ${part}`);
    for (let i = 0; i < times; i += 1) values.push(value);
  };
  add('run_id = ?', runId);
  add('node = ?', node);
  add('workflow_id = ?', workflowId);
  add(WITHIN_WORKFLOW, withinWorkflow, 2);
  add("substr(step, 1, length(?) + 1) = ? || '/'", withinStep, 2);
  add('id IN (SELECT entry FROM entry_tags WHERE tag = ?)', tag);
  add('at >= ?', since);
  return { where: parts.join(''), values };
}

/** A server of one's own may report nonsense, which must neither stop a run nor give money back. */
const count = (reported: number | undefined): number =>
  reported !== undefined && Number.isSafeInteger(reported) && reported > 0 ? reported : 0;

function tokensOf(usage: Usage | undefined): [number, number, number, number, number] {
  return [
    count(usage?.inputTokens),
    count(usage?.outputTokens),
    count(usage?.cachedInputTokens),
    count(usage?.cacheWriteTokens),
    count(usage?.reasoningTokens),
  ];
}
