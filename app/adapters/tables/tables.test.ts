import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppError } from '../../core/errors/app-error.ts';
import type { Scalar } from '../../core/graph/values.ts';
import { createTables, type Tables } from './tables.ts';

let root: string;
let tables: Tables;

const customers = `id,name,plan,seats,mrr,zip,note
1,"Ada ""the"" Great",pro,12,99.50,01234,
2,Bob,free,1,0.00,10115,"two
lines"
3,Cleo,pro,,250.25,99999,x
`;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tables-'));
  await writeFile(join(root, 'customers.csv'), customers);
  await writeFile(join(root, 'orders.csv'), 'order;customer;amount\n10;1;5\n11;1;7\n12;3;9007199254740993\n');
  await writeFile(join(root, 'quotes.csv'), '"Title","Said"\n"A","he said \\"no\\", twice"\n"B","plain"\n');
  await writeFile(join(root, 'broken.csv'), 'a,b\n1,2\n3,4,5\n');
  await writeFile(join(root, 'open.csv'), 'a,b\n1,"2\n3,4\n');
  tables = createTables({
    root,
    cacheFolder: join(root, '.pipewright/cache/tables'),
    tables: {
      customers: { file: 'customers.csv' },
      orders: { file: 'orders.csv' },
      quotes: { file: 'quotes.csv' },
      broken: { file: 'broken.csv' },
      open: { file: 'open.csv' },
      gone: { file: 'gone.csv' },
      passwd: { file: '../../../../../../etc/passwd' },
    },
  });
});
afterAll(async () => {
  await tables.close();
  await rm(root, { recursive: true, force: true });
});

function query(
  sql: string,
  params: { [name: string]: Scalar } = {},
  rest: { maxRows?: number; timeoutMs?: number } = {},
) {
  return tables.query({ sql, params, maxRows: rest.maxRows ?? 100, timeoutMs: rest.timeoutMs ?? 5_000 });
}

async function fails(sql: string, params: { [name: string]: Scalar } = {}): Promise<AppError> {
  return query(sql, params).then(
    (table) => {
      throw new Error(`no error but ${JSON.stringify(table)}`);
    },
    (error: AppError) => error,
  );
}

