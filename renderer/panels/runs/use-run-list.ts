import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { runList } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import type { ShownGraph } from '../../state/shown-graph.ts';

/** The runs of a workflow, newest first; undefined until they are known. Each change of the run that is shown reads them anew. */
export function useRunList(open: ShownGraph) {
  const { client } = useStudio();
  const queries = useQueryClient();
  const id = useStore(open.document.store, ({ doc }) => doc.head.get('id') ?? '');
  const status = useStore(open.run.store, (state) => state.status);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the status is a change of the list
  useEffect(() => void queries.invalidateQueries({ queryKey: ['runs', id] }), [queries, id, status]);
  return useQuery(runList(client, id)).data;
}
