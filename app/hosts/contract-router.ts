import { setTimeout as sleep } from 'node:timers/promises';
import { implement, withEventMeta } from '@orpc/server';
import { registry } from '../../nodes/registry.ts';
import { contract } from '../core/contracts/index.ts';
import type { TrialSignal } from '../core/contracts/prompt.ts';
import type { JsonObject } from '../core/graph/json.ts';
import { makeReach, type Reach } from '../core/policy/reach.ts';
import { Feed } from '../services/feed.ts';
import { gathered } from '../services/gathered.ts';
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
/** Pieces of an answer that wait for one slow reader; the whole answer comes at the end all the same. */
const MAX_PIECES = 10_000;

/** Events of a log that are sent at once: while a client reads some, the next are made. */
const LOG_PAGE = 2500;
/** Signals of a run that are sent together: those of so many milliseconds, and so many at most. */
const GATHER_MS = 20;
const GATHER_MOST = 1000;
/** How often it is looked whether anything of any run has changed. */
const CHANGES_MS = 500;

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
  const quietly = (ms: number, signal?: AbortSignal) =>
    sleep(ms, undefined, { ref: false, ...(signal && { signal }) }).catch(() => undefined);
  const runs = createLiveRuns({ service: () => host.runs(), sleep: quietly });
  const cassettes = host.cassettes({ confined: true });
  /** A workflow with all that it runs inside, as a run would have it. */
  const workflowOf = async (reference: string) => (await host.workflows.snapshot(reference)).workflow;
  const asReach = ({ ability, target }: Reach) => makeReach(ability, target);

  const router = os.router({
    workflow: {
      list: os.workflow.list.handler(() => host.editing.workflows.list()),
      open: os.workflow.open.handler(({ input }) => host.editing.workflows.open(input.file)),
      check: os.workflow.check.handler(({ input }) => host.editing.workflows.check(input.workflow)),
      named: os.workflow.named.handler(({ input }) => host.editing.workflows.named(input.references)),
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
      evaluate: os.run.evaluate.handler(async ({ input: { run, ...rest } }) => (await host.runs()).evaluate(run, rest)),
      breakAt: os.run.breakAt.handler(async ({ input: { run, breakpoints } }) => ({
        runId: await (await host.runs()).breakAt(run, { breakpoints }),
      })),
      cancel: os.run.cancel.handler(async ({ input }) => ({
        runId: await (await host.runs()).cancel(input.run, input.reason),
      })),
      interrupt: os.run.interrupt.handler(({ input }) => runs.interrupt(input.run)),
      replay: os.run.replay.handler(async ({ input }) => (await host.runs()).replay(input.run)),
      list: os.run.list.handler(async ({ input }) => (await host.runs()).list(input)),
      watch: os.run.watch.handler(async function* ({ signal }) {
        const version = async () => (host.hasHistory() ? (await host.runs()).version() : '');
        let seen = await version();
        yield { type: 'watching' };
        while (!signal?.aborted) {
          await quietly(CHANGES_MS, signal);
          const now = await version();
          if (now !== seen) yield { type: 'changed' };
          seen = now;
        }
      }),
      log: os.run.log.handler(async ({ input: { run, after } }) => (await host.runs()).log(run, after, LOG_PAGE)),
      graph: os.run.graph.handler(async ({ input }) => (await host.runs()).graph(input.run)),
      search: os.run.search.handler(async ({ input }) => (await host.runs()).search(input.run, input.text)),
      exported: os.run.exported.handler(async ({ input }) => ({
        text: `${JSON.stringify(await (await host.runs()).exportRun(input.run), null, 1)}\n`,
      })),
      importFile: os.run.importFile.handler(async ({ input }) => (await host.runs()).importRun(input.text)),
      count: os.run.count.handler(async ({ input }) => ({ runs: (await host.runs()).count(input) })),
      pin: os.run.pin.handler(async ({ input }) => {
        await (await host.runs()).pin(input.runs, input.pinned);
        return {};
      }),
      weigh: os.run.weigh.handler(async ({ input }) => (await host.runs()).weigh(input.runs)),
      remove: os.run.remove.handler(async ({ input, signal }) => (await host.runs()).remove(input.runs, signal)),
      trace: os.run.trace.handler(async ({ input: { run, payloads } }) => (await host.runs()).trace(run, { payloads })),
      step: os.run.step.handler(async ({ input: { run, step, large } }) =>
        (await host.runs()).step(run, step, { large }),
      ),
      events: os.run.events.handler(async function* ({ input, lastEventId, signal }) {
        const after = Math.max(input.after, Number(lastEventId ?? 0));
        for await (const one of runs.watch(input.run, { after, signal }))
          yield one.type === 'event' ? withEventMeta(one, { id: String(one.event.seq) }) : one;
      }),
      follow: os.run.follow.handler(({ input: { run, after }, signal }) =>
        gathered(runs.watch(run, { after, signal }), { pause: () => quietly(GATHER_MS, signal), most: GATHER_MOST }),
      ),
    },
    insight: {
      why: os.insight.why.handler(async ({ input: { run, ...rest } }) => (await host.insight()).why(run, rest)),
      retrieval: os.insight.retrieval.handler(async ({ input }) =>
        (await host.insight()).retrieval(input.run, input.step),
      ),
    },
    review: {
      // A workspace where nothing ever ran is asked too, and gets no store by it.
      list: os.review.list.handler(async ({ input }) => (host.hasHistory() ? (await host.reviews()).list(input) : [])),
      get: os.review.get.handler(async ({ input }) => (await host.reviews()).show(input.task)),
      decide: os.review.decide.handler(async ({ input: { task, ...decision } }) =>
        (await host.reviews()).decide(task, decision),
      ),
    },
    feedback: {
      give: os.feedback.give.handler(async ({ input }) => (await host.feedback()).give(input)),
      list: os.feedback.list.handler(async ({ input: { run, ...filter } }) => {
        if (!host.hasHistory()) return [];
        return (await host.feedback()).list({
          ...filter,
          ...(run !== undefined && { runId: (await host.runs()).find(run) }),
        });
      }),
      show: os.feedback.show.handler(async ({ input }) => (await host.feedback()).show(input.id)),
      remove: os.feedback.remove.handler(async ({ input }) => {
        await (await host.feedback()).remove(input.id);
        return {};
      }),
    },
    dataset: {
      list: os.dataset.list.handler(async () => (await host.cases()).list()),
      read: os.dataset.read.handler(async ({ input }) => (await host.cases()).read(input.file)),
      prepare: os.dataset.prepare.handler(async ({ input }) => (await host.cases()).prepare(input)),
      add: os.dataset.add.handler(async ({ input }) => (await host.cases()).add(input)),
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
      limits: os.costs.limits.handler(async () => (await host.costSettings()).budgets()),
      setLimits: os.costs.setLimits.handler(async ({ input: { budgets, base } }) =>
        (await host.costSettings()).setBudgets(budgets, base),
      ),
      priceFile: os.costs.priceFile.handler(async () => (await host.costSettings()).priceFile()),
      previewPrices: os.costs.previewPrices.handler(async ({ input }) =>
        (await host.costSettings()).previewPrices(input.text),
      ),
      setPrices: os.costs.setPrices.handler(async ({ input: { text, base } }) => {
        await (await host.costSettings()).setPrices(text, base);
        return {};
      }),
    },
    exporting: {
      make: os.exporting.make.handler(({ input }) => host.exporting.write(input.workflow)),
      preview: os.exporting.preview.handler(({ input: { text, ...options } }) => host.exporting.preview(text, options)),
      take: os.exporting.take.handler(({ input: { text, ...options } }) => host.exporting.take(text, options)),
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
      uses: os.prompt.uses.handler(async () => (await host.prompts()).uses()),
      versions: os.prompt.versions.handler(async ({ input }) => (await host.prompts()).versions(input.file)),
      version: os.prompt.version.handler(async ({ input: { file, version } }) => ({
        text: await (await host.prompts()).text(file, version),
      })),
      runs: os.prompt.runs.handler(async ({ input: { file, version, limit } }) =>
        (await host.prompts()).runs(file, version, limit),
      ),
      sample: os.prompt.sample.handler(async ({ input: { file, version } }) =>
        (await host.prompts()).sample(file, version),
      ),
      preview: os.prompt.preview.handler(async ({ input }) => (await host.prompts()).preview(input)),
      ask: os.prompt.ask.handler(async function* ({ input, signal }) {
        const feed = new Feed<TrialSignal>(MAX_PIECES);
        const asking = (await host.prompts()).ask(input, {
          ...(signal && { signal }),
          onDelta: (text) => feed.push({ type: 'piece', text }),
          onRestart: () => feed.push({ type: 'restart' }),
        });
        asking.then(
          () => feed.end(),
          () => feed.end(),
        );
        try {
          for (let piece = await feed.next(); piece; piece = await feed.next()) yield piece;
          const { text, finish, usage, cost, model, provider, ms, cached } = await asking;
          const isKept = cached !== undefined;
          yield { type: 'answer' as const, ...{ text, finish, usage, cost, model, provider, ms, isKept } };
        } finally {
          // Who stops listening aborts the call; it is over when it has been settled.
          await asking.catch(() => undefined);
        }
      }),
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
    profile: {
      list: os.profile.list.handler(() => host.profileDetails()),
      test: os.profile.test.handler(({ input, signal }) => host.testProfile(input.profile, signal)),
    },
    storage: {
      usage: os.storage.usage.handler(() => host.disk.usage()),
      preview: os.storage.preview.handler(({ input }) => host.disk.preview(input.limits)),
      keep: os.storage.keep.handler(async ({ input }) => {
        await host.disk.keep(input);
        return {};
      }),
      clean: os.storage.clean.handler(async function* ({ input, signal }) {
        const feed = new Feed<{ done: number; total: number }>(MAX_PROGRESS);
        const stopping = new AbortController();
        const stop = () => stopping.abort();
        signal?.addEventListener('abort', stop, { once: true });
        const onProgress = (progress: { done: number; total: number }) => feed.push(progress);
        const working = host.disk.clean(input.part, { onProgress, signal: stopping.signal });
        working.then(
          () => feed.end(),
          () => feed.end(),
        );
        try {
          for (let progress = await feed.next(); progress; progress = await feed.next())
            yield { type: 'progress' as const, ...progress };
          yield { type: 'report' as const, report: await working };
        } finally {
          // Who stops listening stops it; it is over when it has let go of the store.
          stop();
          await working.catch(() => undefined);
        }
      }),
    },
    secret: {
      list: os.secret.list.handler(() => host.secrets.list()),
      set: os.secret.set.handler(({ input: { name, value, hosts } }) => {
        host.secrets.set(name, value, hosts);
        return {};
      }),
      bindTo: os.secret.bindTo.handler(({ input: { name, hosts } }) => {
        host.secrets.bind(name, hosts);
        return {};
      }),
      remove: os.secret.remove.handler(({ input }) => ({ removed: host.secrets.remove(input.name) })),
      unlock: os.secret.unlock.handler(({ input }) => {
        host.secrets.unlock(input.passphrase);
        return {};
      }),
    },
    search: {
      find: os.search.find.handler(({ input }) => host.editing.search.find(input)),
      replace: os.search.replace.handler(({ input }) => host.editing.search.replace(input)),
    },
    session: {
      list: os.session.list.handler(({ input }) => host.conversations.list(input)),
      show: os.session.show.handler(({ input: { limit, ...key } }) => host.conversations.show(key, limit)),
      remove: os.session.remove.handler(async ({ input }) => ({ removed: await host.conversations.remove(input) })),
    },
    workspace: {
      about: os.workspace.about.handler(() => host.about()),
      licence: os.workspace.licence.handler(async ({ input }) => ({
        text: await host.licenceText(input.package, input.version),
      })),
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
