import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findFiles } from '../../app/adapters/files/find-files.ts';
import { createTables } from '../../app/adapters/tables/tables.ts';
import type { AppError } from '../../app/core/errors/app-error.ts';

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
      let rows = 0;
      const failures: AppError[] = [];
      for (const name of Object.keys(named)) {
        const request = { sql: `SELECT count(*) AS n FROM ${name}`, params: {}, maxRows: 1, timeoutMs: 30_000 };
        await tables.query(request).then(
          (table) => {
            rows += Number(table.rows[0]?.['n']);
          },
          (error: AppError) => failures.push(error),
        );
      }
      console.log(`${files.length} tables, ${rows} rows, ${failures.length} malformed`);
      for (const { code, where, message } of failures) console.log(`  ${where}: ${code}: ${message}`);
      expect(files).toHaveLength(220);
      expect(failures).toEqual([]);
      // SOURCE.md counts about 5,569.
      expect(rows).toBeGreaterThan(5_500);
      expect(rows).toBeLessThan(5_650);
      await tables.close();
      await rm(folder, { recursive: true });
    });
  },
);
