import { isAppError } from '../../core/errors/app-error.ts';
import { contentHash } from '../../core/graph/content-hash.ts';
import { type WorkflowSource, workflowRunBy } from '../../core/graph/link-subflows.ts';
import { readWorkflow } from '../../core/graph/read-workflow.ts';
import { limits, type Workflow, type WorkflowNode } from '../../core/graph/workflow.ts';
import { jsonPath, type WorkflowIssue } from '../../core/graph/workflow-issue.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import { findInWorkspace } from './find-workflow.ts';
import type { WorkflowFiles } from './workflow-files.ts';

/** Workflows that run each other, one within the other. */
const MAX_DEPTH = 8;

/** A workflow that a node runs. */
interface Subflow extends WorkflowSource {
  file: string;
  hash: string;
}

/** Nodes and wires of a workflow together with those of all workflows that it runs, each as often as it is run. */
interface Size {
  nodes: number;
  edges: number;
}

/** What a check of one workflow finds, the workflows that it runs included. */
export interface CheckedFlow {
  /** With the interfaces of the workflows that its nodes run: from there those have their ports. */
  workflow: Workflow;
  issues: WorkflowIssue[];
  /** Texts of the prompt files by alias, as far as they could be read. */
  prompts: { [alias: string]: string };
  size: Size;
}

export interface SubflowsAbout {
  registry: Registry;
  files: Pick<WorkflowFiles, 'find' | 'readInside'>;
  /** Checks one of them; `trail` are those above it, outermost first, with itself at the end. */
  checkFlow(workflow: Workflow, trail: readonly Workflow[]): Promise<CheckedFlow>;
}

/**
 * The workflows that a workflow and those below it run, read and checked once each. They lie in the workspace: a file
 * cannot make another one be read from elsewhere.
 */
export class Subflows {
  /** By the reference in the config. */
  readonly flows = new Map<string, Subflow>();
  private readonly about: SubflowsAbout;
  private readonly missing = new Map<string, WorkflowIssue>();
  private readonly checked = new Map<string, CheckedFlow>();

  constructor(about: SubflowsAbout) {
    this.about = about;
  }

  /** What is wrong with the workflows that the nodes of `workflow` run. */
  async check(workflow: Workflow, trail: readonly Workflow[]): Promise<{ issues: WorkflowIssue[]; size: Size }> {
    const issues: WorkflowIssue[] = [];
    const size: Size = { nodes: workflow.nodes.length, edges: workflow.edges.length };
    for (const [index, node] of workflow.nodes.entries()) {
      const reference = workflowRunBy(node, this.about.registry);
      if (reference === undefined) continue;
      const found = await this.checkOne(reference, trail);
      if ('size' in found) {
        size.nodes += found.size.nodes;
        size.edges += found.size.edges + Object.keys(found.outputs).length;
      } else issues.push({ ...found, path: this.pathOf(node, index), nodeId: node.id });
    }
    if (size.nodes > limits.nodes || size.edges > limits.edges) {
      issues.push({
        code: 'workflow.too_many_nodes',
        severity: 'error',
        path: '$.nodes',
        message: `With the workflows that it runs, the workflow has ${size.nodes} nodes and ${size.edges} wires; the limits are ${limits.nodes} and ${limits.edges}.`,
        remedy: 'Run a workflow from fewer places, or once for many values inside a map.',
      });
    }
    return { issues, size };
  }

  private pathOf(node: WorkflowNode, index: number): string {
    const field = this.about.registry.get(node.type)?.manifest.runsWorkflow?.field ?? '';
    return jsonPath(['nodes', index, 'config', field]);
  }

  private async checkOne(
    reference: string,
    trail: readonly Workflow[],
  ): Promise<{ size: Size; outputs: Workflow['outputs'] } | WorkflowIssue> {
    const flow = await this.read(reference);
    if ('severity' in flow) return flow;
    const { workflow, file, hash } = flow;
    const circle = trail.findIndex((one) => one.id === workflow.id && contentHash(one) === hash);
    if (circle >= 0) {
      const names = [...trail.slice(circle), workflow].map(({ name }) => `“${name}”`);
      return fault('workflow.subflow_cycle', `Workflows run each other in a circle: ${names.join(' runs ')}.`, {
        remedy: 'Take one of them out of the circle. To repeat work until something holds, use a loop.',
      });
    }
    if (trail.length > MAX_DEPTH) {
      return fault('workflow.too_deep', `Workflows run each other more than ${MAX_DEPTH} deep.`, {
        remedy: 'Put the steps of some of them into the workflow that runs them.',
      });
    }
    let checked = this.checked.get(hash);
    if (!checked) {
      checked = await this.about.checkFlow(workflow, [...trail, workflow]);
      this.checked.set(hash, checked);
    }
    this.flows.set(reference, { ...flow, prompts: checked.prompts });
    const first = checked.issues.find(({ severity }) => severity === 'error');
    if (!first) return { size: checked.size, outputs: workflow.outputs };
    const own = first.code === 'workflow.subflow_cycle' || first.code === 'workflow.too_deep';
    return fault(
      own ? first.code : 'workflow.subflow',
      own ? first.message : `The workflow “${workflow.name}” cannot be run: ${first.message}`,
      { remedy: `See \`pipewright validate ${file}\`.` },
    );
  }

  private async read(reference: string): Promise<Subflow | WorkflowIssue> {
    const known = this.flows.get(reference) ?? this.missing.get(reference);
    if (known) return known;
    try {
      const { file, text } = await findInWorkspace(this.about.files, this.about.registry, reference);
      const { workflow } = readWorkflow(text, this.about.registry, file);
      return { file, workflow, hash: contentHash(workflow), prompts: {} };
    } catch (thrown) {
      if (!isAppError(thrown)) throw thrown;
      const code = thrown.code === 'workflow.missing' ? thrown.code : 'workflow.subflow';
      const message =
        code === thrown.code ? thrown.message : `The workflow “${reference}” cannot be read: ${thrown.message}`;
      const issue = fault(code, message, thrown.remedy === undefined ? {} : { remedy: thrown.remedy });
      this.missing.set(reference, issue);
      return issue;
    }
  }
}

function fault(code: WorkflowIssue['code'], message: string, more: { remedy?: string }): WorkflowIssue {
  return { code, severity: 'error', path: '$', message, ...more };
}
