import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { registry } from '../../nodes/registry.ts';
import type { CallStages } from '../adapters/models/call-stages.ts';
import type { SessionStore } from '../adapters/sqlite/session-store.ts';
import type { RestoredCopy, UpgradeCopy } from '../adapters/sqlite/upgrade.ts';
import { openWorkspaceStore, type WorkspaceStore } from '../adapters/sqlite/workspace-store.ts';
import type { Estimate } from '../core/budget/estimate.ts';
import type { PricedProfile } from '../core/budget/prices.ts';
import type { HostCapabilities } from '../core/capabilities/capabilities.ts';
import type { ProfileDetails, ProfileTest } from '../core/contracts/profile.ts';
import type { About, ProfileStatus } from '../core/contracts/workspace.ts';
import type { Capture } from '../core/run/events.ts';
import type { Profile, WorkspaceConfig } from '../core/workspace/workspace-config.ts';
import { createEngine } from '../engine/engine.ts';
import type { EnginePorts, RunSnapshot } from '../engine/engine-ports.ts';
import type { AnswerService } from '../services/cache/answer-service.ts';
import type { CostService } from '../services/costs/cost-service.ts';
import type { EstimateRequest } from '../services/costs/estimate.ts';
import type { CaseService } from '../services/dataset/case-service.ts';
import type { FeedbackService } from '../services/feedback/feedback-service.ts';
import type { GrantService } from '../services/grants/grant-service.ts';
import type { ReviewService } from '../services/review/review-service.ts';
import type { RunInsight } from '../services/run/run-insight.ts';
import { createRunService, type RunService } from '../services/run/run-service.ts';
import { createSecretService, type SecretService } from '../services/secrets/secret-service.ts';
import { createSessionService, type SessionService } from '../services/session/session-service.ts';
import { createWorkflowService, type WorkflowService } from '../services/workflow/workflow-service.ts';
import { createDiskService, type DiskService } from '../services/workspace/disk-service.ts';
import type { Finding } from '../services/workspace/examine-workspace.ts';
import { type Cassettes, createCassettes } from './cassettes.ts';
import { clock } from './clock.ts';
import type { CostSettings } from './cost-settings.ts';
import { createEditing, type Editing } from './editing.ts';
import type { ExportedFile } from './exported.ts';
import { createExporting, type Exporting } from './exporting.ts';
import { readWorkspaceConfig, requireWorkspace } from './find-workspace.ts';
import { openGrants } from './grants.ts';
import { createKnowledge, type Knowledge } from './knowledge.ts';
import { lazily } from './lazily.ts';
import { newId } from './new-id.ts';
import { workspacePrices } from './price-file.ts';
import type { Prompts } from './prompts.ts';
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
  keptGateways,
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
  /** What the keychain of the user's system gave, where this host could ask it. */
  keychain?: KeychainAnswer;
}

/** The key of the vault, or why the keychain does not keep it. */
export type KeychainAnswer = { key: Buffer } | { problem: string };

