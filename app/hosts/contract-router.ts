import { setTimeout as sleep } from 'node:timers/promises';
import { implement, withEventMeta } from '@orpc/server';
import { registry } from '../../nodes/registry.ts';
import { contract } from '../core/contracts/index.ts';
import type { JsonObject } from '../core/graph/json.ts';
import { makeReach, type Reach } from '../core/policy/reach.ts';
import { Feed } from '../services/feed.ts';
import type { IngestProgress } from '../services/knowledge/ingest.ts';
import { watchDueRuns } from '../services/run/due-runs.ts';
import { createLiveRuns } from '../services/run/live-runs.ts';
import { programValues } from '../services/run/program-values.ts';
import { isBuiltIn } from './built-in.ts';
import { clock } from './clock.ts';
import type { Host } from './compose.ts';
import { packageVersion } from './version.ts';

/** Progress that waits for one slow reader: only the newest is worth much. */
const MAX_PROGRESS = 64;

/** Takes up waiting runs of its workspace when they come due, as long as it is open. */
export interface ContractService {
  router: ReturnType<typeof routerOf>['router'];
  /** Ends the watch over waiting runs and interrupts the runs that clients started, so that they can be resumed. The host itself stays open. */
  close(): Promise<void>;
}

export interface ServiceOptions {
  /** Runs that clients start begin when this is over, however it ends. */
  before?: Promise<unknown> | undefined;
}

/** The contract over one workspace: each procedure hands on to its service. Serves any number of clients. */
export function createContractService(host: Host, { before }: ServiceOptions = {}): ContractService {
  const { router, runs } = routerOf(host, before);
  const stopWatching = watchDueRuns({
    now: clock.now,
    sleep: (ms, signal) => sleep(ms, undefined, { ref: false, signal }).catch(() => undefined),
    list: async () =>
      host.hasHistory() ? (await host.runs()).list({ dueBefore: Number.MAX_SAFE_INTEGER, limit: 1000 }) : [],
    resume: (runId) => runs.resume(runId),
  });
  return {
    router,
    async close() {
      await stopWatching();
      await runs.close();
    },
  };
}

