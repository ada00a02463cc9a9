import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { type PortTypeName, portTypeNames } from '../graph/ports.ts';
import { limits, Workflow, WorkflowInterface } from '../graph/workflow.ts';
import { DiskVersion, FileHash, Nothing, procedure, WorkflowFile, WorkflowReference } from './procedure.ts';
import { CodeOfError } from './wire-error.ts';

const JsonSchema = z.record(z.string(), z.json());

export const WorkflowListItem = z.strictObject({
  file: z.string(),
  /** That commands call it by: the file's, without folder and ending. */
  name: z.string(),
  /** What stands in it; `name` where the file cannot be read. */
  title: z.string(),
  description: z.string().exactOptional(),
  id: z.string().exactOptional(),
  nodes: z.int(),
  bytes: z.int(),
  modifiedAt: z.number(),
  readable: z.boolean(),
});
export type WorkflowListItem = z.infer<typeof WorkflowListItem>;

export const WorkflowIssue = z.strictObject({
  code: CodeOfError,
  severity: z.enum(['error', 'warning']),
  path: z.string(),
  message: z.string(),
  remedy: z.string().exactOptional(),
  nodeId: z.string().exactOptional(),
  edgeId: z.string().exactOptional(),
});

export type WorkflowIssue = z.infer<typeof WorkflowIssue>;

/** A workflow file as an editor opens it. */
const OpenedWorkflow = z.strictObject({
  ...DiskVersion.shape,
  file: z.string(),
  text: z.string(),
  /** Null when the text is no workflow: the issues say why. */
  workflow: Workflow.nullable(),
  /** Nodes were brought up to newer versions of their types; the file has them when it is saved. */
  migrated: z.boolean(),
  issues: z.array(WorkflowIssue),
});
export type OpenedWorkflow = z.infer<typeof OpenedWorkflow>;

/** A workflow as nodes name it (by id, file or name), with what they need to know of it. */
const NamedWorkflow = z.strictObject({
  reference: z.string(),
  file: z.string(),
  id: z.string(),
  name: z.string(),
  ...WorkflowInterface.shape,
});
export type NamedWorkflow = z.infer<typeof NamedWorkflow>;

const Title = z.string().trim().min(1).max(200);
const CreatedWorkflow = z.strictObject({ ...DiskVersion.shape, file: z.string() });
const TrashedFile = z.strictObject({ trash: z.string(), file: z.string(), at: z.number() });

export const ValidationReport = z.strictObject({
  file: z.string(),
  valid: z.boolean(),
  issues: z.array(WorkflowIssue),
  workflow: z.strictObject({ id: z.string(), name: z.string(), nodes: z.int(), edges: z.int() }).exactOptional(),
});

const WorkflowChange = z.strictObject({
  kind: z.enum(['added', 'removed', 'changed']),
  path: z.string(),
  before: z.json().exactOptional(),
  after: z.json().exactOptional(),
});
export const WorkflowDiff = z.strictObject({ logic: z.array(WorkflowChange), layout: z.array(WorkflowChange) });

const Port = z.strictObject({
  type: z.enum(portTypeNames) satisfies z.ZodType<PortTypeName>,
  many: z.boolean().exactOptional(),
  required: z.boolean().exactOptional(),
  help: z.string().exactOptional(),
});
const Ports = z.record(z.string(), Port);

/** A node type as data: what the palette, the form and the documentation show. */
export const NodeDescription = z.strictObject({
  type: z.string(),
  version: z.int(),
  family: z.enum(['ingest', 'retrieve', 'model', 'logic', 'check', 'io']),
  title: z.string(),
  summary: z.string(),
  /** JSON Schema of the config as a file gives it. */
  config: JsonSchema,
  inputs: Ports,
  outputs: Ports,
  /** More ports come with the config. */
  dynamicPorts: z.boolean(),
  body: z.strictObject({ sources: Ports, sinks: Ports }).exactOptional(),
  needs: z.array(z.string()),
  effect: z.enum(['pure', 'read', 'write', 'irreversible']),
  form: z.record(
    z.string(),
    z.strictObject({
      widget: z.string(),
      label: z.string().exactOptional(),
      help: z.string().exactOptional(),
      group: z.string().exactOptional(),
      unit: z.string().exactOptional(),
      /** Variables that its expression knows beside the inputs. */
      names: z.array(z.string()).exactOptional(),
      /** Widgets of the fields inside it, by their names. */
      parts: z.record(z.string(), z.string()).exactOptional(),
      /** Holds expressions or templates, whatever its widget: no wire may fill it. */
      code: z.literal(true).exactOptional(),
    }),
  ),
  examples: z.array(z.strictObject({ title: z.string(), config: z.record(z.string(), z.json()) })),
  inert: z.boolean(),
  /** Name of a picture (core/nodekit/icons.ts). */
  icon: z.string().exactOptional(),
});
export type NodeDescription = z.infer<typeof NodeDescription>;

