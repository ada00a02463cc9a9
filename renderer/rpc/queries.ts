import { infiniteQueryOptions, keepPreviousData, QueryClient, queryOptions } from '@tanstack/react-query';
import type { CostGroup } from '../../app/core/budget/costs.ts';
import type { Filter } from '../../app/core/capabilities/capabilities.ts';
import type { ContractClient } from '../../app/core/contracts/client.ts';
import type { Keeping } from '../../app/core/contracts/storage.ts';
import type { JsonObject } from '../../app/core/graph/json.ts';
import { readRunLog } from './read-run-log.ts';

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

/** Conversations change with runs, and are asked for again when runs are. */
export const sessionList = (client: ContractClient, space: string) =>
  queryOptions({ queryKey: ['runs', 'sessions', space], queryFn: () => client.session.list({ space }), staleTime: 0 });

export const shownSession = (client: ContractClient, space: string, session: string, limit: number) =>
  queryOptions({
    queryKey: ['runs', 'sessions', space, session],
    queryFn: () => client.session.show({ space, session, limit }),
    // A name that is too long is nobody's, and is refused when it is run.
    enabled: session !== '' && session.length <= 200,
    staleTime: 0,
  });

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

/** The budgets of pipewright.json; the file may have been written by others. */
export const writtenBudgets = (client: ContractClient) =>
  queryOptions({
    queryKey: ['costs', 'limits'],
    queryFn: () => client.costs.limits({}),
    staleTime: 0,
    gcTime: 0,
  });

/** The workspace's own price file. */
export const ownPrices = (client: ContractClient) =>
  queryOptions({ queryKey: ['costs', 'price-file'], queryFn: () => client.costs.priceFile({}), staleTime: 0 });

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

/** A workflow as one file, made anew each time: what it needs may have changed. */
export const exportedText = (client: ContractClient, workflow: string) =>
  queryOptions({
    queryKey: ['exported', workflow],
    queryFn: () => client.exporting.make({ workflow }),
    staleTime: 0,
    gcTime: 0,
  });

/** What an exported workflow asks for, and what importing it would do. */
export interface ImportChoices {
  withProfiles: boolean;
  /** What the workflow is to be called. */
  as?: string;
}

export const importPreview = (client: ContractClient, text: string, choices: ImportChoices) =>
  queryOptions({
    queryKey: ['import', text, choices],
    queryFn: () => client.exporting.preview({ text, ...choices }),
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
  });

export const nodeDocs = (client: ContractClient, type: string) =>
  queryOptions({ queryKey: ['node-docs', type], queryFn: () => client.workflow.nodeDocs({ type }) });

export const promptList = (client: ContractClient) =>
  queryOptions({ queryKey: ['workflows', 'prompts'], queryFn: () => client.prompt.list({}) });

export type GivenFeedback = Awaited<ReturnType<ContractClient['feedback']['show']>>;

/** Others may say something at any time: it is asked again whenever it is shown. */
export const runFeedback = (client: ContractClient, run: string) =>
  queryOptions({ queryKey: ['feedback', run], queryFn: () => client.feedback.list({ run }), staleTime: 0 });

/** With its words also where they are personal. `at` changes with them. */
export const openedFeedback = (client: ContractClient, id: string, at: number) =>
  queryOptions({ queryKey: ['feedback', 'words', id, at], queryFn: () => client.feedback.show({ id }), gcTime: 0 });

export const datasetList = (client: ContractClient) =>
  queryOptions({ queryKey: ['datasets', 'list'], queryFn: () => client.dataset.list({}), staleTime: 0 });

export const openedDataset = (client: ContractClient, file: string) =>
  queryOptions({
    queryKey: ['datasets', 'file', file],
    queryFn: () => client.dataset.read({ file }),
    staleTime: 0,
    gcTime: 0,
  });

export type PreparedCase = Awaited<ReturnType<ContractClient['dataset']['prepare']>>;

export const preparedCase = (client: ContractClient, run: string) =>
  queryOptions({
    queryKey: ['datasets', 'case', run],
    queryFn: () => client.dataset.prepare({ run }),
    staleTime: 0,
    gcTime: 0,
  });

/** Files of the workspace are followed under “workflows”: what is told of prompts changes with any of them. */
export const promptUses = (client: ContractClient) =>
  queryOptions({ queryKey: ['workflows', 'prompts', 'uses'], queryFn: () => client.prompt.uses({}) });

