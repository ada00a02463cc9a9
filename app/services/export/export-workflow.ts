import { AppError } from '../../core/errors/app-error.ts';
import {
  EXPORT_ENDING,
  EXPORT_FORMAT,
  type Exported,
  exportText,
  MAX_EXPORT_BYTES,
  type Requires,
} from '../../core/export/exported-workflow.ts';
import { readExported } from '../../core/export/read-exported.ts';
import { reachedBy, reachedConfig, requiresOf } from '../../core/export/requires.ts';
import type { Json } from '../../core/graph/json.ts';
import { workflowRunBy } from '../../core/graph/link-subflows.ts';
import { readWorkflow } from '../../core/graph/read-workflow.ts';
import type { Workflow } from '../../core/graph/workflow.ts';
import { jsonPath } from '../../core/graph/workflow-issue.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import type { WorkspaceConfig } from '../../core/workspace/workspace-config.ts';
import { findInWorkspace, workflowName } from '../workflow/find-workflow.ts';
import type { WorkflowFiles } from '../workflow/workflow-files.ts';
import type { WorkflowService } from '../workflow/workflow-service.ts';

export interface ExportPorts {
  registry: Registry;
  files: WorkflowFiles;
  workflows: Pick<WorkflowService, 'read' | 'snapshot'>;
  config: WorkspaceConfig;
  /** Fingerprints of the embedders that collections were made with; those that are not there are left out. */
  fingerprints: (collections: readonly string[]) => Promise<{ [collection: string]: string }>;
  /** A text without the values of secrets and what looks like a key. */
  withoutSecrets: (text: string) => string;
  version: string;
}

export interface ExportReport {
  /** What the file is usually called. */
  name: string;
  text: string;
  workflow: { id: string; name: string };
  hash: string;
  /** Workflows and prompts that it holds, by their paths. */
  holds: { workflows: string[]; prompts: string[] };
  requires: Requires;
}

/**
 * A workflow with all that it needs but keys, documents and what was made of them, as the text of one file.
 *
 * @param reference name, id or path
 * @throws AppError workflow.* when it cannot be run as it is, export.secret when a key stands in it, export.invalid
 */
export async function exportWorkflow(ports: ExportPorts, reference: string): Promise<ExportReport> {
  const { registry, config } = ports;
  // Says everything that is wrong: what cannot be run here cannot be run elsewhere.
  await ports.workflows.snapshot(reference);
  const { file, workflow } = await ports.workflows.read(reference);
  const main = `workflows/${workflowName(file.replaceAll('\\', '/'))}.flow.json`;
  const workflows = await withSubflows(ports, main, workflow);
  const prompts = await promptsOf(ports, Object.values(workflows));
  const part = reachedConfig(reachedBy(Object.values(workflows), registry), config);
  const fingerprints = await ports.fingerprints(Object.keys(part.collections));
  const body: Omit<Exported, 'hash' | 'requires'> = {
    ...{ export: EXPORT_FORMAT, pipewright: ports.version, main, workflows, prompts },
    ...{ config: part, fingerprints },
  };
  const text = exportText({ ...body, requires: requiresOf(body, registry) });
  assertNoKey(text, ports);
  if (text.length > MAX_EXPORT_BYTES) {
    throw new AppError('export.invalid', {
      message: `The file would have ${Math.ceil(text.length / 1_048_576)} MB.`,
      where: file,
      remedy: 'Move data out of the workflow and its prompts into documents or tables.',
    });
  }
  // Read back as a stranger would: a file that nobody can read is not handed out.
  const { hash, requires } = readExported(text, registry, file);
  const { id, name } = workflow;
  const holds = { workflows: Object.keys(workflows), prompts: Object.keys(prompts) };
  return { name: `${workflowName(main)}${EXPORT_ENDING}`, text, workflow: { id, name }, hash, holds, requires };
}

/** The workflow and all that it runs, by path. */
async function withSubflows(
  { registry, files }: ExportPorts,
  main: string,
  workflow: Workflow,
): Promise<{ [file: string]: Workflow }> {
  const found: { [file: string]: Workflow } = { [main]: workflow };
  const open = [workflow];
  for (let next = open.pop(); next; next = open.pop()) {
    for (const node of next.nodes) {
      const reference = workflowRunBy(node, registry);
      if (reference === undefined) continue;
      const { file, text } = await findInWorkspace(files, registry, reference);
      if (Object.hasOwn(found, file)) continue;
      const flow = readWorkflow(text, registry, file).workflow;
      found[file] = flow;
      open.push(flow);
    }
  }
  return found;
}

async function promptsOf({ files }: ExportPorts, workflows: readonly Workflow[]): Promise<{ [file: string]: string }> {
  const prompts: { [file: string]: string } = {};
  for (const { resources } of workflows)
    for (const { file } of Object.values(resources.prompts ?? {})) prompts[file] ??= await files.readInside(file);
  return prompts;
}

/** Texts are looked at as they are, and as they stand in the file. @throws AppError export.secret with the place */
function assertNoKey(text: string, { withoutSecrets }: ExportPorts): void {
  const holdsKey = (one: string) => withoutSecrets(one) !== one;
  const place = placeWith(JSON.parse(text) as Json, holdsKey) ?? (holdsKey(text) ? [] : undefined);
  if (place === undefined) return;
  throw new AppError('export.secret', {
    message: 'A key, or what looks like one, stands in the workflow or in one of its prompts. Nothing was written.',
    where: withoutSecrets(jsonPath(place)),
    remedy: 'Take it out, and name it: a profile has a `secret`. If it was a real one, have its provider replace it.',
  });
}

/** Where the first text is that fits, names of members included. */
function placeWith(value: Json, fits: (text: string) => boolean): (string | number)[] | undefined {
  if (typeof value === 'string') return fits(value) ? [] : undefined;
  if (value === null || typeof value !== 'object') return undefined;
  for (const [key, member] of Object.entries(value)) {
    const own = Array.isArray(value) ? Number(key) : key;
    if (typeof own === 'string' && fits(own)) return [];
    const inner = placeWith(member as Json, fits);
    if (inner) return [own, ...inner];
  }
  return undefined;
}
