import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findFiles, findFilesNow } from '../adapters/files/find-files.ts';
import { readAttachments } from '../adapters/files/read-attachments.ts';
import { readFileBounded, sha256OfBytes } from '../adapters/files/read-file-bounded.ts';
import { resolveInside } from '../adapters/files/resolve-inside.ts';
import { createTextReader } from '../adapters/files/text-reader.ts';
import { utf8 } from '../adapters/files/workspace-folder.ts';
import type { OpenHealthBoard } from '../adapters/limits/health-board.ts';
import type { HealthBoard } from '../adapters/models/breakers.ts';
import type { CallStages } from '../adapters/models/call-stages.ts';
import type { ModelGateway, ProviderHealth } from '../adapters/models/gateway.ts';
import type { OwnPrices } from '../adapters/models/price-table.ts';
import { estimatingTokenizer } from '../adapters/models/token-counter.ts';
import type { Reckoner } from '../core/budget/reckoning.ts';
import type { DocumentsCapability, HostCapabilities } from '../core/capabilities/capabilities.ts';
import { isAppError } from '../core/errors/app-error.ts';
import { jsonHash } from '../core/graph/hash.ts';
import type { ResourceRef } from '../core/nodekit/define-node.ts';
import type { Profile, WorkspaceConfig } from '../core/workspace/workspace-config.ts';
import type { RunSnapshot } from '../engine/engine-ports.ts';
import type { WorkflowFiles } from '../services/workflow/workflow-files.ts';
import { clock } from './clock.ts';
import { filesCapability, type GrantedParts, httpCapability, profileSecrets } from './granted-parts.ts';
import { type Lazy, lazily } from './lazily.ts';
import { newId } from './new-id.ts';

const MAX_TEXT_FILE = 10 * 1_048_576;
const MAX_SOURCE_FILE = 64 * 1_048_576;
/** Where nodes find documents: their patterns begin here. */
const DOCUMENTS = 'documents';

/** Files of a workspace for the workflow service. `cwd` is where the user stands. */
export function workflowFiles(folder: string | undefined, cwd: string): WorkflowFiles {
  const readText = async (path: string, name: string) => utf8(await readFileBounded(path, MAX_TEXT_FILE, name), name);
  return {
    find: async (pattern) => (folder === undefined ? [] : findFilesNow(folder, [pattern])),
    // Asked at every start of a run: waiting for a thread costs ten times what asking does.
    isFile: async (path) => {
      try {
        return statSync(resolve(cwd, path), { throwIfNoEntry: false })?.isFile() ?? false;
      } catch {
        return false;
      }
    },
    // A file that the user names may be a link: what it leads to is read.
    readNamed: async (path) => readText((await import('node:fs')).realpathSync(resolve(cwd, path)), path),
    readInside: createTextReader(folder ?? cwd, MAX_TEXT_FILE),
  };
}

/** The documents of a workspace for nodes. */
function documentsCapability(folder: string, loaders: Lazy<Loaders>): DocumentsCapability {
  return {
    async load({ patterns, metadata = {} }) {
      const files = await findFiles(
        folder,
        patterns.map((pattern) => `${DOCUMENTS}/${pattern}`),
      );
      const documents: Awaited<ReturnType<Loaders['loadFile']>>[] = [];
      const failures: { file: string; code: string; message: string }[] = [];
      const { loadFile } = await loaders();
      for (const file of files) {
        try {
          const document = await loadFile(file, { root: folder });
          documents.push({ ...document, metadata: { ...metadata, ...document.metadata } });
        } catch (thrown) {
          if (!isAppError(thrown)) throw thrown;
          failures.push({ file, code: thrown.code, message: thrown.message });
        }
      }
      return { documents, failures };
    },
    attach: (request) => readAttachments(join(folder, DOCUMENTS), request),
  };
}

/** The gateway to the models of a set of profiles, made at the first call. */
export function modelGateway(
  profiles: { [name: string]: Profile },
  { secrets, stages, prices, health }: Pick<CapabilityParts, 'secrets' | 'stages' | 'prices' | 'health'>,
): Lazy<ModelGateway> {
  return lazily(async () => {
    const [{ createModelGateway }, { createPriceTable }] = await Promise.all([
      import('../adapters/models/gateway.ts'),
      import('../adapters/models/price-table.ts'),
    ]);
    const gatewayClock = { ...clock, elapsed: () => performance.now() };
    return createModelGateway({
      profiles,
      secrets: profileSecrets(secrets),
      secretsStamp: secrets.stamp,
      clock: gatewayClock,
      stages,
      prices: createPriceTable(prices),
      health: await health(),
    });
  });
}

/** Gateways that are kept for as long as their profiles are: runs whose snapshots hold the same ones share one. */
export function keptGateways(parts: Parameters<typeof modelGateway>[1]): CapabilityParts['gatewayOf'] {
  const kept = new WeakMap<object, Lazy<ModelGateway>>();
  return (profiles) => {
    const gateway = kept.get(profiles) ?? modelGateway(profiles, parts);
    kept.set(profiles, gateway);
    return gateway;
  };
}

