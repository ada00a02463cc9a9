import { isAppError } from '../../core/errors/app-error.ts';
import { didYouMean } from '../../core/errors/suggest.ts';
import { works } from '../../core/graph/bypass.ts';
import { type WorkflowSource, withInterfaces } from '../../core/graph/link-subflows.ts';
import { validateWorkflow } from '../../core/graph/validate-workflow.ts';
import type { Workflow, WorkflowNode } from '../../core/graph/workflow.ts';
import { jsonPath, type WorkflowIssue } from '../../core/graph/workflow-issue.ts';
import type { AnyCheck, Registry, ResourceRef } from '../../core/nodekit/define-node.ts';
import type { WorkspaceConfig } from '../../core/workspace/workspace-config.ts';
import { type CheckedFlow, Subflows } from './subflows.ts';
import type { WorkflowFiles } from './workflow-files.ts';

export interface CheckedWorkflow extends Pick<CheckedFlow, 'issues' | 'prompts' | 'workflow'> {
  /** The workflows that it and those below it run, by the reference in their nodes. */
  flows: ReadonlyMap<string, WorkflowSource>;
}

export interface CheckAbout {
  registry: Registry;
  config: WorkspaceConfig | undefined;
  files: Pick<WorkflowFiles, 'readInside' | 'find'>;
}

/** All that can be said about a workflow without running it: structure, the nodes' own checks, what it refers to. */
export async function checkWorkflow(workflow: Workflow, about: CheckAbout): Promise<CheckedWorkflow> {
  const subflows = new Subflows({
    registry: about.registry,
    files: about.files,
    checkFlow: (flow, trail) => checkFlow(flow, about, subflows, trail),
  });
  const { size: _size, ...checked } = await checkFlow(workflow, about, subflows, [workflow]);
  return { ...checked, flows: subflows.flows };
}

async function checkFlow(
  given: Workflow,
  about: CheckAbout,
  subflows: Subflows,
  trail: readonly Workflow[],
): Promise<CheckedFlow> {
  const { registry, config, files } = about;
  const below = await subflows.check(given, trail);
  const interfaces = new Map([...subflows.flows].map(([reference, flow]) => [reference, flow.workflow]));
  const workflow = withInterfaces(given, interfaces, registry);
  const issues = [...below.issues, ...structureIssues(workflow, registry, below.issues)];
  const prompts: { [alias: string]: string } = {};
  for (const [alias, { file }] of Object.entries(workflow.resources.prompts ?? {})) {
    const path = jsonPath(['resources', 'prompts', alias, 'file']);
    try {
      prompts[alias] = await files.readInside(file);
    } catch (thrown) {
      if (!isAppError(thrown)) throw thrown;
      issues.push({
        code: thrown.code === 'document.missing' ? 'prompt.missing' : 'workflow.resource',
        severity: 'error',
        path,
        message: `The prompt file “${file}” cannot be read: ${thrown.message}`,
        remedy: 'Paths of prompts are relative to the workspace, such as prompts/answer.md.',
      });
    }
  }
  if (config) issues.push(...resourceIssues(workflow, registry, config));
  // A wire that is still to be drawn hides nothing of what is written in the node.
  const isBroken = ({ severity, code }: WorkflowIssue) => severity === 'error' && code !== 'workflow.missing_input';
  const broken = new Set(issues.filter(isBroken).map(({ nodeId }) => nodeId));
  const connected = new Map<string, Set<string>>();
  for (const { to } of workflow.edges) {
    const ports = connected.get(to.node);
    if (ports) ports.add(to.port);
    else connected.set(to.node, new Set([to.port]));
  }
  const texts = new Map(Object.entries(prompts));
  // Each is loaded once, not once for each node.
  const checks = await checksOf(workflow, registry);
  for (const [index, node] of workflow.nodes.entries()) {
    const check = checks.get(node.type);
    if (broken.has(node.id) || !check) continue;
    const about = { workflow, connected: connected.get(node.id) ?? new Set<string>(), prompts: texts, nodeId: node.id };
    issues.push(...(await nodeIssues(node, index, { registry, check, about })));
  }
  return { workflow, issues, prompts, size: below.size };
}

