import * as z from 'zod';
import { WorkflowFile } from '../contracts/procedure.ts';
import { orderWorkflow } from '../graph/content-hash.ts';
import { jsonHash } from '../graph/hash.ts';
import { canonicalFileText, type JsonObject } from '../graph/json.ts';
import { PromptFile, type Workflow } from '../graph/workflow.ts';
import { later } from '../schema/later.ts';
import { CollectionConfig, Profile, Table } from '../workspace/workspace-config.ts';

/** Newest form of exported workflows that this release reads, and the only one that it writes. */
export const EXPORT_FORMAT = 1;
export const EXPORT_ENDING = '.export.json';
export const MAX_EXPORT_BYTES = 32 * 1_048_576;
/** What an imported workflow may be called in its new workspace: the name of its file without the ending. */
export const importedName = /^[A-Za-z0-9][\w-]{0,99}$/;

const Name = later(() => z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/));
const Hash = later(() => z.string().regex(/^[0-9a-f]{64}$/));

/** Steps out of the folder, and names that are hidden; also as a choice of a pattern: `{a,.b}`, `{a,}.b`. */
const leadsAstray = /^[~/]|[\\:]|(?:^|[/{,])\.|\/\/|\{,|,,|,\}|\{\}/;

/** A path or pattern of a file from strangers: it leads to nothing hidden and not out of the folder. */
const Inside = later(() =>
  z
    .string()
    .min(1)
    .max(300)
    .refine((path) => !leadsAstray.test(path), {
      error: 'Give a path in the workspace, with nothing hidden in it, such as documents/**/*.md.',
    }),
);

/** A profile as a file may carry it: where it leads and what its key is called, never the key. */
const ExportedProfile = later(() =>
  Profile.refine(({ baseUrl }) => !/^\w+:\/\/[^/]*@|[?#]/.test(baseUrl ?? ''), {
    error: 'An address must hold no user name, password or query.',
    path: ['baseUrl'],
  }),
);

/** What a workflow needs of the place where it runs. All of it follows from the rest of the file: for people and tools. */
export const Requires = later(() =>
  z.strictObject({
    /** Node types and the versions that their configs were written for. */
    nodes: z.record(z.string().max(64), z.int().min(1)),
    /** What its nodes are given to do their work: `model`, `code`, `documents` … */
    abilities: z.array(z.string().max(64)),
    profiles: z.array(
      z.strictObject({
        name: Name,
        use: z.string().max(40),
        provider: z.string().max(40),
        model: z.string().max(200),
        /** Where it leads, when that is not the provider's own address. */
        origin: z.string().max(300).exactOptional(),
        /** What the variable with its key is called. */
        secret: z.string().max(64).exactOptional(),
        /** Part of Pipewright: nobody has to supply it. */
        builtIn: z.literal(true).exactOptional(),
      }),
    ),
    /** Names of the variables that hold keys. */
    secrets: z.array(z.string().max(64)),
    collections: z.array(
      z.strictObject({
        name: Name,
        embedder: Name,
        documents: z.array(Inside),
        /** Of the embedder that it was made with: vectors of another one cannot be compared. */
        fingerprint: z.string().max(300).exactOptional(),
      }),
    ),
    tables: z.array(z.strictObject({ name: z.string().max(63), file: Inside })),
    /** Patterns of files in the folder `documents` that its nodes load. */
    documents: z.array(z.string().max(300)),
    /** What its user must grant, such as `network:api.example.com`. */
    grants: z.array(z.string().max(400)),
  }),
);
export type Requires = z.infer<typeof Requires>;

/**
 * A workflow in one file, with all that it needs but keys, documents and what was made of them. Comes from anybody:
 * reading one runs nothing.
 */
export const ExportedWorkflow = later(() =>
  z.strictObject({
    $schema: z.string().max(300).exactOptional(),
    export: z.literal(EXPORT_FORMAT),
    /** Release that wrote it. */
    pipewright: z.string().max(40),
    /** SHA-256 of the canonical JSON of all else in the file. */
    hash: Hash,
    /** The one that is run; the others are run by it. */
    main: WorkflowFile,
    /** By the paths that they have in a workspace. */
    workflows: z.record(WorkflowFile, z.record(z.string(), z.json())),
    prompts: z.record(PromptFile, z.string().max(1_048_576)),
    config: z.strictObject({
      profiles: z.record(Name, ExportedProfile),
      collections: z.record(Name, CollectionConfig.extend({ documents: z.array(Inside).min(1).max(100) })),
      tables: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,62}$/), Table.extend({ file: Inside })),
    }),
    /** Fingerprints of the embedders that collections were made with, by collection. */
    fingerprints: z.record(Name, z.string().max(300)),
    requires: Requires,
  }),
);

/** An exported workflow that was read: its workflows are checked and of this release. */
export interface Exported extends Omit<z.infer<typeof ExportedWorkflow>, '$schema' | 'workflows'> {
  workflows: { [file: string]: Workflow };
}

/** Over all of the file but the hash itself, in any order of keys. */
export function exportHash({ hash: _hash, ...rest }: JsonObject): string {
  return jsonHash(rest);
}

/** The text of the file: the same for the same workflow, with its hash. */
export function exportText(exported: Omit<Exported, 'hash'>): string {
  const workflows = Object.fromEntries(
    Object.entries(exported.workflows).map(([file, workflow]) => [file, orderWorkflow(workflow)]),
  );
  // Through JSON, as a reader has it: what is undefined is not there.
  const whole = JSON.parse(JSON.stringify({ ...exported, workflows })) as JsonObject;
  return canonicalFileText({ ...whole, hash: exportHash(whole) });
}
