import { AppError, type Json, type Run, type Scalar } from '../../app/core/nodekit/index.ts';
import type { query } from './manifest.ts';
import { readSql } from './read-sql.ts';

export const run: Run<typeof query> = async ({ config, ports }, { cap, step, detail }) => {
  const { sql, maxRows, timeoutMs } = config;
  const used = new Set(readSql(sql).params);
  const params: { [name: string]: Scalar } = {};
  // SQLite refuses values for parameters that the text does not have.
  for (const name of config.params) if (used.has(name)) params[name] = scalar(name, ports[name] ?? null);

  const table = await cap.tables.query({ sql, params, maxRows, timeoutMs });
  detail({ rows: table.rows.length, columns: table.columns, truncated: table.truncated });
  return { table, rows: table.rows, first: table.rows[0] };

  function scalar(name: string, value: Json): Scalar {
    if (value === null || typeof value !== 'object') return value;
    throw new AppError('step.input', {
      message: `The parameter “${name}” got ${Array.isArray(value) ? 'a list' : 'an object'}; SQL takes text, a number, true, false or null.`,
      where: `node ${step.nodeId}, port ${name}`,
      remedy: 'Pick the field with a transform before the query.',
    });
  }
};