function routerOf(host: Host, before: Promise<unknown> | undefined) {
  const os = implement(contract);
  const runs = createLiveRuns(() => host.runs());
  const cassettes = host.cassettes({ confined: true });
  /** A workflow with all that it runs inside, as a run would have it. */
  const workflowOf = async (reference: string) => (await host.workflows.snapshot(reference)).workflow;
  const asReach = ({ ability, target }: Reach) => makeReach(ability, target);

  const router = os.router({
    workflow: {
      list: os.workflow.list.handler(() => host.editing.workflows.list()),
      open: os.workflow.open.handler(({ input }) => host.editing.workflows.open(input.file)),
      check: os.workflow.check.handler(({ input }) => host.editing.workflows.check(input.workflow)),
      save: os.workflow.save.handler(({ input: { file, workflow, base } }) =>
        host.editing.workflows.save(file, workflow, base),
      ),
      create: os.workflow.create.handler(({ input }) => host.editing.workflows.create(input)),
      duplicate: os.workflow.duplicate.handler(({ input }) =>
        host.editing.workflows.duplicate(input.file, input.title),
      ),
      rename: os.workflow.rename.handler(async ({ input }) => {
        await host.editing.workflows.rename(input.file, input.to);
        return {};
      }),
      remove: os.workflow.remove.handler(({ input }) => host.editing.workflows.remove(input.file)),
      trash: os.workflow.trash.handler(() => host.editing.workflows.trashed()),
      restore: os.workflow.restore.handler(({ input }) => host.editing.workflows.restore(input.trash)),
      history: os.workflow.history.handler(({ input }) => host.editing.workflows.history(input.file)),
      version: os.workflow.version.handler(({ input }) => host.editing.workflows.version(input.file, input.version)),
      preview: os.workflow.preview.handler(({ input }) => host.editing.workflows.preview(input.text)),
      watch: os.workflow.watch.handler(({ signal = new AbortController().signal }) => host.editing.watch(signal)),
      read: os.workflow.read.handler(({ input }) => host.workflows.read(input.workflow)),
      validate: os.workflow.validate.handler(({ input }) => host.workflows.validate(input.workflow)),
      diff: os.workflow.diff.handler(({ input }) => host.workflows.diff(input.before, input.after)),
      nodes: os.workflow.nodes.handler(async () => {
        const { describeNodes } = await import('../services/workflow/describe-nodes.ts');
        return describeNodes(registry);
      }),
      nodeDocs: os.workflow.nodeDocs.handler(async ({ input }) => ({
        markdown: await host.editing.nodeDocs(input.type),
      })),
      schema: os.workflow.schema.handler(async ({ input }) => {
        const { publishedSchemas } = await import('../core/graph/workflow-schema.ts');
        return publishedSchemas()[input.of] as JsonObject;
      }),
    },
    run: {
      start: os.run.start.handler(async ({ input: { inputs = {}, pins = {}, edits = {}, ...rest } }) => {
        await before?.catch(() => undefined);
        return runs.start({ ...programValues({ inputs, pins, edits }), ...rest });
      }),
      resume: os.run.resume.handler(({ input: { run, ...rest } }) => runs.resume(run, rest)),
      cancel: os.run.cancel.handler(async ({ input }) => ({
        runId: await (await host.runs()).cancel(input.run, input.reason),
      })),
      interrupt: os.run.interrupt.handler(({ input }) => runs.interrupt(input.run)),
      replay: os.run.replay.handler(async ({ input }) => (await host.runs()).replay(input.run)),
      list: os.run.list.handler(async ({ input }) => (await host.runs()).list(input)),
      trace: os.run.trace.handler(async ({ input: { run, payloads } }) => (await host.runs()).trace(run, { payloads })),
      step: os.run.step.handler(async ({ input: { run, step, large } }) =>
        (await host.runs()).step(run, step, { large }),
      ),
      events: os.run.events.handler(async function* ({ input, lastEventId, signal }) {
        const after = Math.max(input.after, Number(lastEventId ?? 0));
        for await (const one of runs.watch(input.run, { after, signal }))
          yield one.type === 'event' ? withEventMeta(one, { id: String(one.event.seq) }) : one;
      }),
    },
    review: {
      // A workspace where nothing ever ran is asked too, and gets no store by it.
      list: os.review.list.handler(async ({ input }) => (host.hasHistory() ? (await host.reviews()).list(input) : [])),
      get: os.review.get.handler(async ({ input }) => (await host.reviews()).show(input.task)),
      decide: os.review.decide.handler(async ({ input: { task, ...decision } }) =>
        (await host.reviews()).decide(task, decision),
      ),
    },
    knowledge: {
      collections: os.knowledge.collections.handler(() => host.knowledge.list()),
      ingest: os.knowledge.ingest.handler(async function* ({ input: { collection, rebuild }, signal }) {
        const feed = new Feed<IngestProgress>(MAX_PROGRESS);
        const onProgress = (progress: IngestProgress) => feed.push(progress);
        const working = host.knowledge.ingest(collection, { rebuild, onProgress, ...(signal && { signal }) });
        working.then(
          () => feed.end(),
          () => feed.end(),
        );
        try {
          for (let progress = await feed.next(); progress; progress = await feed.next())
            yield { type: 'progress' as const, progress };
          yield { type: 'report' as const, report: await working };
        } finally {
          // Who stops listening aborts the call; the ingestion is over when it has let go of the collection.
          await working.catch(() => undefined);
        }
      }),
      document: os.knowledge.document.handler(({ input: { file, ...place } }) => host.knowledge.document(file, place)),
      documents: os.knowledge.documents.handler(({ input }) => host.knowledge.documents(input.collection)),
      chunks: os.knowledge.chunks.handler(({ input: { collection, file, ...place } }) =>
        host.knowledge.chunks(collection, file, place),
      ),
      search: os.knowledge.search.handler(({ input: { collection, query, ...options }, signal }) =>
        host.knowledge.search(collection, query, { ...options, ...(signal && { signal }) }),
      ),
    },
    costs: {
      report: os.costs.report.handler(async ({ input: { by, run, ...filter } }) =>
        (await host.costs()).report(by, {
          ...filter,
          ...(run !== undefined && { runId: (await host.runs()).find(run) }),
        }),
      ),
      estimate: os.costs.estimate.handler(({ input: { inputs = {}, ...rest } }) =>
        host.estimate({ ...rest, inputs: programValues({ inputs }).inputs ?? {} }),
      ),
      prices: os.costs.prices.handler(() => host.prices()),
      budgets: os.costs.budgets.handler(async () => {
        const service = await host.costs();
        return { budgets: await service.budgets(), warnings: service.warnings() };
      }),
    },
    grants: {
      needs: os.grants.needs.handler(async ({ input }) =>
        host.grants.needs(await workflowOf(input.workflow)).map(({ reach, granted }) => ({ ...reach, granted })),
      ),
      list: os.grants.list.handler(() => host.grants.list()),
      add: os.grants.add.handler(async ({ input: { workflow, grants } }) => ({
        added: host.grants.add(await workflowOf(workflow), workflow, grants.map(asReach)),
      })),
      revoke: os.grants.revoke.handler(({ input: { workflow, grants } }) => ({
        revoked: host.grants.revoke(workflow, grants?.map(asReach)).map(({ ability, target }) => ({ ability, target })),
      })),
    },
    cassette: {
      list: os.cassette.list.handler(() => cassettes.list()),
      record: os.cassette.record.handler(async ({ input: { run, name, ...rest } }) =>
        cassettes.record({ runId: (await host.runs()).find(run), file: `tests/${name}.cassette.json`, ...rest }),
      ),
      test: os.cassette.test.handler(({ input: { cassettes: names = [], update } }) =>
        cassettes.test({ cassettes: names, update }),
      ),
    },
    cache: {
      list: os.cache.list.handler(async ({ input: { limit, ...filter } }) =>
        (await host.answers()).list(filter, limit),
      ),
      show: os.cache.show.handler(async ({ input }) => (await host.answers()).show(input.key)),
      clear: os.cache.clear.handler(async ({ input }) => ({ removed: await (await host.answers()).clear(input) })),
    },
    prompt: {
      list: os.prompt.list.handler(() => host.editing.prompts.list()),
      read: os.prompt.read.handler(({ input }) => host.editing.prompts.read(input.file)),
      save: os.prompt.save.handler(({ input: { file, text, base } }) => host.editing.prompts.save(file, text, base)),
    },
    template: {
      list: os.template.list.handler(() => host.editing.templates.list()),
      read: os.template.read.handler(async ({ input }) => ({ workflow: await host.editing.templates.read(input.id) })),
    },
    recovery: {
      put: os.recovery.put.handler(async ({ input }) => {
        await host.editing.recovery.put(input);
        return {};
      }),
      list: os.recovery.list.handler(() => host.editing.recovery.list()),
      get: os.recovery.get.handler(({ input }) => host.editing.recovery.get(input.file, input.slot)),
      drop: os.recovery.drop.handler(async ({ input }) => {
        await host.editing.recovery.drop(input.file, input.slot);
        return {};
      }),
    },
    workspace: {
      info: os.workspace.info.handler(() => workspaceInfo(host)),
      profiles: os.workspace.profiles.handler(() => host.profiles()),
      doctor: os.workspace.doctor.handler(async ({ input }) => {
        if (!input.rebuild) return { findings: await host.examine() };
        const { damaged, ...rebuilt } = await host.rebuild();
        return { findings: [...damaged, ...(await host.examine())], rebuilt };
      }),
    },
  });
  return { router, runs };
}

function workspaceInfo({ folder, config }: Host) {
  const { name, capture, profiles, collections, tables } = config;
  return {
    name,
    folder,
    version: packageVersion(),
    capture,
    profiles: Object.entries(profiles).map(([profile, { use, provider, model }]) => ({
      name: profile,
      use,
      provider,
      model,
      builtIn: isBuiltIn(profiles, profile),
    })),
    collections: Object.entries(collections).map(([collection, { embedder, documents }]) => ({
      name: collection,
      embedder,
      documents,
      builtIn: isBuiltIn(profiles, embedder),
    })),
    tables: Object.entries(tables).map(([table, { file }]) => ({ name: table, file })),
  };
}