/** What the structure lacks; of a workflow that was not found nobody knows the ports. */
function structureIssues(workflow: Workflow, registry: Registry, missing: readonly WorkflowIssue[]): WorkflowIssue[] {
  const unknown = new Set(missing.map(({ nodeId }) => nodeId));
  const blind = new Set(
    workflow.edges.filter(({ from, to }) => unknown.has(from.node) || unknown.has(to.node)).map(({ id }) => id),
  );
  return validateWorkflow(workflow, registry).filter(
    ({ code, edgeId }) => code !== 'workflow.edge_endpoint' || edgeId === undefined || !blind.has(edgeId),
  );
}

/** The checks that node types bring, by type: of those that the workflow has, each loaded once. */
async function checksOf({ nodes }: Workflow, registry: Registry): Promise<ReadonlyMap<string, AnyCheck>> {
  const checks = new Map<string, AnyCheck>();
  for (const type of new Set(nodes.map((node) => node.type))) {
    const check = await registry.get(type)?.check?.();
    if (check) checks.set(type, check);
  }
  return checks;
}

/** What the check of a node's own type finds. */
async function nodeIssues(
  node: WorkflowNode,
  index: number,
  { registry, check, about }: { registry: Registry; check: AnyCheck; about: Parameters<AnyCheck>[1] },
): Promise<WorkflowIssue[]> {
  const parsed = registry.get(node.type)?.manifest.config.safeParse(node.config);
  if (!parsed?.success || !works(node)) return [];
  const findings = await check(parsed.data, about);
  return findings.map(({ severity, field, message, remedy }) => ({
    code: 'workflow.node_check',
    severity,
    path: `${jsonPath(['nodes', index, 'config'])}${field === undefined ? '' : `.${field}`}`,
    message,
    nodeId: node.id,
    ...(remedy !== undefined && { remedy }),
  }));
}

/** Profiles and collections that the workspace does not have. */
function resourceIssues(workflow: Workflow, registry: Registry, config: WorkspaceConfig): WorkflowIssue[] {
  const issues: WorkflowIssue[] = [];
  const known = { profile: Object.keys(config.profiles), collection: Object.keys(config.collections) };
  const field = { profile: 'profiles', collection: 'collections' } as const;
  const missing = (kind: 'profile' | 'collection', name: string, path: string, nodeId?: string) => {
    if (known[kind].includes(name) || issues.some((other) => other.path === path)) return;
    issues.push({
      code: 'workflow.resource',
      // A collection may be one that a workflow writes; whether it is there shows when it runs.
      severity: kind === 'profile' ? 'error' : 'warning',
      path,
      message: `The workspace has no ${kind} “${name}”.${didYouMean(name, known[kind])}`,
      remedy: `Add it under \`${field[kind]}\` in pipewright.json, or name one of: ${known[kind].join(', ') || 'none yet'}.`,
      ...(nodeId !== undefined && { nodeId }),
    });
  };
  for (const kind of ['profile', 'collection'] as const) {
    for (const [alias, { name }] of Object.entries(workflow.resources[field[kind]] ?? {}))
      missing(kind, name, jsonPath(['resources', field[kind], alias, 'name']));
  }
  workflow.nodes.forEach((node, index) => {
    node.policy?.calls?.fallbacks?.forEach((fallback, place) => {
      if ('profile' in fallback && !Object.hasOwn(workflow.resources.profiles ?? {}, fallback.profile))
        missing(
          'profile',
          fallback.profile,
          jsonPath(['nodes', index, 'policy', 'calls', 'fallbacks', place, 'profile']),
          node.id,
        );
    });
    const manifest = registry.get(node.type)?.manifest;
    const parsed = manifest?.config.safeParse(node.config);
    if (!manifest?.reads || !parsed?.success || !works(node)) return;
    for (const { kind, name, field: at = kind } of manifest.reads(parsed.data) as ResourceRef[]) {
      if (kind !== 'profile' && kind !== 'collection') continue;
      if (!Object.hasOwn(workflow.resources[field[kind]] ?? {}, name))
        missing(kind, name, jsonPath(['nodes', index, 'config', ...at.split('.')]), node.id);
    }
  });
  return issues;
}
