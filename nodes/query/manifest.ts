import * as z from 'zod';
import { defineNode, later, variableNames, variablePorts } from '../../app/core/nodekit/index.ts';

export const query = defineNode({
  type: 'query',
  version: 1,
  family: 'retrieve',
  title: 'Query',
  summary: 'Asks the tables of the workspace in SQL.',
  icon: 'table',
  config: later(() =>
    z.strictObject({
      sql: z.string().min(1).max(20_000).describe('One SELECT in the dialect of SQLite, with :name for values.'),
      params: variableNames().describe('Names of the parameters, each an input.'),
      maxRows: z.int().min(1).max(10_000).default(100),
      timeoutMs: z.int().min(100).max(60_000).default(5000),
    }),
  ),
  inputs: {},
  outputs: {
    table: { type: 'table' },
    rows: { type: 'list', help: 'The rows alone, each an object by column.' },
    first: { type: 'json', help: 'The first row; silent when there is none.' },
  },
  ports: ({ params }) => ({ inputs: variablePorts(params) }),
  needs: ['tables'],
  effect: 'read',
  reads: () => [{ kind: 'tables', name: '*' }],
  form: {
    sql: { widget: 'sql', label: 'SQL' },
    params: { widget: 'list', label: 'Parameters' },
    maxRows: { widget: 'number', label: 'Rows at most' },
    timeoutMs: { widget: 'number', label: 'Time limit', unit: 'ms' },
  },
  examples: [
    {
      title: 'One customer',
      config: { sql: 'SELECT * FROM customers WHERE email = :email', params: ['email'], maxRows: 1 },
    },
    {
      title: 'A count by kind',
      config: { sql: 'SELECT kind, count(*) AS n FROM orders GROUP BY kind ORDER BY n DESC' },
    },
  ],
});
