import type { WorkflowBudget } from '../budget/budget.ts';
import type { EnclosingFlow } from '../budget/limits.ts';
import type { Json, JsonObject } from '../graph/json.ts';
import type {
  Attachment,
  Chunk,
  Context,
  Cost,
  Decision,
  Document,
  Message,
  Metadata,
  Scalar,
  Table,
  ToolCall,
  Usage,
} from '../graph/values.ts';
import type { Policy } from '../graph/workflow.ts';

/**
 * What a node may be handed. Interfaces only: the engine wraps them so that each call is journaled, adapters
 * implement them. Every request and response is plain JSON: it is what the journal keeps and what replay answers with.
 */

/** A tool as a model is told of it. */
export interface ToolSpec {
  name: string;
  description: string;
  /** JSON Schema of its arguments: an object. */
  parameters: JsonObject;
}

export interface ModelRequest {
  /** Name of a model profile of the workspace. */
  profile: string;
  messages: Message[];
  /** JSON Schema that the answer must fit; the provider's own structured output is used where it has one. */
  schema?: JsonObject;
  temperature?: number;
  maxTokens?: number;
  topP?: number;
  seed?: number;
  stop?: string[];
  /** Tools that it may ask to have called; its provider must have that ability. */
  tools?: ToolSpec[];
  toolChoice?: 'auto' | 'none' | 'required';
  /** What the prompt's context was packed from, for models that ground on it (the built-in reader does). */
  context?: Context;
  /** The bare question, for the same. */
  question?: string;
}

/** One try of a call: how it ended, what it waited for before the next one, what it cost. */
export interface CallTry {
  profile: string;
  /** Error code; absent for the try that answered. */
  error?: string;
  class?: string;
  /** It could not be asked at all: no key, an ability that is missing, too short a window. */
  unsent?: true;
  /** Milliseconds of the try itself. */
  ms: number;
  /** Milliseconds in the queue of the limiter before it. */
  queuedMs?: number;
  /** Milliseconds until the next try. */
  waitMs?: number;
  nanoUsd?: number;
  /** How the circuit breaker stood after the try; absent where it was closed. */
  breaker?: 'open' | 'half-open';
}

/** Where an answer that nobody was asked for comes from. */
export interface CachedAnswer {
  /** Key of the kept answer, 64 hex digits. */
  key: string;
  /** Milliseconds since it was given; 0 for that of an equal call under way. */
  ageMs: number;
  /** What it cost then; absent when that is not known. */
  savedNanoUsd?: number;
}

/** How a call came to its answer, where that was not one try. */
export interface CallCourse {
  cached?: CachedAnswer;
  tries?: CallTry[];
  /** Which fallback answered (1 is the first of the policy), by what name, and because of which class. */
  fallback?: { place: number; name: string; because: string };
}

/**
 * What the error of a call says, as `ask` in its data, where a person is to answer: the engine opens a wait for it, keeps
 * it over restarts, and answers the call by `answer` with what was given under `field`.
 */
export interface PersonAsk {
  title: string;
  /** JSON Schema of what the person fills in; its property `field` is the answer. */
  form: JsonObject;
  field: string;
  answer: JsonObject;
  timeoutMs?: number;
}

export interface ModelResponse extends CallCourse {
  text: string;
  finish: 'stop' | 'length' | 'content_filter' | 'tool_calls' | 'other';
  /** What it wants called, in its order; a call whose arguments were cut off or garbled says so in `malformed`. */
  toolCalls?: ToolCall[];
  usage: Usage;
  cost: Cost;
  /** What answered: the provider's own name of the model, as it reported it. */
  model: string;
  provider: string;
  /** Wall time of the successful attempt, milliseconds. */
  ms: number;
  /** Milliseconds to the first streamed piece, when streamed. */
  firstMs?: number;
}

export interface ModelProfileInfo {
  name: string;
  provider: string;
  model: string;
  /** Tokens that prompt and answer may have together; undefined when not known. */
  contextWindow?: number;
  maxOutputTokens?: number;
  /** Runs on this machine without any cost (the built-in reader and embedder). */
  builtIn: boolean;
  abilities: { jsonSchema: boolean; streaming: boolean; images: boolean; files: boolean; tools: boolean };
}

export interface ModelCapability {
  /** @throws AppError provider.*, profile.*, output.* by the table of error classes. */
  generate(request: ModelRequest, options?: CallOptions): Promise<ModelResponse>;
}

