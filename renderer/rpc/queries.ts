import { keepPreviousData, QueryClient, queryOptions } from '@tanstack/react-query';
import type { CostGroup } from '../../app/core/budget/costs.ts';
import type { Filter } from '../../app/core/capabilities/capabilities.ts';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import type { RunEvent } from '../../app/core/run/events.ts';
import { RunViewFold } from '../../app/core/run/run-view.ts';

/** What was asked of the host, for as long as nothing says that it is another thing now (state/watch-workspace.ts). */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // The host is this machine: what it refuses it will refuse again.
      queries: {
        retry: false,
        networkMode: 'always',
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}

export const workflowList = (client: ContractClient) =>
  queryOptions({ queryKey: ['workflows', 'list'], queryFn: () => client.workflow.list({}) });

export const workflowVersions = (client: ContractClient, file: string, hash: string) =>
  queryOptions({ queryKey: ['workflows', 'versions', file, hash], queryFn: () => client.workflow.history({ file }) });

export const templateList = (client: ContractClient) =>
  queryOptions({ queryKey: ['templates'], queryFn: () => client.template.list({}) });

export const templateWorkflow = (client: ContractClient, id: string) =>
  queryOptions({ queryKey: ['templates', id], queryFn: () => client.template.read({ id }) });

export const workspaceInfo = (client: ContractClient) =>
  queryOptions({ queryKey: ['workspace'], queryFn: () => client.workspace.info({}) });

export const runList = (client: ContractClient, workflowId: string) =>
  queryOptions({ queryKey: ['runs', workflowId], queryFn: () => client.run.list({ workflowId, limit: 200 }) });

/** What a step gave, in full. What has ended does not change. */
export const stepPayloads = (client: ContractClient, run: string, step: string) =>
  queryOptions({
    queryKey: ['payloads', run, step],
    queryFn: async () => {
      const { steps } = await client.run.trace({ run, payloads: { step } });
      return steps.find((one) => one.step === step)?.outputs ?? {};
    },
  });

/** Calls under way change it at any time. */
const FRESH_MS = 5000;

export const costReport = (client: ContractClient, by: CostGroup, since: number | undefined) =>
  queryOptions({
    queryKey: ['costs', by, since],
    queryFn: () => client.costs.report({ by, ...(since !== undefined && { since }) }),
    refetchInterval: FRESH_MS,
    placeholderData: keepPreviousData,
  });

export const budgetList = (client: ContractClient) =>
  queryOptions({ queryKey: ['budgets'], queryFn: () => client.costs.budgets({}), refetchInterval: FRESH_MS });

export const openReview = (client: ContractClient, task: string) =>
  queryOptions({ queryKey: ['reviews', 'task', task], queryFn: () => client.review.get({ task }) });

/** Runs elsewhere ask at any time, and may be answered elsewhere. */
export const reviewList = (client: ContractClient, all: boolean) =>
  queryOptions({
    queryKey: ['reviews', 'list', all],
    queryFn: () => client.review.list({ all }),
    refetchInterval: FRESH_MS,
    placeholderData: keepPreviousData,
  });

export const citedDocument = (
  client: ContractClient,
  file: string,
  place: { start?: number; end?: number; line?: number; page?: number },
) =>
  queryOptions({ queryKey: ['document', file, place], queryFn: () => client.knowledge.document({ file, ...place }) });

export const collectionList = (client: ContractClient) =>
  queryOptions({ queryKey: ['knowledge', 'collections'], queryFn: () => client.knowledge.collections({}) });

export const collectionDocuments = (client: ContractClient, collection: string) =>
  queryOptions({
    queryKey: ['knowledge', 'documents', collection],
    queryFn: () => client.knowledge.documents({ collection }),
  });

export const chunkedDocument = (client: ContractClient, collection: string, file: string) =>
  queryOptions({
    queryKey: ['knowledge', 'chunks', collection, file],
    queryFn: () => client.knowledge.chunks({ collection, file }),
    // The file may have been written anew since it was shown last.
    gcTime: 0,
  });

export const searchModes = ['vector', 'text', 'hybrid'] as const;

export interface KnowledgeQuery {
  collection: string;
  mode: (typeof searchModes)[number];
  /** Chunks at most. */
  k: number;
  query: string;
  filter: Filter | undefined;
}

export const knowledgeSearch = (client: ContractClient, { filter, ...query }: KnowledgeQuery) =>
  queryOptions({
    queryKey: ['knowledge', 'search', query, filter],
    queryFn: ({ signal }) => client.knowledge.search({ ...query, ...(filter && { filter }) }, { signal }),
  });

export const filePreview = (client: ContractClient, text: string) =>
  queryOptions({ queryKey: ['preview', text], queryFn: () => client.workflow.preview({ text }), gcTime: 0 });

export const nodeDocs = (client: ContractClient, type: string) =>
  queryOptions({ queryKey: ['node-docs', type], queryFn: () => client.workflow.nodeDocs({ type }) });

export const promptList = (client: ContractClient) =>
  queryOptions({ queryKey: ['workflows', 'prompts'], queryFn: () => client.prompt.list({}) });

/** One step in full. `version` changes whenever more of it has happened. */
export const stepDetails = (client: ContractClient, run: string, step: string, version: string, large: boolean) =>
  queryOptions({
    queryKey: ['step', run, step, version, large],
    queryFn: () => client.run.step({ run, step, large }),
    placeholderData: keepPreviousData,
  });

/** A run that has ended, folded from its log: payloads inline or by reference, none of them read. */
export const runLog = (client: ContractClient, run: string) =>
  queryOptions({
    queryKey: ['run', run],
    queryFn: async () => {
      const fold = new RunViewFold(run);
      // The fold hands payloads on and never looks into them: it does not matter what may be shown of them.
      for await (const one of await client.run.events({ run }))
        if (one.type === 'event') fold.apply(one.event as RunEvent);
      return fold.view;
    },
  });
