import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { runGraph } from '../rpc/queries.ts';
import { useStudio } from '../shell/studio-context.ts';
import type { ShownRun } from '../shell/use-shown-run.ts';
import type { ShownGraph } from '../state/shown-graph.ts';
import { staleNodes } from '../state/stale-nodes.ts';

const none: ReadonlySet<string> = new Set();

/** Nodes whose results in the run that is shown are of an older version of the workflow. */
export function useStaleNodes({ document, kind }: ShownGraph, { session, scope }: ShownRun): ReadonlySet<string> {
  const run = useStore(session.store, ({ view }) => view?.runId);
  const nodes = useStore(document.store, ({ doc }) => doc.nodes);
  const edges = useStore(document.store, ({ doc }) => doc.edges);
  // Inside a workflow that another runs, the run is of that one.
  const isOwn = kind === 'document' && scope === '' && run !== undefined;
  const { data } = useQuery({ ...runGraph(useStudio().client, run ?? ''), enabled: isOwn });
  return useMemo(
    () => (data && isOwn ? staleNodes(data.workflow, { nodes, edges }) : none),
    [data, isOwn, nodes, edges],
  );
}