export interface EmbedRequest {
  profile: string;
  texts: string[];
  purpose: 'document' | 'query';
}
export interface EmbedResponse extends CallCourse {
  /** One per text, unit length, `dimensions` numbers each. */
  vectors: number[][];
  /** Names model, dimensions and normalisation: vectors of different fingerprints must not be compared. */
  fingerprint: string;
  usage: Usage;
  cost: Cost;
}
export interface EmbedderCapability {
  embed(request: EmbedRequest, options?: CallOptions): Promise<EmbedResponse>;
}

export interface RerankRequest {
  profile: string;
  query: string;
  texts: string[];
}
export interface RerankResponse extends CallCourse {
  /** How well each text fits the query, by its place; higher is better. The scale is that of who answered. */
  scores: number[];
  usage: Usage;
  cost: Cost;
  model: string;
  provider: string;
}
export interface RerankerCapability {
  /** @throws AppError provider.*, profile.* */
  rerank(request: RerankRequest, options?: CallOptions): Promise<RerankResponse>;
}

/** A filter over chunk metadata as a tree, never as text: `{ and: [...] }`, `{ field, op, value }`. */
export type Filter =
  | { and: Filter[] }
  | { or: Filter[] }
  | { not: Filter }
  | { field: string; op: 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte'; value: Scalar }
  | { field: string; op: 'in'; value: Scalar[] }
  | { field: string; op: 'contains' | 'startsWith'; value: string }
  | { field: string; op: 'exists'; value: boolean };

export interface SearchRequest {
  collection: string;
  mode: 'vector' | 'text' | 'hybrid';
  /** Needed by text and hybrid. */
  text?: string;
  /** Needed by vector and hybrid. */
  vector?: number[];
  k: number;
  filter?: Filter;
}
/** A chunk without its text: where it is and how it scored. */
export interface ChunkPlace {
  id: string;
  file: string;
  start: number;
  end: number;
  line?: number;
  page?: number;
  score?: number;
  scores?: { [channel: string]: number };
}
export interface SearchResponse {
  /** Best first; `score` and `scores` filled. */
  chunks: Chunk[];
  /** The next ones, as far as they were read anyway: what a larger `k` would have brought. */
  below?: ChunkPlace[];
}
export interface CollectionInfo {
  name: string;
  embedder: string;
  embedderFingerprint: string;
  dimensions: number;
  chunks: number;
  documents: number;
  /** Changes with every write: part of memo keys of steps that read it. */
  version: string;
  /** Metadata fields that filters may name, with their types. */
  fields: { [name: string]: 'string' | 'number' | 'boolean' };
}
export interface WriteChunksRequest {
  collection: string;
  /** Profile name of the embedder; the collection is made with it and refuses another later. */
  embedder: string;
  fingerprint: string;
  chunks: Chunk[];
  vectors: number[][];
}
export interface CollectionsCapability {
  /** @throws AppError collection.missing */
  describe(collection: string): Promise<CollectionInfo>;
  /** @throws AppError collection.missing, collection.filter, collection.query, collection.embedder */
  search(request: SearchRequest): Promise<SearchResponse>;
  /** Adds chunks; those with an id that is there already are replaced. @throws AppError collection.embedder */
  write(request: WriteChunksRequest): Promise<{ written: number; version: string }>;
}

export interface LoadRequest {
  /** Glob patterns relative to the workspace's documents folder. */
  patterns: string[];
  metadata?: Metadata;
}
export interface LoadResponse {
  documents: Document[];
  /** Files that could not be read, each with its error code and reason. */
  failures: { file: string; code: string; message: string }[];
}

export interface AttachmentsRequest {
  /** As in `LoadRequest`. */
  patterns: string[];
  maxFiles: number;
  maxFileBytes: number;
}

export interface AttachmentsResponse {
  attachments: Attachment[];
  failures: LoadResponse['failures'];
}

export interface DocumentsCapability {
  load(request: LoadRequest): Promise<LoadResponse>;
  /** Images and files as they are, for models that look at them. @throws AppError document.*, attachment.too_large */
  attach(request: AttachmentsRequest): Promise<AttachmentsResponse>;
}

export interface QueryRequest {
  /** One SELECT over the workspace's tables, with `:name` parameters. */
  sql: string;
  params: { [name: string]: Scalar };
  maxRows: number;
  timeoutMs: number;
}
export interface TablesCapability {
  /** @throws AppError query.*, table.* */
  query(request: QueryRequest): Promise<Table>;
}

export interface CodeRequest {
  /** The body of an async function with `inputs`, `now`, `random` and `log`. */
  code: string;
  inputs: JsonObject;
  /** Epoch milliseconds that the code is told, and the seed of its random numbers (0 ≤ seed < 1): recorded values. */
  now: number;
  seed: number;
  timeoutMs: number;
  /** Memory of its values, at most 48. */
  memoryMb: number;
}

export interface CodeFault {
  /** failed: it threw. timeout, memory: over a limit. result: what it gave cannot be taken. */
  kind: 'failed' | 'timeout' | 'memory' | 'result';
  /** Name of the error's class; empty when there is none. */
  name: string;
  message: string;
  /** In the code, from 1. */
  line?: number;
  column?: number;
}

export interface CodeResponse {
  /** What the code returned; absent when that was nothing. */
  value?: Json;
  fault?: CodeFault;
  /** Lines that it logged, also before a fault: at most 200. */
  logs: string[];
}

export interface CodeCapability {
  /** Runs JavaScript of a workflow, contained. What the code does wrong is told in the response. */
  run(request: CodeRequest, options?: CallOptions): Promise<CodeResponse>;
}

/** A secret's value, put in where the request is sent; it stands in no request, log or answer. */
export interface SecretHeader {
  header: string;
  /** Before the value: `Bearer `. */
  prefix: string;
  /** Name of the secret. */
  secret: string;
}

export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** A complete address. */
  url: string;
  /** Lower-case names. */
  headers: { [name: string]: string };
  secrets: SecretHeader[];
  /** Name of a secret that follows the address: its value is the rest of the path. */
  urlSecret?: string;
  body?: string;
  /** Header in which the server takes a key that makes it work once only for a request that comes twice. */
  idempotencyHeader?: string;
  /** Whether an answer from 400 on fails the call, so that it is tried again by its class; else it is an answer. */
  onStatus: 'fail' | 'pass';
  timeoutMs: number;
  maxBytes: number;
  maxRedirects: number;
}

