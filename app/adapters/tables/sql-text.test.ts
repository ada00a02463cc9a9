import { describe, expect, it } from 'vitest';
import { expectCpuWithin } from '../../../test/kit/cpu-time.ts';
import { readSqlText } from './sql-text.ts';

describe('readSqlText', () => {
  it('finds parameters outside texts, names and comments', () => {
    const sql = `SELECT :a, ':b', ":c", [:d], \`:e\` -- :f
      /* :g */ FROM t WHERE x = :a AND y = :h_1;  `;
    expect(readSqlText(sql).parameters).toEqual(['a', 'h_1']);
  });

  it('takes what stands before the semicolon', () => {
    expect(readSqlText("select ';' ; -- done").statement).toBe("select ';' ");
  });

  it.each([
    'SELECT 1; SELECT 2',
    "SELECT 1;/* */'x'",
    'delete from t',
    '(select 1)',
    `SELECT 1${' '.repeat(20_000)}`,
    'SELECT \0',
  ])('denies %j', (sql) => {
    expect(() => readSqlText(sql)).toThrow(expect.objectContaining({ code: 'query.denied' }));
  });

  it('takes linear time for comments that are never closed', async () => {
    await expectCpuWithin(1_000, () => readSqlText(`SELECT ${'/*'.repeat(9_000)}`));
  });
});