export const workflowContract = {
  /** The workflows of the workspace with what a list shows of them. */
  list: procedure.input(Nothing).output(z.array(WorkflowListItem)),
  /** A file with its hash, which `save` wants back; damaged files open as text with issues. */
  open: procedure.input(z.strictObject({ file: WorkflowFile })).output(OpenedWorkflow),
  /** Everything that is wrong with a draft. Runs nothing and writes nothing. */
  check: procedure
    .input(z.strictObject({ workflow: Workflow }))
    .output(z.strictObject({ valid: z.boolean(), issues: z.array(WorkflowIssue) })),
  /** The workflows of the workspace that these references mean; those that mean none are left out. */
  named: procedure
    .input(z.strictObject({ references: z.array(z.string().max(300)).max(limits.nodes) }))
    .output(z.array(NamedWorkflow)),
  /**
   * Writes a workflow in its canonical form, whole or not at all. `base` is the hash of the version that it was made
   * from: when the disk holds another one, it fails with `file.conflict` and that version's hash. Null: a new file.
   */
  save: procedure
    .input(z.strictObject({ file: WorkflowFile, workflow: Workflow, base: FileHash.nullable() }))
    .output(DiskVersion),
  /** A new file called after its title: empty, from a template, or from a given workflow. It gets an id of its own. */
  create: procedure
    .input(
      z.strictObject({
        title: Title,
        from: z
          .union([z.strictObject({ template: z.string().min(1).max(100) }), z.strictObject({ workflow: Workflow })])
          .exactOptional(),
      }),
    )
    .output(CreatedWorkflow),
  duplicate: procedure.input(z.strictObject({ file: WorkflowFile, title: Title })).output(CreatedWorkflow),
  /** Gives the file another path; history goes with it. */
  rename: procedure.input(z.strictObject({ file: WorkflowFile, to: WorkflowFile })).output(Nothing),
  /** Into the workspace's trash. */
  remove: procedure.input(z.strictObject({ file: WorkflowFile })).output(TrashedFile),
  trash: procedure.input(Nothing).output(z.array(TrashedFile)),
  /** Out of the trash again: to where it was, or beside it. */
  restore: procedure
    .input(z.strictObject({ trash: z.string().min(1).max(100) }))
    .output(z.strictObject({ file: z.string() })),
  /** What was saved of a file, newest first: at least the last twenty versions. */
  history: procedure
    .input(z.strictObject({ file: WorkflowFile }))
    .output(z.array(z.strictObject({ version: z.string(), at: z.number(), bytes: z.int() }))),
  /** One of them, brought up to this release. */
  version: procedure
    .input(z.strictObject({ file: WorkflowFile, version: z.string().min(1).max(60) }))
    .output(z.strictObject({ text: z.string(), workflow: Workflow.nullable(), issues: z.array(WorkflowIssue) })),
  /** A file from elsewhere, as the text that it holds: what it is and what is wrong with it. Keeps and runs nothing. */
  preview: procedure
    .input(z.strictObject({ text: z.string().max(limits.bytes) }))
    .output(z.strictObject({ workflow: Workflow.nullable(), migrated: z.boolean(), issues: z.array(WorkflowIssue) })),
  /** What others do to workflow and prompt files from now on, a second later at most. */
  watch: procedure.input(Nothing).output(
    eventIterator(
      z.strictObject({
        type: z.enum(['watching', 'added', 'changed', 'removed']),
        file: z.string(),
        hash: z.string().exactOptional(),
        modifiedAt: z.number().exactOptional(),
      }),
    ),
  ),
  read: procedure
    .input(z.strictObject({ workflow: WorkflowReference }))
    .output(z.strictObject({ file: z.string(), workflow: Workflow, migrated: z.boolean() })),
  /** Says everything that is wrong with a workflow and runs nothing. */
  validate: procedure.input(z.strictObject({ workflow: WorkflowReference })).output(ValidationReport),
  diff: procedure.input(z.strictObject({ before: WorkflowReference, after: WorkflowReference })).output(WorkflowDiff),
  nodes: procedure.input(Nothing).output(z.array(NodeDescription)),
  /** The documentation of a node type as Markdown. */
  nodeDocs: procedure
    .input(z.strictObject({ type: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/) }))
    .output(z.strictObject({ markdown: z.string() })),
  /** JSON Schema of a workflow file, of pipewright.json or of the events of a run. */
  schema: procedure
    .input(z.strictObject({ of: z.enum(['workflow', 'workspace', 'events']).default('workflow') }))
    .output(JsonSchema),
};
