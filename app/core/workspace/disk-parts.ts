/**
 * What a workspace's own data is made of. runs: database of runs and files of large values. ledger: what was spent.
 * answers: kept answers of models. collections: what documents were ingested into. tables: CSV files made ready.
 * history: earlier versions of files. trash: removed files. recovery: work that was not saved.
 */
export const diskParts = [
  'runs',
  'collections',
  'answers',
  'tables',
  'history',
  'trash',
  'recovery',
  'ledger',
] as const;
export type DiskPart = (typeof diskParts)[number];

/** Parts that can be cleaned up. Collections and the ledger hold nothing that could be spared. */
export const cleanable: ReadonlySet<DiskPart> = new Set(['runs', 'answers', 'tables', 'history', 'trash', 'recovery']);
