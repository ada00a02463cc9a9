import { runsEventsValues } from './0001-runs-events-values.ts';
import { sealedWaits } from './0002-sealed-waits.ts';
import { sessions } from './0003-sessions.ts';
import { feedback } from './0004-feedback.ts';
import { runRecords } from './0005-run-records.ts';
import type { Migration } from './migration.ts';

/** In order, numbered from 1 without gaps. */
export const migrations: readonly Migration[] = [runsEventsValues, sealedWaits, sessions, feedback, runRecords];
