import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { registry } from '../../nodes/registry.ts';
import type { CallStages } from '../adapters/models/call-stages.ts';
import type { SessionStore } from '../adapters/sqlite/session-store.ts';
import type { WorkspaceStore } from '../adapters/sqlite/workspace-store.ts';
import type { Estimate } from '../core/budget/estimate.ts';
import type { PricedProfile } from '../core/budget/prices.ts';
import type { HostCapabilities } from '../core/capabilities/capabilities.ts';
import type { ProfileStatus } from '../core/contracts/workspace.ts';
import type { Capture } from '../core/run/events.ts';
import type { Profile, WorkspaceConfig } from '../core/workspace/workspace-config.ts';
import type { EnginePorts } from '../engine/engine-ports.ts';
import type { AnswerService } from '../services/cache/answer-service.ts';
import type { CostService } from '../services/costs/cost-service.ts';
import type { EstimateRequest } from '../services/costs/estimate.ts';
import type { GrantService } from '../services/grants/grant-service.ts';
import type { ReviewService } from '../services/review/review-service.ts';
import type { RunService } from '../services/run/run-service.ts';
import { createWorkflowService, type WorkflowService } from '../services/workflow/workflow-service.ts';
import type { Finding } from '../services/workspace/examine-workspace.ts';
import { type Cassettes, createCassettes } from './cassettes.ts';
import { clock } from './clock.ts';
import { createEditing, type Editing } from './editing.ts';
import { type ExportedFile, exportedConfig, exportedFiles } from './exported.ts';
import { createExporting, type Exporting } from './exporting.ts';
import { readWorkspaceConfig, requireWorkspace } from './find-workspace.ts';
import { openGrants } from './grants.ts';
import { createKnowledge, type Knowledge } from './knowledge.ts';
import { lazily } from './lazily.ts';
import { newId } from './new-id.ts';
import { workspacePrices } from './price-file.ts';
import { createRedaction } from './redaction.ts';
import { createResponses } from './responses.ts';
import { openSecrets } from './secrets.ts';
import { type Environment, profileFolder } from './user-folders.ts';
import { userVault } from './vault.ts';
import { packageVersion } from './version.ts';
import { CONFIG_FILE } from './workspace-around.ts';
import {
  accountLimiter,
  fingerprint,
  healthBoard,
  hostCapabilities,
  modelGateway,
  providersHealth,
  reckoner,
  workflowFiles,
} from './workspace-parts.ts';

const sha256 = (text: string) => hash('sha256', text);
/** What a workspace remembers where nothing ever ran: it needs no database for that. */
const nothingKept: Pick<HostCapabilities, 'cache' | 'memory'> = {
  cache: { get: async () => null, put: async () => ({ stored: true }) },
  memory: {
    read: async () => ({ turns: [] }),
    append: async () => ({ turn: 1 }),
    summarise: async () => ({ kept: true }),
  },
};

/** What was spent, beside the journal in the workspace's own folder. */
const LEDGER_FILE = 'ledger.db';

export interface HostOptions {
  /** The workspace's folder: it holds pipewright.json. */
  folder: string;
  env: Environment;
  /** Where the user stands: relative paths of workflow files begin here. */
  cwd?: string;
  /** The user's own folder instead of the usual one. */
  profileDir?: string;
  /** Granted to every workflow that is run through this host, such as `network:api.example.com`. */
  grants?: readonly string[];
  /** An exported workflow to work with instead of the workflows in the folder, which then need not be a workspace. */
  exported?: ExportedFile;
  /** Profiles of the user's own, beside those of the folder. */
  profiles?: { [name: string]: Profile };
}