export interface HttpResponse {
  status: number;
  /** Lower-case names; without cookies. */
  headers: { [name: string]: string };
  /** The body when it is text. */
  text?: string;
  /** Any other body. */
  base64?: string;
  /** Bytes of the body. */
  bytes: number;
  /** Origins that answered: more than one after a redirect elsewhere. */
  origins: string[];
  /** What the server asks to wait before the next request. */
  retryAfterMs?: number;
  ms: number;
}

/** Requests to servers that the user has granted to the workflow. */
export interface HttpCapability {
  /** For GET and HEAD. @throws AppError egress.*, http.*, grant.missing, secret.*, secrets.* */
  read(request: HttpRequest, options?: CallOptions): Promise<HttpResponse>;
  /** For what a server does once only however often it is asked: PUT, DELETE, or with an idempotency key. */
  send(request: HttpRequest, options?: CallOptions): Promise<HttpResponse>;
  /** For all else: after a crash a person says whether it happened, and no failure is tried again that may have acted. */
  sendOnce(request: HttpRequest, options?: CallOptions): Promise<HttpResponse>;
}

export interface WriteFileRequest {
  /** A folder of the workspace that is granted to the workflow. */
  folder: string;
  /** Below it. */
  path: string;
  /** create: never over a file that is there. append: to its end. */
  mode: 'create' | 'replace' | 'append';
  content: { text: string } | { base64: string };
}

export interface WriteFileResponse {
  /** Relative to the workspace. */
  path: string;
  /** Of the whole file. */
  bytes: number;
  /** False when this very write had been done before a crash. */
  written: boolean;
}

export interface FilesCapability {
  /** All or nothing, and once only also when it is made again after a crash. @throws AppError file.*, grant.missing, storage.* */
  write(request: WriteFileRequest, options?: CallOptions): Promise<WriteFileResponse>;
}

export interface CacheEntry {
  value: Json;
  /** Epoch milliseconds. */
  storedAt: number;
  expiresAt: number;
}
export interface CacheCapability {
  get(request: { key: string }): Promise<CacheEntry | null>;
  put(request: { key: string; value: Json; ttlMs: number }): Promise<{ stored: true }>;
}

/** A conversation is known by its session, within a space that workflows share when they name the same. */
export interface SessionKey {
  space: string;
  session: string;
}
/** What was said and what was answered, numbered from 1 within the session. */
export interface Turn {
  turn: number;
  user: string;
  assistant: string;
}
export interface SessionHistory {
  /** Oldest first, without those that the summary covers. */
  turns: Turn[];
  /** What stands for all turns up to `until`. */
  summary?: { text: string; until: number };
}
export interface MemoryCapability {
  /** The last `limit` turns after the summary; empty for a session that there is not. @throws AppError memory.personal */
  read(request: SessionKey & { limit: number }): Promise<SessionHistory>;
  /** Adds a turn at the end: one for each step of a run, however often it is done again. */
  append(request: SessionKey & { user: string; assistant: string }): Promise<{ turn: number }>;
  /** Keeps a summary of the turns up to `until`, unless one that reaches further is there. */
  summarise(request: SessionKey & { text: string; until: number }): Promise<{ kept: boolean }>;
}

