import type { QueryClient } from '@tanstack/react-query';
import type { Studio } from './studio.ts';

/** Follows what others do to the files of the workspace, over every connection, as long as the page is open. */
export function watchWorkspace(studio: Studio, queries: QueryClient): void {
  const { connection, client, documents, named } = studio;

  async function follow(): Promise<void> {
    for await (const change of await client.workflow.watch({})) {
      void queries.invalidateQueries({ queryKey: ['workflows'] });
      if (change.type !== 'watching') {
        named.refresh();
        documents.checkAgain();
      }
      if (change.type === 'changed' || change.type === 'added') await documents.onDisk(change.file, change.hash);
      if (change.type === 'removed') await documents.onDisk(change.file, undefined);
    }
  }

  // It ends with the connection, whose loss is told elsewhere; the next one starts it anew.
  const start = () => void follow().catch(() => undefined);
  if (connection.passages.getState().count > 0) start();
  connection.passages.subscribe(() => {
    // What was asked for in between has failed, and what was answered before may be another thing now.
    void queries.invalidateQueries();
    named.refresh();
    start();
  });
}
