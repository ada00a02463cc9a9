import type { Migration } from './migration.ts';

/** References of what a wait of a node marked personal tells, and of what was decided: both lie encrypted elsewhere. */
export const sealedWaits: Migration = {
  number: 2,
  name: 'sealed-waits',
  sql: `
ALTER TABLE waits ADD COLUMN sealed TEXT;
ALTER TABLE waits ADD COLUMN sealed_decision TEXT;
`,
};
