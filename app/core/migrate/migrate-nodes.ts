import type { JsonObject } from '../graph/json.ts';
import type { Workflow, WorkflowNode } from '../graph/workflow.ts';
import { jsonPath, type WorkflowIssue } from '../graph/workflow-issue.ts';
import type { AnyManifest, Registry } from '../nodekit/define-node.ts';

/** Runs a type's own sequence of steps over one config, from the version it was written for. */
function migrateConfig(node: WorkflowNode, manifest: AnyManifest): JsonObject {
  let config = structuredCopy(node.config);
  for (const step of manifest.migrations ?? []) {
    if (step.to > node.version) config = step.up(config);
  }
  return config;
}

function structuredCopy(value: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

/**
 * Brings every node's config up to the version of its type. Unknown types stay untouched. A node newer than its type
 * is refused, never read as well as one can.
 */
export function migrateNodes(
  workflow: Workflow,
  registry: Registry,
): { workflow: Workflow; migrated: boolean; issues: WorkflowIssue[] } {
  const issues: WorkflowIssue[] = [];
  let migrated = false;
  const nodes = workflow.nodes.map((node, i) => {
    const manifest = registry.get(node.type)?.manifest;
    if (manifest === undefined || node.version === manifest.version) return node;
    if (node.version > manifest.version) {
      issues.push({
        code: 'workflow.newer_node',
        severity: 'error',
        path: jsonPath(['nodes', i, 'version']),
        nodeId: node.id,
        message: `Node “${node.id}” has version ${node.version} of “${node.type}”; this release knows versions up to ${manifest.version}.`,
        remedy: 'Update Pipewright.',
      });
      return node;
    }
    try {
      const config = migrateConfig(node, manifest);
      migrated = true;
      return { ...node, version: manifest.version, config };
    } catch (thrown) {
      issues.push({
        code: 'workflow.migration_failed',
        severity: 'error',
        path: jsonPath(['nodes', i, 'config']),
        nodeId: node.id,
        message: `The config of node “${node.id}” (${node.type}, version ${node.version}) cannot be brought up to version ${manifest.version}: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
        remedy: 'Check that the config is one that version wrote; otherwise set the node up anew.',
      });
      return node;
    }
  });
  return { workflow: migrated ? { ...workflow, nodes } : workflow, migrated, issues };
}
