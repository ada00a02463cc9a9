import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TemporaryWorkspace, temporaryWorkspace } from '../../../test/kit/temporary-store.ts';
import { AppError } from '../../core/errors/app-error.ts';
import { openDatabase, type SqliteDatabase } from './open-database.ts';
import { WriteQueue } from './write-queue.ts';

let workspace: TemporaryWorkspace;
let db: SqliteDatabase;
let queue: WriteQueue;
let ran: string[];
beforeEach(() => {
  workspace = temporaryWorkspace();
  const opened = openDatabase({ file: workspace.database });
  ran = [];
  db = {
    ...opened,
    statement<Row>(sql: string) {
      ran.push(sql);
      return opened.statement<Row>(sql);
    },
  };
  db.raw.exec('CREATE TABLE t (x INTEGER PRIMARY KEY)');
  queue = new WriteQueue(db);
});
afterEach(() => {
  db.close();
  workspace.remove();
});

const insert = (x: number) => () => db.statement('INSERT INTO t VALUES (?)').run(x).lastInsertRowid;
const rows = (): unknown[] => db.raw.prepare('SELECT x FROM t ORDER BY x').pluck().all();
const commits = (): number => ran.filter((sql) => sql === 'COMMIT').length;

describe('WriteQueue', () => {
  it('commits what one turn gives in one transaction', async () => {
    expect(await Promise.all([1, 2, 3].map((x) => queue.submit(insert(x))))).toEqual([1, 2, 3]);
    expect(commits()).toBe(1);
    expect(ran).not.toContain('SAVEPOINT entry');
    await queue.submit(insert(4));
    await queue.submit(insert(5));
    expect(commits()).toBe(3);
    expect(rows()).toEqual([1, 2, 3, 4, 5]);
  });

  it('lets a write that is alone wait for nobody, and several for those of the next turn', async () => {
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    let done = false;
    const alone = queue.submit(insert(1)).then(() => {
      done = true;
    });
    await turn();
    await turn();
    expect(done).toBe(true);
    await alone;
    const first = [queue.submit(insert(2)), queue.submit(insert(3))];
    await turn();
    await Promise.all([...first, queue.submit(insert(4))]);
    expect(commits()).toBe(2);
    expect(rows()).toEqual([1, 2, 3, 4]);
  });

  it('commits within a few turns, however many more writes each turn brings', async () => {
    const first = [queue.submit(insert(1)), queue.submit(insert(2))];
    const settled = Promise.all(first).then(() => 'settled');
    const more: Promise<unknown>[] = [];
    let turns = 0;
    while ((await Promise.race([settled, new Promise((resolve) => setImmediate(resolve))])) !== 'settled') {
      turns += 1;
      if (turns > 20) break;
      more.push(queue.submit(insert(10 + turns)));
    }
    await Promise.all(more);
    expect(turns).toBeLessThanOrEqual(6);
  });

  it('undoes a write that fails, alone, whatever it had done', async () => {
    const refusal = new AppError('run.fenced', { message: 'no' });
    let undone = 0;
    queue.onRollback(() => {
      undone += 1;
    });
    const results = await Promise.allSettled([
      queue.submit(insert(1)),
      queue.submit(() => {
        insert(2)();
        throw refusal;
      }),
      queue.submit(() => {
        insert(3)();
        return insert(3)();
      }),
      queue.submit(insert(4)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: refusal });
    expect(results[2]).toMatchObject({ reason: { code: 'storage.failed' } });
    expect(rows()).toEqual([1, 4]);
    expect(commits()).toBe(1);
    // Once all of them, and then each that failed again when all were done anew.
    expect(undone).toBe(3);
  });

  it('rejects all when the commit fails, and goes on afterwards', async () => {
    const statement = db.statement;
    db.statement = (sql) => {
      if (sql === 'COMMIT') throw Object.assign(new Error('disk I/O'), { code: 'SQLITE_FULL' });
      return statement(sql);
    };
    const results = await Promise.allSettled([queue.submit(insert(1)), queue.submit(insert(2))]);
    expect(results).toMatchObject([{ reason: { code: 'storage.full' } }, { reason: { code: 'storage.full' } }]);
    db.statement = statement;
    await queue.submit(insert(3));
    expect(rows()).toEqual([3]);
  });
});