export const openedPrompt = (client: ContractClient, file: string) =>
  queryOptions({ queryKey: ['workflows', 'prompts', 'file', file], queryFn: () => client.prompt.read({ file }) });

/** Runs go on meanwhile: it is asked again whenever it is shown. */
export const promptVersions = (client: ContractClient, file: string) =>
  queryOptions({
    queryKey: ['workflows', 'prompts', 'versions', file],
    queryFn: () => client.prompt.versions({ file }),
    staleTime: 0,
  });

export const promptVersion = (client: ContractClient, file: string, version: string) =>
  queryOptions({ queryKey: ['prompt-text', file, version], queryFn: () => client.prompt.version({ file, version }) });

export const promptRuns = (client: ContractClient, file: string, version: string) =>
  queryOptions({
    queryKey: ['workflows', 'prompts', 'runs', file, version],
    queryFn: () => client.prompt.runs({ file, version, limit: 20 }),
    staleTime: 0,
  });

export const promptSample = (client: ContractClient, file: string) =>
  queryOptions({
    queryKey: ['workflows', 'prompts', 'sample', file],
    queryFn: () => client.prompt.sample({ file }),
    staleTime: 0,
  });

export const promptPreview = (client: ContractClient, file: string, text: string, values: JsonObject) =>
  queryOptions({
    queryKey: ['prompt-preview', file, text, values],
    queryFn: () => client.prompt.preview({ file, text, values }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });

/** One step in full. `version` changes whenever more of it has happened. */
export const stepDetails = (client: ContractClient, run: string, step: string, version: string, large: boolean) =>
  queryOptions({
    queryKey: ['step', run, step, version, large],
    queryFn: () => client.run.step({ run, step, large }),
    placeholderData: keepPreviousData,
  });

/** The steps of a run whose values hold a text. `version` changes whenever more has happened. */
export const stepSearch = (client: ContractClient, run: string, text: string, version: number) =>
  queryOptions({
    queryKey: ['step-search', run, text, version],
    queryFn: ({ signal }) => client.run.search({ run, text }, { signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });

/** A run worked again from its log alone. */
export const runReplay = (client: ContractClient, run: string) =>
  queryOptions({ queryKey: ['replay', run], queryFn: () => client.run.replay({ run }), gcTime: 0 });

/** A run that has ended. */
export const runLog = (client: ContractClient, run: string) =>
  queryOptions({ queryKey: ['run', run], queryFn: () => readRunLog(client, run) });

/** What people think of a run, and other runs to compare with, come at any time. */
export const whyOf = (
  client: ContractClient,
  { run, version, step, good }: { run: string; version: string; step: string | undefined; good: string | undefined },
) =>
  queryOptions({
    queryKey: ['why', run, version, step, good],
    queryFn: () =>
      client.insight.why({ run, ...(step !== undefined && { step }), ...(good !== undefined && { good }) }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

/** `version` changes whenever more of the run has happened. */
export const retrievalOf = (client: ContractClient, run: string, version: string, step: string | undefined) =>
  queryOptions({
    queryKey: ['retrieval', run, version, step],
    queryFn: () => client.insight.retrieval({ run, ...(step !== undefined && { step }) }),
    placeholderData: keepPreviousData,
  });

export const profileList = (client: ContractClient) =>
  queryOptions({ queryKey: ['profiles'], queryFn: () => client.profile.list({}), staleTime: 0 });

/** Set and bound by the command line as well. */
export const secretList = (client: ContractClient) =>
  queryOptions({ queryKey: ['secrets'], queryFn: () => client.secret.list({}), staleTime: 0 });

export const grantList = (client: ContractClient) =>
  queryOptions({ queryKey: ['grants', 'list'], queryFn: () => client.grants.list({}), staleTime: 0 });

export const grantNeeds = (client: ContractClient, workflow: string) =>
  queryOptions({
    queryKey: ['grants', 'needs', workflow],
    queryFn: () => client.grants.needs({ workflow }),
    staleTime: 0,
  });

export const aboutThis = (client: ContractClient) =>
  queryOptions({ queryKey: ['about'], queryFn: () => client.workspace.about({}) });

export const licenceText = (client: ContractClient, name: string, version: string) =>
  queryOptions({
    queryKey: ['about', 'licence', name, version],
    queryFn: () => client.workspace.licence({ package: name, version }),
  });

/** What expressions say about a run. `version` changes whenever it has gone on by itself or been stopped elsewhere. */
export const watchedValues = (
  client: ContractClient,
  {
    run,
    step,
    expressions,
    version,
  }: { run: string; step: string | undefined; expressions: readonly string[]; version: string },
) =>
  queryOptions({
    queryKey: ['watch', run, step, expressions, version],
    queryFn: () => client.run.evaluate({ run, expressions: [...expressions], ...(step !== undefined && { step }) }),
    placeholderData: keepPreviousData,
  });

/** What a step gave whose outputs are pinned, in full. */
export const pinnedOutputs = (client: ContractClient, run: string, step: string) =>
  queryOptions({
    queryKey: ['pin', run, step],
    queryFn: async () => (await client.run.step({ run, step, large: true })).step.outputs,
  });

/** What a run worked on: it never changes. */
export const runGraph = (client: ContractClient, run: string) =>
  queryOptions({
    queryKey: ['run', 'graph', run],
    queryFn: () => client.run.graph({ run }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const promptFile = (client: ContractClient, file: string) =>
  queryOptions({ queryKey: ['workflows', 'prompts', file], queryFn: () => client.prompt.read({ file }) });

type TextsWanted = Parameters<ContractClient['search']['find']>[0];

/** Texts found in files that are not open; asked for again when any file changes. */
export const textsFound = (client: ContractClient, wanted: TextsWanted | undefined) =>
  queryOptions({
    queryKey: ['workflows', 'texts', wanted],
    queryFn: () => (wanted ? client.search.find(wanted) : { files: [], more: false }),
    // Each letter is a search of its own; those that were passed over are not kept.
    gcTime: 30_000,
  });

const RUN_PAGE = 100;

type RunQuery = Omit<Parameters<ContractClient['run']['list']>[0], 'limit' | 'offset' | 'before'>;

/** Runs that fit, page after page. */
export const foundRuns = (client: ContractClient, query: RunQuery) =>
  infiniteQueryOptions({
    queryKey: ['runs', 'found', query],
    queryFn: ({ pageParam }) => client.run.list({ ...query, limit: RUN_PAGE, offset: pageParam }),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.length < RUN_PAGE ? undefined : pages.length * RUN_PAGE),
    placeholderData: keepPreviousData,
  });

export const runCount = (client: ContractClient, query: RunQuery) =>
  queryOptions({
    queryKey: ['runs', 'count', query],
    queryFn: () => client.run.count(query),
    placeholderData: keepPreviousData,
  });

/** What removing runs would come to, as it is now. */
export const runRemoval = (client: ContractClient, runs: string[]) =>
  queryOptions({ queryKey: ['runs', 'removal', runs], queryFn: () => client.run.weigh({ runs }), gcTime: 0 });

export const diskUsage = (client: ContractClient) =>
  queryOptions({ queryKey: ['storage', 'usage'], queryFn: () => client.storage.usage({}), staleTime: 0 });

/** What a clean-up would remove under these limits. */
export const storagePreview = (client: ContractClient, limits: Keeping['limits']) =>
  queryOptions({
    queryKey: ['storage', 'preview', limits],
    queryFn: () => client.storage.preview({ limits }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

/** What kept answers have saved in all. */
export const cacheSavings = (client: ContractClient) =>
  queryOptions({ queryKey: ['costs', 'savings'], queryFn: () => client.cache.list({ limit: 1 }), staleTime: 0 });

/** Runs that failed because a budget had no room, the newest first. */
export const stoppedByBudget = (client: ContractClient) =>
  queryOptions({
    queryKey: ['runs', 'stopped'],
    queryFn: async () => {
      const found = await client.run.list({ status: 'failed', search: 'budget.exceeded', limit: 20 });
      return found.filter(({ error }) => error?.code === 'budget.exceeded');
    },
  });

/** Nano-dollars of the newest runs of a workflow that succeeded and whose prices are all known. */
export const recordedCosts = (client: ContractClient, workflowId: string) =>
  queryOptions({
    queryKey: ['runs', 'costs', workflowId],
    queryFn: async () => {
      const runs = await client.run.list({ workflowId, status: 'succeeded', limit: 500 });
      // What was spent elsewhere was nobody's money here.
      const own = runs.filter(({ origin }) => origin?.kind !== 'imported');
      return own.filter(({ unpricedCalls }) => unpricedCalls === 0).map(({ nanoUsd }) => nanoUsd);
    },
  });
