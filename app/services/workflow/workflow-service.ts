import type { WorkflowDiff } from '../../core/graph/diff-workflows.ts';
import type { JsonObject } from '../../core/graph/json.ts';
import { linkSubflows } from '../../core/graph/link-subflows.ts';
import { readWorkflow } from '../../core/graph/read-workflow.ts';
import type { Workflow } from '../../core/graph/workflow.ts';
import { issuesError, type WorkflowIssue } from '../../core/graph/workflow-issue.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import type { WorkspaceConfig } from '../../core/workspace/workspace-config.ts';
import type { RunSnapshot } from '../../engine/engine-ports.ts';
import { checkText } from './check-text.ts';
import { checkWorkflow } from './check-workflow.ts';
import { findWorkflow, WORKFLOW_PATTERN, workflowIds, workflowName } from './find-workflow.ts';
import { type WatchedFiles, watchFiles } from './watched-files.ts';
import type { WorkflowFiles } from './workflow-files.ts';

export interface WorkflowServicePorts {
  registry: Registry;
  files: WorkflowFiles;
  /** Undefined outside a workspace: a lone file can still be checked. */
  config: WorkspaceConfig | undefined;
}

export interface ValidationReport {
  file: string;
  /** No errors; warnings may be there. */
  valid: boolean;
  issues: WorkflowIssue[];
  workflow?: { id: string; name: string; nodes: number; edges: number };
}

export interface WorkflowListItem {
  name: string;
  file: string;
}

export interface WorkflowService {
  list(): Promise<WorkflowListItem[]>;
  /** @throws AppError workflow.* */
  read(reference: string): Promise<{ file: string; workflow: Workflow; migrated: boolean }>;
  /** Says everything that is wrong. @throws AppError workflow.missing */
  validate(reference: string): Promise<ValidationReport>;
  /**
   * A workflow ready to run, with the prompts and profiles that the run will pin. The same object for as long as nothing
   * that it was made of has changed: nobody may change it, and what is made of it can be kept by it.
   * @throws AppError workflow.*
   */
  snapshot(reference: string): Promise<RunSnapshot>;
  /** @throws AppError workflow.* */
  diff(before: string, after: string): Promise<WorkflowDiff>;
  /** The file of the workflow with this id. */
  fileOf(workflowId: string): Promise<string | undefined>;
}

/** Workflows that are kept ready to run: those of a program that runs a few of them again and again. */
const MAX_READY = 100;

export function createWorkflowService({ registry, files, config }: WorkflowServicePorts): WorkflowService {
  /** By reference; true as long as no file that it was made of has changed. */
  const ready = new Map<string, { text: string; read: WatchedFiles; snapshot: RunSnapshot }>();

  async function read(reference: string) {
    const { file, text } = await findWorkflow(files, registry, reference);
    return { file, ...readWorkflow(text, registry, file) };
  }

  return {
    read,
    async list() {
      return (await files.find(WORKFLOW_PATTERN)).map((file) => ({ name: workflowName(file), file }));
    },
    async validate(reference) {
      const { file, text } = await findWorkflow(files, registry, reference);
      const { workflow, issues } = await checkText(text, file, { registry, config, files });
      const valid = !issues.some(({ severity }) => severity === 'error');
      if (!workflow) return { file, valid, issues };
      const { id, name, nodes, edges } = workflow;
      return { file, valid, issues, workflow: { id, name, nodes: nodes.length, edges: edges.length } };
    },
    async snapshot(reference) {
      const { file, text } = await findWorkflow(files, registry, reference);
      const kept = ready.get(reference);
      if (kept?.text === text && (await kept.read.unchanged())) return kept.snapshot;
      const { workflow } = readWorkflow(text, registry, file);
      const watched = watchFiles(files);
      const { issues, prompts, flows } = await checkWorkflow(workflow, { registry, config, files: watched });
      if (issues.some(({ severity }) => severity === 'error')) throw issuesError(issues, file);
      // What stands in a profile is plain JSON: names of secrets, never their values.
      const profiles = (config?.profiles ?? {}) as unknown as JsonObject;
      const snapshot = { ...linkSubflows({ workflow, prompts }, flows, registry), profiles };
      if (ready.size >= MAX_READY) ready.clear();
      ready.set(reference, { text, read: watched, snapshot });
      return snapshot;
    },
    async diff(before, after) {
      const { diffWorkflows } = await import('../../core/graph/diff-workflows.ts');
      return diffWorkflows((await read(before)).workflow, (await read(after)).workflow);
    },
    async fileOf(workflowId) {
      return (await workflowIds(files, registry)).get(workflowId)?.file;
    },
  };
}
