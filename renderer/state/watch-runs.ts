import type { QueryClient } from '@tanstack/react-query';
import type { Studio } from './studio.ts';

/**
 * Keeps lists of runs and the runs that are shown as they are in the workspace, whoever works on them: this page, the
 * command line, a program. Over every connection, as long as the page is open.
 */
export function watchRuns({ connection, client, documents }: Studio, queries: QueryClient): void {
  async function follow(): Promise<void> {
    // The first word says that it is watched from now on: what was read before may be out of date.
    for await (const _ of await client.run.watch({})) {
      void queries.invalidateQueries({ queryKey: ['runs'] });
      for (const tab of documents.store.getState().tabs) if (tab.kind !== 'damaged') void tab.run.readOn();
    }
  }

  // It ends with the connection, whose loss is told elsewhere; the next one starts it anew.
  const start = () => void follow().catch(() => undefined);
  if (connection.passages.getState().count > 0) start();
  connection.passages.subscribe(start);
}