/** Synchronous and deterministic: not journaled. */
export interface TokenizerCapability {
  /** Tokens of a text, bounded in time for any input (long runs are estimated, never counted to the end). */
  count(text: string): number;
}

export interface LogCapability {
  /** Redacted before it is kept. */
  write(entry: { level: 'debug' | 'info' | 'warning' | 'error'; message: string; data?: JsonObject }): void;
}

/** Recorded values: the same on resume and replay. */
export interface ClockCapability {
  /** Epoch milliseconds. */
  now(): number;
}
export interface RandomCapability {
  /** Uniform in [0, 1). */
  next(): number;
}
export interface IdsCapability {
  next(prefix: string): string;
}

export interface WaitRequest {
  kind: 'review';
  title: string;
  /** What the person sees, and what a decision is bound to by its hash. */
  payload: Json;
  /** Actions to choose from, e.g. approve, edit, reject. */
  actions: string[];
  /** JSON Schema of the values to fill in. */
  form?: JsonObject;
  /** Milliseconds until the wait expires. */
  timeoutMs?: number;
  reason?: string;
}
export interface TimerRequest {
  /** What is waited for, for people. */
  title: string;
  /** Epoch milliseconds; a time that is past has come. */
  dueAt: number;
}
export interface WaitsCapability {
  /** Resolves when a person has decided, perhaps in another process, days later; null when it expired. */
  person(request: WaitRequest): Promise<Decision | null>;
  /** Resolves once when the time has come, perhaps in another process, days later. */
  timer(request: TimerRequest): Promise<void>;
}

/** For containers: runs the nodes inside, a frame each time. */
export interface BodyCapability {
  /**
   * Runs the body once in frame `index` with these values on the inner source ports; gives what arrived at the inner
   * sink ports (a silent one is absent).
   * @throws AppError the failure of a step inside
   */
  run(index: number, sources: { [port: string]: Json }): Promise<{ [port: string]: Json }>;
  /**
   * What the calls inside frame `index` have cost, once its run has ended or failed. A sum over the journal: the same on
   * resume and replay. Steps taken from an earlier run or a cache cost nothing.
   */
  spent(index: number): Spent;
}

/** A tool inside a container, as its manifest and the graph have it. */
export interface OfferedTool {
  /** Id of its node. */
  node: string;
  spec: ToolSpec;
  /** Before which calls a person is asked. */
  approval: ToolOffer['approval'];
  /** It changes something, or sends something somewhere, or its author says so. */
  effects: boolean;
  /** What it gives may hold text of others: documents, tables, what a server answered. */
  untrusted: boolean;
}

/** What a tool's manifest says of itself. */
export interface ToolOffer {
  spec: ToolSpec;
  /**
   * effects: before each call, if the tool has effects. always: before each call. untrusted: before a call with effects
   * once text of others is in the context.
   */
  approval: 'effects' | 'always' | 'untrusted';
  /** auto: by the nodes inside. */
  effects: 'auto' | 'yes' | 'no';
}

/** For containers of tools: each runs alone, in a frame of its own, when it is called. */
export interface ToolsCapability {
  /** By the names that the model knows them by. */
  list(): OfferedTool[];
  /**
   * Runs the tool of the node `tool` in frame `index`; gives its result, undefined when it stayed silent. `untrusted`:
   * whoever chose the arguments had read text of others, which containers of tools inside then know.
   * @throws AppError the failure of the tool
   */
  call(index: number, tool: string, args: JsonObject, untrusted: boolean): Promise<Json | undefined>;
  /** As `BodyCapability.spent`. */
  spent(index: number): Spent;
  /** What flows into the container may hold text of others, by the nodes and the calls that it comes from. */
  untrustedInput(): boolean;
}

export interface Spent {
  /** Integer nano-dollars. */
  nanoUsd: number;
  /** Calls of models without a known price: `nanoUsd` does not hold them. */
  unpriced: number;
}

/** The form of the workflow's own inputs and outputs, for the nodes that stand for them. */
export interface WorkflowCapability {
  input(name: string): Json | undefined;
}

export interface Capabilities {
  model: ModelCapability;
  embedder: EmbedderCapability;
  reranker: RerankerCapability;
  collections: CollectionsCapability;
  documents: DocumentsCapability;
  tables: TablesCapability;
  code: CodeCapability;
  http: HttpCapability;
  files: FilesCapability;
  cache: CacheCapability;
  memory: MemoryCapability;
  tokenizer: TokenizerCapability;
  log: LogCapability;
  clock: ClockCapability;
  random: RandomCapability;
  ids: IdsCapability;
  waits: WaitsCapability;
  body: BodyCapability;
  tools: ToolsCapability;
  workflow: WorkflowCapability;
}
export type CapabilityName = keyof Capabilities;

