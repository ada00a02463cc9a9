import type * as z from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import type { IngestProgress, IngestReport } from '../../app/core/contracts/knowledge.ts';
import { fromWireError } from '../../app/core/contracts/wire-error.ts';

/** The last ingestion of a collection in this window: under way, ended, or stopped. */
export interface Ingestion {
  state: 'working' | 'done' | 'stopped' | 'failed';
  progress?: z.infer<typeof IngestProgress>;
  report?: z.infer<typeof IngestReport>;
  fault?: { message: string; remedy?: string };
}

export interface Ingestions {
  /** By the name of the collection. */
  readonly store: StoreApi<{ readonly of: ReadonlyMap<string, Ingestion> }>;
  /** Brings a collection up to date, and goes on where an earlier ingestion stopped. Resolves at its end, however it ends. */
  start(collection: string): Promise<void>;
  /** What is written stays and can be searched. */
  stop(collection: string): void;
}

/** Ingestions go on while their panel is closed; they end with the window. */
export function createIngestions(client: Pick<ContractClient, 'knowledge'>): Ingestions {
  const store = createStore<{ readonly of: ReadonlyMap<string, Ingestion> }>(() => ({ of: new Map() }));
  const working = new Map<string, AbortController>();

  function tell(collection: string, ingestion: Ingestion): void {
    store.setState(({ of }) => ({ of: new Map(of).set(collection, ingestion) }));
  }

  return {
    store,
    async start(collection) {
      if (working.has(collection)) return;
      const stopping = new AbortController();
      const { signal } = stopping;
      working.set(collection, stopping);
      tell(collection, { state: 'working' });
      try {
        for await (const one of await client.knowledge.ingest({ collection }, { signal })) {
          if (one.type === 'report') tell(collection, { state: 'done', report: one.report });
          else if (!signal.aborted) tell(collection, { state: 'working', progress: one.progress });
        }
        if (store.getState().of.get(collection)?.state === 'working') tell(collection, { state: 'stopped' });
      } catch (thrown) {
        const { message, remedy } = fromWireError(thrown);
        if (signal.aborted) tell(collection, { state: 'stopped' });
        else tell(collection, { state: 'failed', fault: { message, ...(remedy !== undefined && { remedy }) } });
      } finally {
        working.delete(collection);
      }
    },
    stop: (collection) => working.get(collection)?.abort(),
  };
}