describe('tables.query', () => {
  it('types columns by their cells and keeps codes as text', async () => {
    const { columns, rows } = await query(
      'SELECT *, typeof(seats) AS s, typeof(mrr) AS m, typeof(zip) AS z FROM customers ORDER BY id',
    );
    expect(columns).toEqual(['id', 'name', 'plan', 'seats', 'mrr', 'zip', 'note', 's', 'm', 'z']);
    expect(rows[0]).toEqual({
      id: 1,
      name: 'Ada "the" Great',
      plan: 'pro',
      seats: 12,
      mrr: 99.5,
      zip: '01234',
      note: null,
      s: 'integer',
      m: 'real',
      z: 'text',
    });
    expect(rows[1]?.['note']).toBe('two\nlines');
    expect(rows[2]?.['seats']).toBeNull();
  });

  it('binds parameters, never pastes them', async () => {
    const evil = "Bob' OR 1=1 --";
    expect((await query('SELECT id FROM customers WHERE name = :name', { name: evil })).rows).toEqual([]);
    expect((await query('SELECT id FROM customers WHERE name = :name', { name: 'Bob', unused: 1 })).rows).toEqual([
      { id: 2 },
    ]);
    expect((await query('SELECT :flag AS flag, :none AS none', { flag: true, none: null })).rows).toEqual([
      { flag: 1, none: null },
    ]);
  });

  it('joins tables, reads semicolons and backslash quotes, and keeps long numbers exact', async () => {
    const { rows } = await query(
      'SELECT c.name, sum(o.amount) AS total FROM customers c JOIN orders o ON o.customer = c.id WHERE c.id = 1 GROUP BY 1',
    );
    expect(rows).toEqual([{ name: 'Ada "the" Great', total: 12 }]);
    expect((await query('SELECT amount FROM orders WHERE "order" = 12')).rows).toEqual([
      { amount: '9007199254740993' },
    ]);
    expect((await query('SELECT Said FROM quotes WHERE Title = :t', { t: 'A' })).rows).toEqual([
      { Said: 'he said "no", twice' },
    ]);
  });

  it('cuts at the row limit and says so', async () => {
    expect(await query('SELECT id FROM customers', {}, { maxRows: 2 })).toMatchObject({
      truncated: true,
      rows: [{ id: 1 }, { id: 2 }],
    });
    expect(await query('SELECT id FROM customers', {}, { maxRows: 3 })).toMatchObject({ truncated: false });
  });

  it('keeps columns of the same name apart', async () => {
    expect((await query('SELECT 1 AS a, 2 AS A, 3 AS "__proto__"')).rows).toEqual([{ a: 1, A_2: 2, proto: 3 }]);
  });

  it.each([
    ['INSERT INTO customers(id) VALUES (9)', 'query.denied'],
    ['WITH x AS (SELECT 1) DELETE FROM customers', 'query.denied'],
    ['DROP TABLE customers', 'query.denied'],
    ['PRAGMA database_list', 'query.denied'],
    ['SELECT * FROM pragma_database_list', 'query.denied'],
    ['SELECT file FROM pragma_database_list()', 'query.denied'],
    ['SELECT sql FROM sqlite_schema', 'query.denied'],
    ['SELECT count(*) FROM sqlite_schema', 'query.denied'],
    ['SELECT count(*) FROM PRAGMA_database_list', 'query.denied'],
    ["SELECT (SELECT file FROM pragma_database_list) FROM json_each('[1]')", 'query.denied'],
    ["ATTACH '/tmp/x.db' AS x", 'query.denied'],
    ["SELECT load_extension('/tmp/x.so')", 'query.denied'],
    ["VACUUM INTO '/tmp/x.db'", 'query.denied'],
    ['SELECT 1; DROP TABLE customers', 'query.denied'],
    ['EXPLAIN SELECT 1', 'query.denied'],
    ['/* x */ -- y\n BEGIN', 'query.denied'],
    ['SELECT ?', 'query.syntax'],
    ['SELECT $name', 'query.syntax'],
    ['', 'query.syntax'],
    ['SELECT FROM WHERE', 'query.syntax'],
    ['SELECT nme FROM customers', 'query.syntax'],
    ['SELECT "customers"', 'query.syntax'],
    ['SELECT zeroblob(100000000)', 'query.limit'],
    ["SELECT replace(hex(zeroblob(1000000)), '0', 'aaaaaaaaaaaaaaaa')", 'query.limit'],
    ['SELECT id FROM customer', 'table.missing'],
    ['SELECT * FROM broken', 'table.malformed'],
    ['SELECT * FROM open', 'table.malformed'],
    ['SELECT * FROM gone', 'table.missing'],
    ['SELECT * FROM passwd', 'document.outside'],
  ])('refuses %j as %s without naming a path of the machine', async (sql, code) => {
    const error = await fails(sql);
    expect(error).toMatchObject({ name: 'AppError', code });
    expect(error.remedy).toBeTruthy();
    expect(JSON.stringify(error.toWire())).not.toContain(root);
  });

  it('says line, nearest name and parameter', async () => {
    expect(await fails('SELECT * FROM broken')).toMatchObject({ where: 'broken.csv:3' });
    expect((await fails('SELECT 1 FROM custmers')).message).toContain('customers');
    expect((await fails('SELECT :nmae', { name: 1 })).message).toMatch(/:nmae.*name/);
    expect((await fails('SELEC 1')).message).toContain('SELEC');
    expect((await fails('SELECT count( FROM customers')).message).toContain('syntax error');
  });

  it('kills an endless query at its deadline, reaps it and answers the next', async () => {
    await query('SELECT 1');
    const { pid } = tables;
    const stale = join(root, '.pipewright/cache/tables/.killed.json.0123456789ab.tmp');
    await writeFile(stale, '');
    await utimes(stale, 0, 0);
    const bomb = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n';
    await expect(query(bomb, {}, { timeoutMs: 400 })).rejects.toMatchObject({ code: 'query.timeout' });
    expect(() => execFileSync('ps', ['-p', String(pid)])).toThrow();
    expect((await query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('stops a query that is cancelled', async () => {
    const controller = new AbortController();
    const bomb = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n';
    const asked = tables.query({ sql: bomb, params: {}, maxRows: 1, timeoutMs: 30_000 }, { signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    await expect(asked).rejects.toMatchObject({ code: 'run.cancelled' });
  });

  it('keeps memory bombs out', async () => {
    const bomb = `WITH RECURSIVE n(i, t) AS (SELECT 1, hex(zeroblob(500000)) UNION ALL SELECT i + 1, t || i FROM n LIMIT 5000) SELECT t FROM n`;
    await expect(query(bomb, {}, { timeoutMs: 20_000, maxRows: 5_000 })).rejects.toMatchObject({ code: 'query.limit' });
  });

  it('sees a changed file at once, and keeps a process warm', async () => {
    await query('SELECT 1');
    const { pid } = tables;
    await query('SELECT 2');
    expect(tables.pid).toBe(pid);
    await writeFile(join(root, 'orders.csv'), 'order,customer,amount\n10,1,6\n');
    expect((await query('SELECT amount FROM orders')).rows).toEqual([{ amount: 6 }]);
    const left = await readdir(join(root, '.pipewright/cache/tables'));
    // What a killed process left is gone with the next copy.
    expect(left.every((name) => /^[0-9a-f]{64}\.(db|json)$/.test(name))).toBe(true);
  });

  it('uses the copy that another process made, and makes a damaged one anew', async () => {
    const cacheFolder = join(root, 'other');
    const request = { sql: 'SELECT count(*) AS n FROM customers', params: {}, maxRows: 1, timeoutMs: 5_000 };
    const open = () =>
      createTables({
        root,
        cacheFolder,
        tables: { customers: { file: 'customers.csv' }, broken: { file: 'broken.csv' } },
      });
    const first = open();
    await first.query(request);
    await first.close();
    const copy = join(cacheFolder, (await readdir(cacheFolder)).find((name) => name.endsWith('.db')) ?? '');
    const { mtimeMs } = await stat(copy);
    const second = open();
    expect((await second.query(request)).rows).toEqual([{ n: 3 }]);
    await expect(second.query({ ...request, sql: 'SELECT * FROM broken' })).rejects.toMatchObject({
      code: 'table.malformed',
      where: 'broken.csv:3',
    });
    expect((await stat(copy)).mtimeMs).toBe(mtimeMs);
    await second.close();
    await writeFile(copy.replace('.db', '.json'), '{');
    const third = open();
    expect((await third.query(request)).rows).toEqual([{ n: 3 }]);
    await third.close();
    expect((await stat(copy)).mtimeMs).not.toBe(mtimeMs);
  });

  it('answers parallel queries, each with its own result', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => query('SELECT :i AS i', { i })));
    expect(answers.map(({ rows }) => rows[0]?.['i'])).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });
});
