import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findFiles } from '../../app/adapters/files/find-files.ts';
import { createTables } from '../../app/adapters/tables/tables.ts';

/** Real tables of other people, outside the repository; without them this test is skipped and says so. */
const data = process.env['PIPEWRIGHT_DATA'];

describe.skipIf(data === undefined || !existsSync(join(data, 'B/tables-wikitablequestions')))(
  'tables on real CSV',
  () => {
    it('imports 220 tables with backslash quotes and line breaks in cells, and answers over each', {
      timeout: 120_000,
    }, async () => {
      const root = join(data ?? '', 'B/tables-wikitablequestions');
      const files = await findFiles(root, ['**/*.csv']);
      const folder = await mkdtemp(join(tmpdir(), 'tables-'));
      const named = Object.fromEntries(files.map((file, i) => [`t${i}`, { file }]));
      const tables = createTables({ root, cacheFolder: folder, tables: named });
      // Many in each statement: every query reads and hashes the 220 files again.
      const names = Object.keys(named);
      const rows: { [column: string]: unknown }[] = [];
      for (let at = 0; at < names.length; at += 44) {
        const some = names.slice(at, at + 44);
        const sql = some.map((name) => `SELECT '${name}' AS name, count(*) AS n FROM ${name}`).join(' UNION ALL ');
        rows.push(...(await tables.query({ sql, params: {}, maxRows: some.length, timeoutMs: 30_000 })).rows);
      }
      const total = rows.reduce((sum, { n }) => sum + Number(n), 0);
      console.log(`${files.length} tables, ${total} rows`);
      expect(files).toHaveLength(220);
      expect(rows.map(({ name }) => name)).toEqual(names);
      // SOURCE.md counts about 5,569.
      expect(total).toBeGreaterThan(5_500);
      expect(total).toBeLessThan(5_650);
      await tables.close();
      await rm(folder, { recursive: true });
    });
  },
);
