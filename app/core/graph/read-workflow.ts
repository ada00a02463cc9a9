import type * as z from 'zod';
import { AppError } from '../errors/app-error.ts';
import { migrateNodes } from '../migrate/migrate-nodes.ts';
import type { Registry } from '../nodekit/define-node.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import type { Expectation } from './plain-fault.ts';
import { type JsonPath, type JsonScan, scanJson } from './scan-json.ts';
import { FORMAT, LayoutGroup, LayoutNote, limits, Workflow, WorkflowEdge, WorkflowNode } from './workflow.ts';
import { issuesError, jsonPath, schemaFaults, type WorkflowIssue } from './workflow-issue.ts';

/** Line and column (from 1) of an offset in text. */
function position(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

function notJson(text: string, file: string, fault: number): AppError {
  const hint = text.charCodeAt(0) === 0xfeff ? ' It begins with a byte order mark.' : '';
  return new AppError('workflow.not_json', {
    message: fault >= text.length ? 'The file ends before its JSON does.' : `The file is not valid JSON.${hint}`,
    where: `${file}, ${position(text, fault)}`,
    remedy: 'Mend the JSON at that place (no comments, no trailing commas), or restore the file from version control.',
  });
}

/** What JSON allows and a workflow file does not. */
function textIssue({ duplicate, forbidden, illFormed, infinite }: JsonScan): WorkflowIssue | undefined {
  const issue = (path: JsonPath, message: string, remedy: string): WorkflowIssue => ({
    code: 'workflow.schema',
    severity: 'error',
    path: jsonPath(path),
    message,
    remedy,
  });
  if (forbidden) {
    return issue(
      forbidden,
      `The key “${forbidden.at(-1)}” is not allowed in a workflow file.`,
      'Remove the key. If you did not write it, do not trust the file.',
    );
  }
  if (duplicate) {
    return issue(
      duplicate,
      `The key “${String(duplicate.at(-1)).slice(0, 80)}” stands twice in its object.`,
      'Remove one of the two: programs differ in which one they read.',
    );
  }
  if (illFormed) {
    return issue(
      illFormed,
      'A text holds a NUL character or half of a surrogate pair.',
      'Remove the character: such text cannot be stored and shown reliably.',
    );
  }
  if (infinite) return issue(infinite, 'The number is too large.', 'Write a number that a program can hold.');
  return undefined;
}

function schemaIssues(error: z.ZodError, about: Expectation, base: JsonPath = []): WorkflowIssue[] {
  return schemaFaults(error, about).map(({ path, message }) => ({
    code: 'workflow.schema',
    severity: 'error',
    path: jsonPath([...base, ...path]),
    message,
    remedy: 'See the published schema: `pipewright schema`.',
  }));
}

/** Values from which on a file's long lists are checked piece by piece. */
const LARGE = 20_000;
const ENOUGH = 50;

/** Checks each one of a list; faults are added to `issues` until they are enough. */
function checkList<T>(path: JsonPath, list: readonly Json[], schema: z.ZodType<T>, issues: WorkflowIssue[]): T[] {
  const sound: T[] = [];
  for (const [i, one] of list.entries()) {
    if (issues.length >= ENOUGH) break;
    const parsed = schema.safeParse(one);
    if (parsed.success) sound.push(parsed.data);
    else issues.push(...schemaIssues(parsed.error, { schema, value: one }, [...path, i]));
  }
  return sound;
}

/**
 * A large file, list by list. The schema as a whole makes a report of every fault before it gives any: of a file that is
 * wrong throughout that takes seconds. The longest lists, nodes and wires, are checked once only.
 */
function parseLarge(json: JsonObject, file: string): Workflow {
  const { nodes, edges, layout } = json;
  const issues: WorkflowIssue[] = [];
  const known = {
    ...(Array.isArray(nodes) && { nodes: checkList(['nodes'], nodes, WorkflowNode, issues) }),
    ...(Array.isArray(edges) && { edges: checkList(['edges'], edges, WorkflowEdge, issues) }),
  };
  if (isJsonObject(layout)) {
    if (Array.isArray(layout.notes)) checkList(['layout', 'notes'], layout.notes, LayoutNote, issues);
    if (Array.isArray(layout.groups)) checkList(['layout', 'groups'], layout.groups, LayoutGroup, issues);
  }
  if (issues.length > 0) throw issuesError(issues, file);
  const rest = { ...json, ...(known.nodes && { nodes: [] }), ...(known.edges && { edges: [] }) };
  return { ...parseWhole(rest, file), ...known };
}

function parseWhole(json: Json, file: string): Workflow {
  const parsed = Workflow.safeParse(json);
  if (!parsed.success) throw issuesError(schemaIssues(parsed.error, { schema: Workflow, value: json }), file);
  return parsed.data;
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
      where: `${file} at $`,
      remedy: 'Move data out of the workflow into documents, tables or datasets.',
    });
  }
  const scan = scanJson(text, limits);
  if (scan.depth > limits.depth) {
    throw new AppError('workflow.too_deep', {
      message: `The JSON is nested deeper than ${limits.depth} levels.`,
      where: `${file} at $`,
      remedy: 'Flatten the nested values.',
    });
  }
  if (scan.members > limits.members) {
    throw new AppError('workflow.too_large', {
      message: `An object has more than ${limits.members} fields.`,
      where: `${file} at ${jsonPath(scan.crowded ?? [])}`,
      remedy: 'Move data out of the workflow into documents, tables or datasets.',
    });
  }
  if (scan.values > limits.values) {
    throw new AppError('workflow.too_large', {
      message: `The file holds more than ${limits.values} values.`,
      where: `${file} at $`,
      remedy: 'Move data out of the workflow into documents, tables or datasets.',
    });
  }
  if (scan.fault !== undefined) throw notJson(text, file, scan.fault);
  const json = JSON.parse(text) as Json;
  if (isJsonObject(json)) checkHead(json, file);
  const issue = textIssue(scan);
  if (issue) throw issuesError([issue], file);
  const parsed = scan.values > LARGE && isJsonObject(json) ? parseLarge(json, file) : parseWhole(json, file);
  const duplicates = duplicateIds(parsed);
  if (duplicates.length > 0) throw issuesError(duplicates, file);
  const { workflow, migrated, issues } = migrateNodes(parsed, registry);
  if (issues.length > 0) throw issuesError(issues, file);
  return { workflow, migrated };
}

/** What must be refused by its own name before the schema is asked. */
function checkHead(json: { [key: string]: Json }, file: string): void {
  if (typeof json.format === 'number' && Number.isFinite(json.format) && json.format > FORMAT) {
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
  if (Array.isArray(json.edges) && json.edges.length > limits.edges) {
    throw new AppError('workflow.too_large', {
      message: `The workflow has ${json.edges.length} wires; the limit is ${limits.edges}.`,
      where: `${file} at $.edges`,
      remedy: 'Split the workflow, or use map instead of copies of the same nodes.',
    });
  }
}