/** A workspace with all its use cases. What every run needs is loaded at once, nothing else heavy before it is used. */
export interface Host {
  folder: string;
  config: WorkspaceConfig;
  workflows: WorkflowService;
  editing: Editing;
  knowledge: Knowledge;
  /** Whether a call of a model was ever made here that may cost something. */
  hasSpent(): boolean;
  /** Prompt files with their versions, and trying them. */
  prompts(): Promise<Prompts>;
  grants: GrantService;
  secrets: SecretService;
  /** Whether anything ever ran here. Asking makes no database, unlike the services below. */
  hasHistory(): boolean;
  /** A workflow as one file: making one, and what the one that this host was opened with still lacks. */
  exporting: Exporting;
  runs(): Promise<RunService>;
  /** What led to an output, and what became of the chunks that were found. */
  insight(): Promise<RunInsight>;
  /** `confined`: only files inside the workspace may be named. */
  cassettes(options?: { confined?: boolean }): Cassettes;
  reviews(): Promise<ReviewService>;
  /** What people, programs and judges thought of runs. */
  feedback(): Promise<FeedbackService>;
  /** Cases of datasets, made of runs. */
  cases(): Promise<CaseService>;
  /** Conversations that workflows keep. */
  sessions(): Promise<SessionStore>;
  /** The same for those who go on with one. */
  conversations: SessionService;
  costs(): Promise<CostService>;
  /** What a run may cost, without running it. @throws AppError workflow.*, run.* */
  estimate(request: EstimateRequest): Promise<Estimate>;
  /** What the models of the profiles cost, and where that is said. @throws AppError workspace.invalid */
  prices(): Promise<PricedProfile[]>;
  /** Budgets and prices as a person sets them. */
  costSettings(): Promise<CostSettings>;
  /** Versions, folders, and the licences of what comes with this. */
  about(): Promise<About>;
  /** The text of a package's licence; null where there is none. */
  licenceText(name: string, version: string): Promise<string | null>;
  /** How each profile stands. Asks no provider anything. */
  profiles(): Promise<ProfileStatus[]>;
  /** The same with where each leads and what it costs. */
  profileDetails(): Promise<ProfileDetails[]>;
  /** A tiny real call by one profile alone. @throws AppError profile.*, provider.*, secret.*, budget.* */
  testProfile(name: string, signal?: AbortSignal): Promise<ProfileTest>;
  /** The answers that are kept for equal calls. */
  answers(): Promise<AnswerService>;
  /** Removes all that nodes of the type cache keep. @returns how many values */
  clearValues(): Promise<number>;
  /** Removes payloads of runs that ended so long ago, and answers that old. @returns ids of the runs */
  purge(olderThanDays: number): Promise<string[]>;
  /** What the workspace's own data takes of the disk, and keeping it small. */
  disk: DiskService;
  examine(): Promise<Finding[]>;
  /** Makes the tables anew from the log and sweeps leftover files. */
  rebuild(): Promise<{ runs: number; damaged: Finding[]; swept: string[] }>;
  /** Copies the store into a new folder while it is in use. @throws AppError workspace.exists, storage.* */
  backUp(target: string): Promise<{ folder: string; blobs: number }>;
  /** Copies of databases from before their schema changed, the newest first. */
  upgradeCopies(): Promise<UpgradeCopy[]>;
  /** Keeps such copies now, while others write: for when this release is replaced. @returns their names @throws AppError storage.* */
  keepUpgradeCopies(): Promise<string[]>;
  /**
   * Puts such a copy in the place of its database; the newest of the journal where none is named. Opens no database.
   * @throws AppError storage.copy_missing; storage.locked while any process has the database open
   */
  restoreUpgradeCopy(name?: string): Promise<RestoredCopy>;
  close(): Promise<void>;
}

