import { runsEventsValues } from './0001-runs-events-values.ts';

/** SQL as text in a module, so that a bundle holds it. A released one is never edited: databases keep its hash. */
export interface Migration {
  number: number;
  name: string;
  sql: string;
}

/** In order, numbered from 1 without gaps. */
export const migrations: readonly Migration[] = [runsEventsValues];
