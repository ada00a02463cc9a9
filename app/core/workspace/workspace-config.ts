import * as z from 'zod';
import { WorkspaceBudgets } from '../budget/budget.ts';
import { ModelPrice } from '../budget/prices.ts';
import { ProfileCallPolicy } from '../policy/call-policy.ts';
import { later } from '../schema/later.ts';

const name = later(() => z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/));
const glob = later(() => z.string().min(1).max(300));

const CommonProfile = later(() =>
  z.strictObject({
    model: z.string().min(1).max(200),
    /** Only for servers of one's own and gateways; http(s), no credentials in it. */
    baseUrl: z.url({ protocol: /^https?$/ }).optional(),
    /** Name of the environment variable (or entry of the secrets file) that holds the key: never the key. */
    secret: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]{0,63}$/)
      .optional(),
    /** For a model that the table does not know, or has another price for. */
    prices: z.optional(ModelPrice),
    ...ProfileCallPolicy.shape,
  }),
);

export const ModelProfile = later(() =>
  z.strictObject({
    use: z.literal('chat'),
    provider: z.enum(['built-in', 'openai-compatible', 'anthropic', 'google', 'ollama']),
    ...CommonProfile.shape,
    contextWindow: z.int().min(1).optional(),
    maxOutputTokens: z.int().min(1).optional(),
    /** Whether the server honours a JSON Schema; by default what its provider usually does. */
    jsonSchema: z.boolean().optional(),
    /** Whether the model looks at images; by default it may be asked where its protocol carries them. */
    images: z.boolean().optional(),
    /** The same for files that are no text (PDF); text files are written into the message for any model. */
    files: z.boolean().optional(),
    /** Whether the model can ask for tools to be called; by default what its provider usually does. */
    tools: z.boolean().optional(),
  }),
);
export type ModelProfile = z.infer<typeof ModelProfile>;

export const EmbedderProfile = later(() =>
  z.strictObject({
    use: z.literal('embedding'),
    provider: z.enum(['built-in', 'openai-compatible', 'google', 'ollama']),
    ...CommonProfile.shape,
    dimensions: z.int().min(8).max(8192).optional(),
    batch: z.int().min(1).max(2048).default(64),
  }),
);
export type EmbedderProfile = z.infer<typeof EmbedderProfile>;

/** A service that says how well texts fit a query. Many servers of one's own speak the Cohere or Jina form. */
export const RerankerProfile = later(() =>
  z.strictObject({
    use: z.literal('rerank'),
    provider: z.enum(['built-in', 'cohere', 'jina', 'voyage']),
    ...CommonProfile.shape,
  }),
);
export type RerankerProfile = z.infer<typeof RerankerProfile>;

export const Profile = later(() => z.discriminatedUnion('use', [ModelProfile, EmbedderProfile, RerankerProfile]));
export type Profile = z.infer<typeof Profile>;

/** How a document type is cut. Sizes in tokens of our counter. */
const Chunking = later(() =>
  z.strictObject({
    size: z.int().min(16).max(8192).default(320),
    overlap: z.int().min(0).max(2048).default(40),
  }),
);

export const CollectionConfig = later(() =>
  z.strictObject({
    /** Files under the workspace, e.g. `documents/tickets/**\/*.md`. */
    documents: z.array(glob).min(1).max(100),
    /** Name of an embedding profile. */
    embedder: name,
    chunking: Chunking.prefault({}),
    /** Put on each chunk of the collection; front matter and mail headers of a file win over it. */
    metadata: z.record(z.string().max(64), z.union([z.string(), z.number(), z.boolean()])).default({}),
  }),
);
export type CollectionConfig = z.infer<typeof CollectionConfig>;

/** A CSV file that the query node may read. */
export const Table = later(() => z.strictObject({ file: glob }));

/** Which runs a clean-up leaves, with all that they hold; what is left out holds nothing. Open and pinned ones always stay. */
export const RunLimitsConfig = later(() =>
  z.strictObject({
    /** Days since the end. */
    days: z.int().min(1).max(36_500).optional(),
    /** The newest so many. */
    runs: z.int().min(1).max(10_000_000).optional(),
    /** Megabytes of database and value files. */
    mb: z.int().min(1).max(10_000_000).optional(),
  }),
);

/** `pipewright.json`: what a workspace is, without any secret. */
export const WorkspaceConfig = later(() =>
  z.strictObject({
    $schema: z.string().max(300).optional(),
    format: z.literal(1),
    name: z.string().min(1).max(200),
    profiles: z.record(name, Profile).default({}),
    collections: z.record(name, CollectionConfig).default({}),
    /** CSV files that the query node may read, by table name. */
    tables: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,62}$/), Table).default({}),
    /** What calls of models may cost at most; nothing passes it. */
    budgets: z.optional(WorkspaceBudgets),
    /** How much room kept answers of models may take; the least used go first. */
    responseCache: z.strictObject({ maxMb: z.int().min(1).max(100_000).default(256) }).prefault({}),
    /** What traces, logs and exports show of payloads, unless a run says otherwise. */
    capture: z.enum(['full', 'redacted', 'hashed', 'off']).default('full'),
    /** Days until payloads of finished runs are purged (0: never) — `pipewright runs purge` does it. */
    retentionDays: z.int().min(0).max(3650).default(0),
    /** Runs that a clean-up leaves: `pipewright clean`, or the settings of the studio. */
    keepRuns: RunLimitsConfig.prefault({}),
  }),
);
export type WorkspaceConfig = z.infer<typeof WorkspaceConfig>;