/**
 * What goes in and out through a capability. `untrusted`: text that others wrote comes in, which may try to give orders.
 * `acts`: what a writing node does through it lasts beyond the run, where others see it.
 */
export const capabilityReach: { readonly [C in CapabilityName]: { untrusted?: true; acts?: true } } = {
  model: {},
  embedder: {},
  reranker: {},
  collections: { untrusted: true, acts: true },
  documents: { untrusted: true },
  tables: { untrusted: true },
  code: {},
  http: { untrusted: true, acts: true },
  files: { acts: true },
  cache: {},
  memory: { untrusted: true, acts: true },
  tokenizer: {},
  log: {},
  clock: {},
  random: {},
  ids: {},
  waits: {},
  body: {},
  tools: {},
  workflow: {},
};

/** Who makes a call, for policies, budgets and the ledger; it says nothing about the request and is no part of it. */
export interface CallAbout {
  runId: string;
  workflowId: string;
  workflowHash: string;
  /** Path of the step and id of its node. */
  step: string;
  node: string;
  /** Attempt of the step, from 1. */
  attempt: number;
  /** Number of the call within the step, from 0: the same in each attempt. */
  call: number;
  /** The node is marked personal: nothing of the request or response may be kept unencrypted. */
  personal: boolean;
  policy: Policy;
  /** Prompt files that the requests of the node are made of, each with its version: `prompts/answer.md@1a2b3c4d5e6f`. */
  prompt: () => string | undefined;
  /** Tags of the run: what is spent in it is counted for each of them. */
  tags: readonly string[];
  /** Of the workflow as the run has it. */
  budget?: WorkflowBudget;
  /** The workflows around the step that nodes of the run's workflow run, outermost first. */
  inside?: readonly EnclosingFlow[];
  /**
   * Names the versions of the prompts, collections, documents and tables that the step and all before it read; empty
   * when they read none. Asked for only where answers are kept.
   */
  sources: () => Promise<string>;
  /** When the step has no time left, epoch milliseconds. */
  deadline?: number;
}

export interface CallOptions {
  signal?: AbortSignal;
  /** Streamed pieces: provisional, shown while they come, never journaled. */
  onDelta?: (text: string) => void;
  /** What was streamed so far is void: another try begins its answer anew. */
  onRestart?: () => void;
  /**
   * Names this one call of a run, the same when it is made again after a crash: a server that knows such keys works
   * only once for both. The engine gives it; it says nothing about the request and is no part of it.
   */
  idempotencyKey?: string;
  /** Given by the engine; absent outside runs (ingestion, search). */
  about?: CallAbout;
  /** What a call outside runs is counted under. */
  outside?: { tags: readonly string[]; prompt?: string };
}

/**
 * What a call does to the world, which decides how it is journaled.
 * read: recorded, not waited for. paid, write: intent committed before, response committed after.
 * irreversible: as write, and never repeated without a person's word.
 */
export type CallEffect = 'read' | 'paid' | 'write' | 'irreversible';

/** The journaled methods. A capability that is not here is provided by the engine itself. */
export const journaledCalls = {
  model: { generate: 'paid' },
  embedder: { embed: 'paid' },
  reranker: { rerank: 'paid' },
  collections: { describe: 'read', search: 'read', write: 'write' },
  documents: { load: 'read', attach: 'read' },
  tables: { query: 'read' },
  code: { run: 'read' },
  http: { read: 'read', send: 'write', sendOnce: 'irreversible' },
  files: { write: 'write' },
  cache: { get: 'read', put: 'write' },
  memory: { read: 'read', append: 'write', summarise: 'write' },
} as const satisfies { [C in CapabilityName]?: { [method: string]: CallEffect } };

export type JournaledCapability = keyof typeof journaledCalls;

/**
 * What memories of the workspace answer when they remember nothing, by kind of call: where a recording holds no answer,
 * work goes on with it.
 */
export const emptyAnswers: { readonly [kind: string]: Json } = {
  'cache.get': null,
  'cache.put': { stored: true },
  'memory.read': { turns: [] },
  'memory.append': { turn: 1 },
  'memory.summarise': { kept: true },
};

/** The host's implementations, before the engine wraps them. */
export type HostCapabilities = Pick<Capabilities, JournaledCapability | 'tokenizer'>;