/** A workspace with all its use cases. Nothing heavy is loaded before it is used. */
export interface Host {
  folder: string;
  config: WorkspaceConfig;
  workflows: WorkflowService;
  editing: Editing;
  knowledge: Knowledge;
  /** Whether a call of a model was ever made here that may cost something. */
  hasSpent(): boolean;
  grants: GrantService;
  /** Whether anything ever ran here. Asking makes no database, unlike the services below. */
  hasHistory(): boolean;
  /** A workflow as one file: making one, and what the one that this host was opened with still lacks. */
  exporting: Exporting;
  runs(): Promise<RunService>;
  /** `confined`: only files inside the workspace may be named. */
  cassettes(options?: { confined?: boolean }): Cassettes;
  reviews(): Promise<ReviewService>;
  /** Conversations that workflows keep. */
  sessions(): Promise<SessionStore>;
  costs(): Promise<CostService>;
  /** What a run may cost, without running it. @throws AppError workflow.*, run.* */
  estimate(request: EstimateRequest): Promise<Estimate>;
  /** What the models of the profiles cost, and where that is said. @throws AppError workspace.invalid */
  prices(): Promise<PricedProfile[]>;
  /** How each profile stands. Asks no provider anything. */
  profiles(): Promise<ProfileStatus[]>;
  /** The answers that are kept for equal calls. */
  answers(): Promise<AnswerService>;
  /** Removes all that nodes of the type cache keep. @returns how many values */
  clearValues(): Promise<number>;
  /** Removes payloads of runs that ended so long ago, and answers that old. @returns ids of the runs */
  purge(olderThanDays: number): Promise<string[]>;
  examine(): Promise<Finding[]>;
  /** Makes the tables anew from the log and sweeps leftover files. */
  rebuild(): Promise<{ runs: number; damaged: Finding[]; swept: string[] }>;
  /** Copies the store into a new folder while it is in use. @throws AppError workspace.exists, storage.* */
  backUp(target: string): Promise<{ folder: string; blobs: number }>;
  close(): Promise<void>;
}

/** The folder that a host works in, and what holds there. @throws AppError workspace.* */
async function placeOf({
  folder: given,
  exported,
  profiles = {},
}: HostOptions): Promise<{ folder: string; config: WorkspaceConfig }> {
  if (exported) {
    const folder = resolve(given);
    const around = existsSync(join(folder, CONFIG_FILE)) ? await readWorkspaceConfig(folder) : undefined;
    return { folder, config: exportedConfig(exported, around, profiles) };
  }
  const folder = requireWorkspace(given);
  const config = await readWorkspaceConfig(folder);
  return { folder, config: { ...config, profiles: { ...config.profiles, ...profiles } } };
}

