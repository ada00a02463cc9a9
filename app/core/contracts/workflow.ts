import * as z from 'zod';
import { type PortTypeName, portTypeNames } from '../graph/ports.ts';
import { Workflow } from '../graph/workflow.ts';
import { Nothing, procedure, WorkflowReference } from './procedure.ts';
import { CodeOfError } from './wire-error.ts';

const JsonSchema = z.record(z.string(), z.json());

export const WorkflowListItem = z.strictObject({ name: z.string(), file: z.string() });

export const WorkflowIssue = z.strictObject({
  code: CodeOfError,
  severity: z.enum(['error', 'warning']),
  path: z.string(),
  message: z.string(),
  remedy: z.string().exactOptional(),
  nodeId: z.string().exactOptional(),
  edgeId: z.string().exactOptional(),
});

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
      /** Holds expressions or templates, whatever its widget: no wire may fill it. */
      code: z.literal(true).exactOptional(),
    }),
  ),
  examples: z.array(z.strictObject({ title: z.string(), config: z.record(z.string(), z.json()) })),
  inert: z.boolean(),
});
export type NodeDescription = z.infer<typeof NodeDescription>;

export const workflowContract = {
  list: procedure.input(Nothing).output(z.array(WorkflowListItem)),
  read: procedure
    .input(z.strictObject({ workflow: WorkflowReference }))
    .output(z.strictObject({ file: z.string(), workflow: Workflow, migrated: z.boolean() })),
  /** Says everything that is wrong with a workflow and runs nothing. */
  validate: procedure.input(z.strictObject({ workflow: WorkflowReference })).output(ValidationReport),
  diff: procedure.input(z.strictObject({ before: WorkflowReference, after: WorkflowReference })).output(WorkflowDiff),
  nodes: procedure.input(Nothing).output(z.array(NodeDescription)),
  /** JSON Schema of a workflow file, of pipewright.json or of the events of a run. */
  schema: procedure
    .input(z.strictObject({ of: z.enum(['workflow', 'workspace', 'events']).default('workflow') }))
    .output(JsonSchema),
};
