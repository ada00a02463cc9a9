import { AppError } from '../errors/app-error.ts';
import { canonicalJson, isJsonObject, type JsonObject } from '../graph/json.ts';
import { linkSubflows, type WorkflowSource, workflowRunBy } from '../graph/link-subflows.ts';
import { parseForeignJson } from '../graph/parse-foreign-json.ts';
import { readWorkflow } from '../graph/read-workflow.ts';
import type { Workflow } from '../graph/workflow.ts';
import { jsonPath, schemaFaults } from '../graph/workflow-issue.ts';
import type { Registry } from '../nodekit/define-node.ts';
import { EXPORT_FORMAT, type Exported, ExportedWorkflow, exportHash, MAX_EXPORT_BYTES } from './exported-workflow.ts';
import { exportLimits as limits } from './looks-exported.ts';
import { reachedBy, reachedConfig, requiresOf } from './requires.ts';

/**
 * Reads the text of an exported workflow, which may come from anybody: limits, JSON, form, hash, each workflow in it,
 * and that it holds what it says and nothing else.
 *
 * @param file for messages
 * @throws AppError export.invalid, export.newer, export.tampered, workflow.* with the path of the workflow
 */
export function readExported(text: string, registry: Registry, file = 'export'): Exported {
  const json = parsedText(text, file);
  checkHead(json, file);
  if (json['hash'] !== exportHash(json)) {
    throw tampered('The file is not as it was exported: its hash does not fit.', `${file} at $.hash`);
  }
  const parsed = ExportedWorkflow.safeParse(json);
  if (!parsed.success) {
    const [first] = schemaFaults(parsed.error, { schema: ExportedWorkflow, value: json });
    throw invalid(first?.message ?? 'It has another form.', `${file} at ${jsonPath(first?.path ?? [])}`);
  }
  const { $schema: _schema, workflows: given, ...rest } = parsed.data;
  const workflows: { [file: string]: Workflow } = {};
  for (const [path, flow] of Object.entries(given))
    workflows[path] = readWorkflow(JSON.stringify(flow), registry, `${file}, ${path}`).workflow;
  const exported: Exported = { ...rest, workflows };
  checkWhole(exported, registry, file);
  return exported;
}

function parsedText(text: string, file: string): JsonObject {
  if (text.length > MAX_EXPORT_BYTES) throw invalid('The file is larger than 32 MB.', file);
  const json = parseForeignJson(text, limits, file, invalid);
  if (!isJsonObject(json)) throw invalid('It is no exported workflow.', file);
  return json;
}

function checkHead({ export: format, pipewright }: JsonObject, file: string): void {
  if (typeof format !== 'number') throw invalid('It is no exported workflow.', `${file} at $.export`);
  if (format <= EXPORT_FORMAT) return;
  throw new AppError('export.newer', {
    message: `The file has form ${format}; this release reads forms up to ${EXPORT_FORMAT}.`,
    where: `${file} at $.export`,
    remedy: `Update Pipewright${typeof pipewright === 'string' ? ` to ${pipewright.slice(0, 40)} or later` : ''}.`,
  });
}

/** That everything that is run is there, nothing else is, and the list of what it requires is true. */
function checkWhole(exported: Exported, registry: Registry, file: string): void {
  const { main, workflows, prompts, config, fingerprints, requires } = exported;
  if (!Object.hasOwn(workflows, main)) throw invalid(`The workflow ${main} is not in it.`, `${file} at $.main`);
  const run = runFrom(main, workflows, registry);
  const surplus = Object.keys(workflows).find((path) => !run.has(path));
  if (surplus !== undefined)
    throw invalid('Nothing runs this workflow.', `${file} at ${jsonPath(['workflows', surplus])}`);
  const named = new Set(
    Object.values(workflows).flatMap(({ resources }) => Object.values(resources.prompts ?? {}).map((one) => one.file)),
  );
  for (const path of named)
    if (!Object.hasOwn(prompts, path)) throw invalid(`The prompt ${path} is not in it.`, `${file} at $.prompts`);
  const unnamed = Object.keys(prompts).find((path) => !named.has(path));
  if (unnamed !== undefined)
    throw invalid('No workflow names this prompt.', `${file} at ${jsonPath(['prompts', unnamed])}`);
  const reached = reachedConfig(reachedBy(Object.values(workflows), registry), config);
  for (const part of ['profiles', 'collections', 'tables'] as const) {
    const extra = Object.keys(config[part]).find((name) => !Object.hasOwn(reached[part], name));
    if (extra !== undefined) throw invalid('No workflow names it.', `${file} at ${jsonPath(['config', part, extra])}`);
  }
  const unknown = Object.keys(fingerprints).find((name) => !Object.hasOwn(config.collections, name));
  if (unknown !== undefined)
    throw invalid('There is no such collection.', `${file} at ${jsonPath(['fingerprints', unknown])}`);
  if (canonicalJson(requires) !== canonicalJson(requiresOf(exported, registry)))
    throw tampered('What it says that it requires is not what it requires.', `${file} at $.requires`);
}

/** Paths of the workflows that are run when `main` is, itself included. */
function runFrom(main: string, workflows: { [file: string]: Workflow }, registry: Registry): Set<string> {
  const run = new Set([main]);
  for (const path of run) {
    for (const node of workflows[path]?.nodes ?? []) {
      const reference = workflowRunBy(node, registry);
      const meant = reference === undefined ? undefined : pathOf(reference, workflows);
      if (meant !== undefined) run.add(meant);
    }
  }
  return run;
}

/** The workflow as a run has it, with those that it runs in it: what is granted is granted to this one. */
export function linkedExport({ main, workflows }: Pick<Exported, 'main' | 'workflows'>, registry: Registry): Workflow {
  const flows = new Map<string, WorkflowSource>();
  for (const workflow of Object.values(workflows)) {
    for (const node of workflow.nodes) {
      const reference = workflowRunBy(node, registry);
      const found = reference === undefined ? undefined : workflows[pathOf(reference, workflows) ?? ''];
      if (reference !== undefined && found) flows.set(reference, { workflow: found, prompts: {} });
    }
  }
  const root = workflows[main] as Workflow;
  return linkSubflows({ workflow: root, prompts: {} }, flows, registry).workflow;
}

/** The path of the workflow that a reference means: its path, its name or its id. */
export function pathOf(reference: string, workflows: { [file: string]: Workflow }): string | undefined {
  if (Object.hasOwn(workflows, reference)) return reference;
  const paths = Object.keys(workflows).sort();
  const name = reference.replace(/\.flow\.json$/, '');
  return (
    paths.find((path) => path.slice(path.lastIndexOf('/') + 1) === `${name}.flow.json`) ??
    paths.find((path) => workflows[path]?.id === reference)
  );
}

function invalid(message: string, where: string): AppError {
  return new AppError('export.invalid', {
    message,
    where,
    remedy: 'Export the workflow again; if you did not make the file, do not trust it.',
  });
}

function tampered(message: string, where: string): AppError {
  return new AppError('export.tampered', {
    message,
    where,
    remedy: 'Get the file again from where it was made. To change a workflow, import it, edit it and export it.',
  });
}