/** The limits of accounts that all runs of a workspace share, in this and in other processes. */
export function accountLimiter(stateFolder: string): Lazy<AccountLimiter> {
  return lazily(async () => {
    const [{ AccountLimiter }, { openLimitStore }, { ownProcess, isProcessGone }] = await Promise.all([
      import('../adapters/limits/limiter.ts'),
      import('../adapters/limits/limit-store.ts'),
      import('../adapters/sqlite/process-identity.ts'),
    ]);
    return new AccountLimiter({
      store: openLimitStore(join(stateFolder, 'limits.db')),
      clock,
      newId: () => newId('call'),
      process: { own: JSON.stringify(ownProcess()), isGone: (name) => isProcessGone(JSON.parse(name)) },
    });
  });
}

/** What runs of a workspace and other processes know of its providers: breakers and the budget of retries. */
export function providersHealth(board: Lazy<HealthBoard>): Lazy<ProviderHealth> {
  return lazily(async () => (await import('../adapters/models/gateway.ts')).providerHealth(clock.now, board));
}

export function healthBoard(stateFolder: string): Lazy<OpenHealthBoard> {
  return lazily(async () => {
    const { openHealthBoard } = await import('../adapters/limits/health-board.ts');
    return openHealthBoard(join(stateFolder, 'limits.db'));
  });
}

type AccountLimiter = import('../adapters/limits/limiter.ts').AccountLimiter;

type Loaders = import('../adapters/loaders/loaders.ts').Loaders;
type CollectionStore = import('../core/capabilities/knowledge.ts').CollectionStore;
type Tables = import('../adapters/tables/tables.ts').Tables;
type Sandbox = import('../adapters/sandbox/sandbox.ts').Sandbox;

export interface CapabilityParts extends GrantedParts {
  stages: CallStages;
  /** Of the workspace's own file. */
  prices: () => Promise<OwnPrices | undefined>;
  collections: Lazy<CollectionStore>;
  loaders: Lazy<Loaders>;
  tables: Lazy<Tables>;
  sandbox: Lazy<Sandbox>;
  health: Lazy<ProviderHealth>;
  gatewayOf: (profiles: { [name: string]: Profile }) => Lazy<ModelGateway>;
  cache: HostCapabilities['cache'];
  memory: HostCapabilities['memory'];
}

/** What calls by the profiles of a snapshot would use and cost. */
export function reckoner(
  snapshot: RunSnapshot,
  parts: Pick<CapabilityParts, 'secrets' | 'stages' | 'prices' | 'health'>,
): Reckoner {
  const gateway = modelGateway(snapshot.profiles as unknown as { [name: string]: Profile }, parts);
  return {
    generate: async (request, answerTokens) => (await gateway()).reckon.generate(request, answerTokens),
    embed: async (request) => (await gateway()).reckon.embed(request),
    rerank: async (request) => (await gateway()).reckon.rerank(request),
  };
}

/** What nodes may call: every part is loaded at its first call, so that a run pays only for what it uses. */
export function hostCapabilities(snapshot: RunSnapshot, parts: CapabilityParts): HostCapabilities {
  // A snapshot holds the profiles as they were read from pipewright.json when the run began.
  const gateway = parts.gatewayOf(snapshot.profiles as unknown as { [name: string]: Profile });
  const { collections, tables, sandbox } = parts;
  return {
    model: { generate: async (request, options) => (await gateway()).generate(request, options) },
    embedder: { embed: async (request, options) => (await gateway()).embed(request, options) },
    reranker: { rerank: async (request, options) => (await gateway()).rerank(request, options) },
    collections: {
      describe: async (collection) => (await collections()).describe(collection),
      search: async (request) => (await collections()).search(request),
      write: async (request) => (await collections()).write(request),
    },
    documents: documentsCapability(parts.folder, parts.loaders),
    tables: { query: async (request) => (await tables()).query(request) },
    code: { run: async (request, options) => (await sandbox()).run(request, options) },
    http: httpCapability(parts),
    files: filesCapability(parts),
    cache: parts.cache,
    memory: parts.memory,
    tokenizer: estimatingTokenizer,
  };
}

/** Changes whenever what the reference points to changes. */
export async function fingerprint(
  ref: ResourceRef,
  { folder, config, collections }: Pick<CapabilityParts, 'folder' | 'collections'> & { config: WorkspaceConfig },
): Promise<string> {
  switch (ref.kind) {
    case 'collection':
      try {
        return (await (await collections()).describe(ref.name)).version;
      } catch (thrown) {
        if (isAppError(thrown) && thrown.code === 'collection.missing') return 'missing';
        throw thrown;
      }
    case 'documents':
      return hashFiles(folder, await findFiles(folder, [`${DOCUMENTS}/${ref.name}`]));
    case 'tables':
      return hashFiles(
        folder,
        Object.values(config.tables).map(({ file }) => file),
      );
    default:
      // Prompts and profiles are part of the run's snapshot.
      return '';
  }
}

async function hashFiles(folder: string, files: readonly string[]): Promise<string> {
  const hashes: [string, string][] = [];
  for (const file of files) {
    if (!existsSync(join(folder, file))) hashes.push([file, 'missing']);
    else
      hashes.push([
        file,
        sha256OfBytes(await readFileBounded(await resolveInside(folder, file), MAX_SOURCE_FILE, file)),
      ]);
  }
  return jsonHash(hashes);
}
