import { describe, expect, it } from 'vitest';
import type { QueryRequest } from '../../app/core/capabilities/capabilities.ts';
import type { Json, Table } from '../../app/core/nodekit/index.ts';
import { expectCpuWithin } from '../../test/kit/cpu-time.ts';
import { runNode } from '../../test/kit/run-node.ts';
import { check } from './check.ts';
import { query } from './manifest.ts';
import { readSql } from './read-sql.ts';
import { run } from './run.ts';

const customers: Table = {
  columns: ['name', 'paid'],
  rows: [
    { name: 'Ada', paid: 3.5 },
    { name: "O'Brien", paid: null },
  ],
  truncated: true,
};

async function ask(
  config: { sql: string; params?: string[]; maxRows?: number; timeoutMs?: number },
  inputs: { [port: string]: Json } = {},
  table = customers,
) {
  const requests: QueryRequest[] = [];
  const result = await runNode(query, run, {
    config,
    inputs,
    cap: {
      tables: {
        query: async (request) => {
          requests.push(request);
          return table;
        },
      },
    },
  });
  return { ...result, requests };
}

describe('query', () => {
  it('gives the table, its rows and the first of them', async () => {
    const { outputs, detail, requests } = await ask({ sql: 'SELECT * FROM customers', maxRows: 2, timeoutMs: 900 });
    expect(outputs).toEqual({ table: customers, rows: customers.rows, first: { name: 'Ada', paid: 3.5 } });
    expect(detail).toEqual({ rows: 2, columns: ['name', 'paid'], truncated: true });
    expect(requests).toEqual([{ sql: 'SELECT * FROM customers', params: {}, maxRows: 2, timeoutMs: 900 }]);
  });

  it('hands values over as parameters, never as text', async () => {
    const sql = 'SELECT * FROM c WHERE a = :a AND b = :b AND c IS :c AND d = :d';
    const hostile = "'; DROP TABLE c; --";
    const { requests } = await ask({ sql, params: ['a', 'b', 'c', 'd'] }, { a: hostile, b: 1.5, c: null, d: false });
    expect(requests[0]).toMatchObject({ sql, params: { a: hostile, b: 1.5, c: null, d: false } });
  });

  it('leaves out parameters that the SQL does not have', async () => {
    const { requests } = await ask({ sql: "SELECT ':b', :a", params: ['a', 'b'] }, { a: 1, b: 2 });
    expect(requests[0]?.params).toEqual({ a: 1 });
  });

  it('has no first row in an empty table', async () => {
    const empty = { columns: ['name'], rows: [], truncated: false };
    expect((await ask({ sql: 'SELECT 1' }, {}, empty)).outputs).toEqual({ table: empty, rows: [] });
  });

  it.each<[Json]>([[['a']], [{ a: 1 }]])('refuses %j as a parameter', async (a) => {
    await expect(ask({ sql: 'SELECT :a', params: ['a'] }, { a })).rejects.toMatchObject({
      code: 'step.input',
      where: 'node node1, port a',
    });
  });
});

describe('readSql', () => {
  it.each<[string, ReturnType<typeof readSql>]>([
    ['select :a, :b_1, :a', { verbs: ['select'], params: ['a', 'b_1'], otherParams: [] }],
    [
      "SELECT ':x', 'it''s :x', \":y\", `:z`, [:w] -- :c\n/* :d ; */ , :e;",
      { verbs: ['select'], params: ['e'], otherParams: [] },
    ],
    ['-- hi\nWITH t AS (SELECT 1) SELECT * FROM t;', { verbs: ['with'], params: [], otherParams: [] }],
    ['SELECT 1; DROP TABLE x', { verbs: ['select', 'drop'], params: [], otherParams: [] }],
    ['SELECT ?, ?2, @a, $b', { verbs: ['select'], params: [], otherParams: ['?', '?2', '@a', '$b'] }],
    ["SELECT 'open ; :a", { verbs: ['select'], params: [], otherParams: [] }],
    ['(SELECT 1)', { verbs: ['('], params: [], otherParams: [] }],
    ['', { verbs: [], params: [], otherParams: [] }],
  ])('%j', (sql, reading) => {
    expect(readSql(sql)).toEqual(reading);
  });

  it.each(["'", '/*', '"', '[', '--', ':', "''"])('is fast on a run of %j', async (piece) => {
    await expectCpuWithin(3000, () => readSql(piece.repeat(20_000 / piece.length)));
  });
});

describe('check', () => {
  const about = {
    nodeId: 'n',
    connected: new Set<string>(),
    workflow: {} as never,
    prompts: new Map<string, string>(),
  };
  it.each<[string, string[], RegExp[]]>([
    ['SELECT * FROM c WHERE a = :a', ['a'], []],
    ['WITH t AS (SELECT 1) SELECT * FROM t', [], []],
    ['SELECT 1; SELECT 2', [], [/2 statements/]],
    ['  ', [], [/0 statements/]],
    ['DROP TABLE c', [], [/begins with “drop”/]],
    ['SELECT 1; DELETE FROM c', [], [/2 statements/, /begins with “delete”/]],
    ['PRAGMA table_list', [], [/begins with “pragma”/]],
    ['SELECT ?', [], [/“\?” is no parameter/]],
    ['SELECT :emial', ['email'], [/Did you mean “email”/, /does not use “:email”/]],
  ])('%j', async (sql, params, messages) => {
    const found = await check(query.config.parse({ sql, params }), about);
    expect(found.map(({ message }) => message)).toEqual(messages.map((message) => expect.stringMatching(message)));
  });
});