/** The folder that a host works in, and what holds there. @throws AppError workspace.* */
async function placeOf({
  folder: given,
  exported,
  profiles = {},
}: HostOptions): Promise<{ folder: string; config: WorkspaceConfig }> {
  if (exported) {
    const { exportedConfig } = await import('./exported.ts');
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
  const names = () => Object.values(config.profiles).flatMap(({ secret }) => secret ?? []);
  const { keychain } = options;
  const keychainKey = keychain && 'key' in keychain ? keychain.key : undefined;
  const vault = userVault(profileDir, env, { keychainKey });
  const secrets = openSecrets({ env, workspace: folder, vault, names });
  const redaction = createRedaction(secrets);
  const grants = openGrants({ profileDir, env, registry, given: options.grants ?? [], hasSecret: secrets.has });
  const files = exported ? (await import('./exported.ts')).exportedFiles(exported) : workflowFiles(folder, cwd);
  const workflows = createWorkflowService({ registry, files, config });

  const hasHistory = () => existsSync(join(stateFolder, 'pipewright.db'));
  const hasSpent = () => existsSync(join(stateFolder, LEDGER_FILE));
  const store = lazily(async () => {
    const keyFile = join(profileDir, 'personal.key');
    return openWorkspaceStore({ folder: stateFolder, keyFile, now: () => Date.now() });
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
    return createBudgets({ ledger, budgets: () => config.budgets ?? {}, clock });
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
  const folderUpkeep = lazily(() => import('../adapters/files/folder-upkeep.ts'));
  const prices = workspacePrices(folder);
  const board = healthBoard(stateFolder);
  const health = providersHealth(board);
  const gatewayOf = keptGateways({ secrets, stages, prices, health });
  const gateway = gatewayOf(config.profiles);

  const isBuiltIn: EnginePorts['isBuiltIn'] = (profile, snapshot) =>
    (snapshot.profiles[profile] as { provider?: unknown } | undefined)?.provider === 'built-in';

  /** What nodes reach in every run. */
  const { withoutSecrets } = redaction;
  const parts = {
    ...{ folder, secrets, stages, prices, health, collections, loaders, tables, sandbox },
    ...{ gatewayOf, grants, withoutSecrets },
  };

  function enginePorts({ journal, cache, sessions: memory }: WorkspaceStore): EnginePorts {
    /** Runs of one snapshot share what they reach the world by. */
    const hosts = new WeakMap<RunSnapshot, HostCapabilities>();
    return {
      journal,
      registry,
      clock,
      random: Math.random,
      newId,
      hash: sha256,
      host: (snapshot) => {
        const host = hosts.get(snapshot) ?? hostCapabilities(snapshot, { ...parts, cache, memory });
        hosts.set(snapshot, host);
        return host;
      },
      isBuiltIn,
      fingerprint: (ref) => fingerprint(ref, { folder, config, collections }),
      redact: redaction.redact,
      owner: `${hostname()}:${process.pid}`,
      version: packageVersion(),
    };
  }

  const runs = lazily(async () => {
    const opened = await store();
    return createRunService({
      engine: createEngine(enginePorts(opened)),
      journal: opened.journal,
      index: opened.runs,
      retention: opened.retention,
      housekeeping: opened.housekeeping,
      version: packageVersion(),
      newId,
      now: clock.now,
      workflows,
      grants,
      registry,
      capture: config.capture satisfies Capture,
      redactor: redaction.redactor,
    });
  });

  const insight = lazily(async () => {
    const [opened, opinions, { createRunInsight }] = await Promise.all([
      store(),
      feedback(),
      import('../services/run/run-insight.ts'),
    ]);
    return createRunInsight({
      journal: opened.journal,
      index: opened.runs,
      registry,
      redactor: redaction.redactor,
      feedback: (runId) => opinions.list({ runId }),
    });
  });

  const reviews = lazily(async () => {
    const [opened, { createReviewService }] = await Promise.all([
      store(),
      import('../services/review/review-service.ts'),
    ]);
    return createReviewService({
      tasks: opened.reviews,
      journal: opened.journal,
      now: () => Date.now(),
      checkEdits: async ({ runId, step }, values) => (await runs()).checkEdits(runId, step, values),
      decided: async (runId) => (await runs()).heed(runId),
    });
  });

  const feedback = lazily(async () => {
    const [opened, service, { createFeedbackService }] = await Promise.all([
      store(),
      runs(),
      import('../services/feedback/feedback-service.ts'),
    ]);
    const { redactor } = redaction;
    return createFeedbackService({ rows: opened.feedback, runs: service, registry, newId, redactor });
  });

  const cases = lazily(async () =>
    (await import('../services/dataset/case-service.ts')).createCaseService({
      ...{ runs, feedback, registry },
      ...{ workspace: editing.workspace, saved: editing.saved, redactor: redaction.redactor },
    }),
  );

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
      budgets: () => config.budgets ?? {},
      workflows,
      now: clock.now,
    });
  });

  const pricesOfProfiles = async (by: typeof gateway): Promise<PricedProfile[]> => {
    const models = await by();
    return Promise.all(Object.keys(config.profiles).map((profile) => models.price(profile)));
  };
  const profilePrices = () => pricesOfProfiles(gateway);

  const costSettings = lazily(async () =>
    (await import('./cost-settings.ts')).createCostSettings({
      ...{ config, saved: editing.saved, prices: profilePrices },
      pricesBy: (own) =>
        pricesOfProfiles(modelGateway(config.profiles, { secrets, stages, prices: async () => own, health })),
    }),
  );

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

  const editing = createEditing({ folder, stateFolder, config, registry });
  const prompts = lazily(async () =>
    (await import('./prompts.ts')).createPrompts({
      ...{ registry, workflows, editing, config, gateway },
      store: async () => (hasHistory() ? store() : undefined),
      runs,
      costs: async () => (hasSpent() ? (await costs()).report('prompt').rows : []),
    }),
  );

  return {
    folder,
    config,
    workflows,
    editing,
    prompts,
    knowledge,
    grants,
    secrets: createSecretService({
      vault,
      names: secrets.names,
      sourceOf: secrets.sourceOf,
      hostsOf: secrets.hostsOf,
      profilesOf: (name) => Object.keys(config.profiles).filter((profile) => config.profiles[profile]?.secret === name),
      newLock: keychainKey ? 'keychain' : env['PIPEWRIGHT_VAULT_PASSPHRASE'] ? 'passphrase' : 'key file',
      ...(keychain && 'problem' in keychain && { keychainProblem: keychain.problem }),
    }),
    hasHistory,
    hasSpent,
    exporting: createExporting({
      ...{ folder, stateFolder, config, exported, files, workflows, redaction, collections, grants, editing },
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
    insight,
    reviews,
    feedback,
    cases,
    sessions: async () => (await store()).sessions,
    conversations: createSessionService({
      store: async () => (hasHistory() ? (await store()).sessions : undefined),
      withoutSecrets,
    }),
    costs,
    estimate,
    prices: profilePrices,
    costSettings,
    async profiles() {
      const { profileStatuses } = await import('./profiles.ts');
      return profileStatuses({ profiles: config.profiles, gateway, health, limiter });
    },
    async about() {
      const { aboutThis } = await import('./about.ts');
      return aboutThis({ workspace: folder, profile: profileDir });
    },
    async licenceText(name, version) {
      const { licenceText } = await import('./about.ts');
      return licenceText(name, version);
    },
    async profileDetails() {
      const { profileDetails } = await import('./profiles.ts');
      const own = Object.keys(options.profiles ?? {});
      return profileDetails({ profiles: config.profiles, own, hasSecret: secrets.has, gateway, health, limiter });
    },
    async testProfile(name, signal) {
      const { testProfile } = await import('../services/profiles/test-profile.ts');
      const { aloneProfile } = await import('./profiles.ts');
      const alone = aloneProfile(config.profiles, name);
      const asked = modelGateway({ ...config.profiles, [name]: alone }, { secrets, stages, prices, health });
      const ports = { gateway: await asked(), redact: redaction.withoutSecrets, elapsed: () => performance.now() };
      return testProfile(ports, name, alone, signal);
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
      const purged = await retention.purgePayloads({ olderThanDays, now: Date.now() });
      if (purged.length > 0) {
        // Copies from before an upgrade hold what was purged.
        const { removeUpgradeCopies } = await import('../adapters/sqlite/upgrade.ts');
        removeUpgradeCopies(stateFolder);
      }
      return purged;
    },
    disk: createDiskService({
      async runs() {
        if (!hasHistory()) return undefined;
        const { housekeeping, retention, doctor } = await store();
        return { ...housekeeping, purgePayloads: retention.purgePayloads, sweep: doctor.sweepFiles };
      },
      clearAnswers: async () => (await responses.shelf())?.clear({}) ?? 0,
      bytesOf: async (path) => (await folderUpkeep()).bytesBelow(join(stateFolder, path)),
      removeOld: async (path, before) => (await folderUpkeep()).removeOld(join(stateFolder, path), before),
      removeOldVersions: async (path, before) =>
        (await folderUpkeep()).removeOldVersions(join(stateFolder, path), before),
      keeping: () => ({ payloadDays: config.retentionDays, limits: config.keepRuns }),
      async keep({ payloadDays, limits: { days, runs: most, mb } }) {
        const { changeConfig } = await import('./change-config.ts');
        const keepRuns = { days, runs: most, mb };
        const { config: changed } = await changeConfig(editing.saved, { retentionDays: payloadDays, keepRuns });
        config.retentionDays = changed.retentionDays;
        config.keepRuns = changed.keepRuns;
      },
      now: () => Date.now(),
    }),
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
    async upgradeCopies() {
      const { listUpgradeCopies } = await import('../adapters/sqlite/upgrade.ts');
      return listUpgradeCopies(stateFolder);
    },
    async keepUpgradeCopies() {
      const { keepUpgradeCopies } = await import('../adapters/sqlite/upgrade.ts');
      return keepUpgradeCopies(stateFolder, ['pipewright.db', LEDGER_FILE]);
    },
    async restoreUpgradeCopy(name) {
      const { listUpgradeCopies, restoreUpgradeCopy } = await import('../adapters/sqlite/upgrade.ts');
      const newest = listUpgradeCopies(stateFolder).find(({ database }) => database === 'pipewright.db');
      return restoreUpgradeCopy(stateFolder, name ?? newest?.name ?? '');
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