/** Opens a workspace, or the folder in which an exported workflow is to run. @throws AppError workspace.missing, workspace.invalid, workspace.newer, secrets.file, grant.invalid */
export async function openHost(options: HostOptions): Promise<Host> {
  const { exported } = options;
  const { folder, config } = await placeOf(options);
  const { env, cwd = process.cwd(), profileDir = profileFolder(env) } = options;
  const stateFolder = join(folder, '.pipewright');
  const names = Object.values(config.profiles).flatMap(({ secret }) => secret ?? []);
  const secrets = openSecrets({ env, workspace: folder, vault: userVault(profileDir, env), names });
  const redaction = createRedaction(secrets);
  const grants = openGrants({ profileDir, env, registry, given: options.grants ?? [], hasSecret: secrets.has });
  const files = exported ? exportedFiles(exported) : workflowFiles(folder, cwd);
  const workflows = createWorkflowService({ registry, files, config });

  const hasHistory = () => existsSync(join(stateFolder, 'pipewright.db'));
  const hasSpent = () => existsSync(join(stateFolder, LEDGER_FILE));
  const store = lazily(async () => {
    const { openWorkspaceStore } = await import('../adapters/sqlite/workspace-store.ts');
    return openWorkspaceStore({
      folder: stateFolder,
      keyFile: join(profileDir, 'personal.key'),
      now: () => Date.now(),
    });
  });
  const collections = lazily(async () => {
    const { openCollections } = await import('../adapters/lancedb/open-collections.ts');
    return openCollections({ dir: join(stateFolder, 'collections') });
  });
  const loaders = lazily(async () => (await import('../adapters/loaders/loaders.ts')).createLoaders());
  const tables = lazily(async () => {
    const { createTables } = await import('../adapters/tables/tables.ts');
    return createTables({ root: folder, cacheFolder: join(stateFolder, 'cache', 'tables'), tables: config.tables });
  });
  const sandbox = lazily(async () => (await import('../adapters/sandbox/sandbox.ts')).createSandbox());
  const ledger = lazily(async () => {
    const { openLedgerStore } = await import('../adapters/sqlite/ledger-store.ts');
    return openLedgerStore({ file: join(stateFolder, LEDGER_FILE), now: clock.now });
  });
  const budgets = lazily(async () => {
    const { createBudgets } = await import('../adapters/models/budget-stage.ts');
    return createBudgets({ ledger, budgets: config.budgets ?? {}, clock });
  });
  const limiter = accountLimiter(stateFolder);
  const responses = createResponses({ stateFolder, maxBytes: config.responseCache.maxMb * 1_048_576 });
  const cache = lazily(async () => {
    const { KeptResponses } = await import('../adapters/models/response-cache.ts');
    return new KeptResponses({ store: responses.store, now: clock.now });
  });
  // Loaded by the first call that leaves this machine: the gateway asks them for no other.
  const stages: CallStages = {
    cache: { answer: async (call, work) => (await cache()).answer(call, work) },
    limiter: { admit: async (about) => (await limiter()).admit(about) },
    budgets: { reserve: async (about) => (await budgets()).reserve(about) },
  };
  const prices = workspacePrices(folder);
  const board = healthBoard(stateFolder);
  const health = providersHealth(board);
  const gateway = modelGateway(config.profiles, { secrets, stages, prices, health });

  const isBuiltIn: EnginePorts['isBuiltIn'] = (profile, snapshot) =>
    (snapshot.profiles[profile] as { provider?: unknown } | undefined)?.provider === 'built-in';

  /** What nodes reach in every run. */
  const { withoutSecrets } = redaction;
  const parts = {
    ...{ folder, secrets, stages, prices, health, collections, loaders, tables, sandbox },
    ...{ grants, withoutSecrets },
  };

  function enginePorts({ journal, cache, sessions: memory }: WorkspaceStore): EnginePorts {
    return {
      journal,
      registry,
      clock,
      random: Math.random,
      newId,
      hash: sha256,
      host: (snapshot) => hostCapabilities(snapshot, { ...parts, cache, memory }),
      isBuiltIn,
      fingerprint: (ref) => fingerprint(ref, { folder, config, collections }),
      redact: redaction.redact,
      owner: `${hostname()}:${process.pid}`,
      version: packageVersion(),
    };
  }

  const runs = lazily(async () => {
    const [opened, { createEngine }, { createRunService }] = await Promise.all([
      store(),
      import('../engine/engine.ts'),
      import('../services/run/run-service.ts'),
    ]);
    return createRunService({
      engine: createEngine(enginePorts(opened)),
      journal: opened.journal,
      index: opened.runs,
      retention: opened.retention,
      workflows,
      grants,
      registry,
      capture: config.capture satisfies Capture,
      redactor: redaction.redactor,
    });
  });

  const reviews = lazily(async () => {
    const [opened, { createReviewService }] = await Promise.all([
      store(),
      import('../services/review/review-service.ts'),
    ]);
    return createReviewService({ tasks: opened.reviews, journal: opened.journal, now: () => Date.now() });
  });

  const costs = lazily(async () => {
    const [books, { createLedgerReports }, { createCostService }] = await Promise.all([
      ledger(),
      import('../adapters/sqlite/ledger-reports.ts'),
      import('../services/costs/cost-service.ts'),
    ]);
    // What died processes had reserved is counted before anybody looks.
    await books.settleLost();
    return createCostService({
      ledger: createLedgerReports(books.database),
      budgets: config.budgets ?? {},
      workflows,
      now: clock.now,
    });
  });

  async function profilePrices(): Promise<PricedProfile[]> {
    const models = await gateway();
    return Promise.all(Object.keys(config.profiles).map((profile) => models.price(profile)));
  }

  async function estimate(request: EstimateRequest): Promise<Estimate> {
    const [{ estimateRun }, { createLedgerReports }] = await Promise.all([
      import('../services/costs/estimate.ts'),
      import('../adapters/sqlite/ledger-reports.ts'),
    ]);
    const opened = hasHistory() ? await store() : undefined;
    const kept = opened ? { cache: opened.cache, memory: opened.sessions } : nothingKept;
    return estimateRun(
      {
        offline: { registry, clock, hash: sha256, isBuiltIn },
        snapshot: (workflow) => workflows.snapshot(workflow),
        host: (snapshot) => hostCapabilities(snapshot, { ...parts, ...kept }),
        reckoner: (snapshot) => reckoner(snapshot, parts),
        budgets: config.budgets ?? {},
        ledger: hasSpent() ? createLedgerReports((await ledger()).database) : undefined,
        now: clock.now,
      },
      request,
    );
  }

  const knowledge = createKnowledge({
    folder,
    stateFolder,
    config,
    collections,
    loaders,
    embedder: { embed: async (request, callOptions) => (await gateway()).embed(request, callOptions) },
  });

  return {
    folder,
    config,
    workflows,
    editing: createEditing({ folder, stateFolder, config, registry }),
    knowledge,
    grants,
    hasHistory,
    hasSpent,
    exporting: createExporting({
      ...{ folder, stateFolder, config, exported, files, workflows, redaction, collections, grants },
      hasSecret: secrets.has,
    }),
    runs,
    cassettes: ({ confined = false } = {}) =>
      createCassettes({
        folder,
        cwd,
        confined,
        workflows,
        redactor: redaction.redactor,
        store,
        isBuiltIn,
        clock,
      }),
    reviews,
    sessions: async () => (await store()).sessions,
    costs,
    estimate,
    prices: profilePrices,
    async profiles() {
      const { profileStatuses } = await import('./profiles.ts');
      return profileStatuses({ profiles: config.profiles, gateway, health, limiter });
    },
    async answers() {
      const { createAnswerService } = await import('../services/cache/answer-service.ts');
      const { capture } = config;
      return createAnswerService({ shelf: responses.shelf, capture, redactor: redaction.redactor });
    },
    clearValues: async () => (hasHistory() ? (await store()).cache.clear() : 0),
    async purge(olderThanDays) {
      const { retention, cache: values } = await store();
      await values.prune();
      await (await responses.shelf())?.clear({ storedBefore: Date.now() - olderThanDays * 86_400_000 });
      return retention.purgePayloads({ olderThanDays, now: Date.now() });
    },
    async examine() {
      const { examineWorkspace } = await import('../services/workspace/examine-workspace.ts');
      return examineWorkspace({
        config,
        workflows,
        hasSecret: secrets.has,
        secretRefusal: secrets.refusal,
        store: hasHistory() ? (await store()).doctor : undefined,
        collections: () => knowledge.list(),
        prices: profilePrices,
        ledger: hasSpent() ? (await ledger()).faults : undefined,
      });
    },
    async backUp(target) {
      const absolute = resolve(cwd, target);
      const copied = (await store()).backUp(absolute);
      if (hasSpent()) (await ledger()).backUp(absolute);
      return { folder: absolute, ...copied };
    },
    async rebuild() {
      const { doctor } = await store();
      const { runs: count, damaged } = await doctor.rebuildProjections();
      const swept = await doctor.sweepFiles();
      return { runs: count, damaged: damaged.map((one) => ({ severity: 'error' as const, ...one })), swept };
    },
    async close() {
      const closing = [loaders, tables, collections, sandbox, limiter, board].map(async (part) =>
        (await part.made()?.catch(() => undefined))?.close(),
      );
      await Promise.all(closing);
      (await store.made()?.catch(() => undefined))?.close();
      (await ledger.made()?.catch(() => undefined))?.close();
      await responses.close();
    },
  };
}
