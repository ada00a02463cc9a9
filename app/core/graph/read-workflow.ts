import type * as z from 'zod';
import { AppError } from '../errors/app-error.ts';
import { migrateNodes } from '../migrate/migrate-nodes.ts';
import type { Registry } from '../nodekit/define-node.ts';
import { isJsonObject, type Json, jsonTextDepth } from './json.ts';
import { FORMAT, limits, Workflow } from './workflow.ts';
import { issuesError, jsonPath, type WorkflowIssue } from './workflow-issue.ts';

/** Line and column (from 1) of an offset in text. */
function position(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

function parseJson(text: string, file: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    const at = /position (\d+)/.exec(String(cause))?.[1];
    const where = at === undefined ? file : `${file}, ${position(text, Number(at))}`;
    throw new AppError('workflow.not_json', {
      message: 'The file is not valid JSON.',
      where,
      remedy: 'Mend the JSON at that place, or restore the file from version control.',
    });
  }
}

/** Keys that change what an object is instead of what it holds. A file that uses them is hostile or broken. */
function findForbiddenKey(value: Json, path: (string | number)[]): (string | number)[] | undefined {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) {
      const found = findForbiddenKey(value[i] as Json, [...path, i]);
      if (found) return found;
    }
  } else if (isJsonObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      if (key === '__proto__' || key === 'constructor' || key === 'prototype') return [...path, key];
      const found = findForbiddenKey(member, [...path, key]);
      if (found) return found;
    }
  }
  return undefined;
}

function schemaIssues(error: z.ZodError): WorkflowIssue[] {
  return error.issues.map((issue) => ({
    code: 'workflow.schema',
    severity: 'error',
    path: jsonPath(issue.path),
    message: issue.message,
    remedy: 'See the published schema: `pipewright schema`.',
  }));
}

function duplicateIds(workflow: Workflow): WorkflowIssue[] {
  const issues: WorkflowIssue[] = [];
  const seen = new Map<string, string>();
  const visit = (id: string, path: string) => {
    const first = seen.get(id);
    if (first === undefined) seen.set(id, path);
    else {
      issues.push({
        code: 'workflow.duplicate_id',
        severity: 'error',
        path,
        message: `The id “${id}” is already used at ${first}.`,
        remedy: 'Give each node and each edge an id of its own.',
      });
    }
  };
  workflow.nodes.forEach((node, i) => {
    visit(node.id, jsonPath(['nodes', i, 'id']));
  });
  seen.clear();
  workflow.edges.forEach((edge, i) => {
    visit(edge.id, jsonPath(['edges', i, 'id']));
  });
  return issues;
}

export interface ReadWorkflow {
  workflow: Workflow;
  /** Some node's config was brought up to its type's current version. */
  migrated: boolean;
}

/**
 * Reads a workflow file's text: limits, JSON, format, schema, ids, node migrations. Runs nothing of it and knows no
 * file system. Unknown node types are kept as they are: validation reports them, editing goes on.
 * @throws AppError workflow.* with the JSON path of each fault
 */
export function readWorkflow(text: string, registry: Registry, file = 'workflow'): ReadWorkflow {
  if (text.length > limits.bytes) {
    throw new AppError('workflow.too_large', {
      message: `The file has ${text.length} characters; the limit is ${limits.bytes}.`,
      where: file,
      remedy: 'Move data out of the workflow into documents, tables or datasets.',
    });
  }
  if (jsonTextDepth(text, limits.depth) > limits.depth) {
    throw new AppError('workflow.too_deep', {
      message: `The JSON is nested deeper than ${limits.depth} levels.`,
      where: `${file} at $`,
      remedy: 'Flatten the nested values.',
    });
  }
  const json = parseJson(text, file);
  if (isJsonObject(json)) checkHead(json, file);
  const forbidden = findForbiddenKey(json, []);
  if (forbidden) {
    throw issuesError(
      [
        {
          code: 'workflow.schema',
          severity: 'error',
          path: jsonPath(forbidden),
          message: `The key “${forbidden.at(-1)}” is not allowed in a workflow file.`,
          remedy: 'Remove the key. If you did not write it, do not trust the file.',
        },
      ],
      file,
    );
  }
  const parsed = Workflow.safeParse(json);
  if (!parsed.success) throw issuesError(schemaIssues(parsed.error), file);
  const duplicates = duplicateIds(parsed.data);
  if (duplicates.length > 0) throw issuesError(duplicates, file);
  const { workflow, migrated, issues } = migrateNodes(parsed.data, registry);
  if (issues.length > 0) throw issuesError(issues, file);
  return { workflow, migrated };
}

/** What must be refused by its own name before the schema is asked. */
function checkHead(json: { [key: string]: Json }, file: string): void {
  if (typeof json.format === 'number' && json.format > FORMAT) {
    throw new AppError('workflow.newer_format', {
      message: `The file has format ${json.format}; this release reads formats up to ${FORMAT}.`,
      where: `${file} at $.format`,
      remedy: 'Update Pipewright, or export the file again from the release that wrote it for an older one.',
    });
  }
  if (Array.isArray(json.nodes) && json.nodes.length > limits.nodes) {
    throw new AppError('workflow.too_many_nodes', {
      message: `The workflow has ${json.nodes.length} nodes; the limit is ${limits.nodes}.`,
      where: `${file} at $.nodes`,
      remedy: 'Split the workflow, or use map instead of copies of the same nodes.',
    });
  }
}
