import { AppError } from '../../core/errors/app-error.ts';
import type { Exported } from '../../core/export/exported-workflow.ts';
import { pathOf } from '../../core/export/read-exported.ts';
import { workflowFileText } from '../../core/graph/content-hash.ts';
import { canonicalJson, type Json, type JsonObject } from '../../core/graph/json.ts';
import { workflowRunBy } from '../../core/graph/link-subflows.ts';
import { readWorkflow } from '../../core/graph/read-workflow.ts';
import type { Workflow, WorkflowNode } from '../../core/graph/workflow.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import type { TextFolder } from '../files/text-folder.ts';
import { WORKFLOW_PATTERN } from '../workflow/find-workflow.ts';

export interface ImportPorts {
  registry: Registry;
  workspace: TextFolder;
}

export interface ImportRequest {
  /** Name for the workflow in this workspace: `answer`. */
  as?: string;
  /** Gives new names to what is there already with another content, instead of refusing. */
  rename?: boolean;
  /** Also takes over profiles that reach a provider, as the file has them. */
  withProfiles?: boolean;
  /** Says what would be done, and does nothing. */
  dryRun?: boolean;
}

export interface ImportReport {
  /** The workflow's file. */
  file: string;
  written: string[];
  /** Files that were there with the same content. */
  same: string[];
  /** New names by the old ones: of files, and of ids. */
  renamed: { [old: string]: string };
  /** What pipewright.json got. */
  added: { profiles: string[]; collections: string[]; tables: string[] };
  /** What pipewright.json has under these names with another content: its own counts. */
  kept: string[];
  /** Profiles that reach a provider and were not taken over, as the file has them. */
  leftOut: { [name: string]: JsonObject };
}

const CONFIG = 'pipewright.json';

/**
 * Puts an exported workflow into a workspace. Nothing that is there is ever overwritten; what it needs is added to
 * pipewright.json, but for profiles that reach a provider: those only when the user says so.
 *
 * @throws AppError export.exists with all that is in the way, storage.*
 */
export async function importWorkflow(
  ports: ImportPorts,
  exported: Exported,
  request: ImportRequest = {},
): Promise<ImportReport> {
  const names = await newNames(ports, exported, request);
  const files = renamedFiles(exported, names, ports.registry);
  const report: ImportReport = {
    file: names.files.get(exported.main) ?? exported.main,
    ...{ written: [], same: [] },
    renamed: Object.fromEntries([...names.files, ...names.ids].filter(([old, now]) => old !== now)),
    ...{ added: { profiles: [], collections: [], tables: [] }, kept: [], leftOut: {} },
  };
  for (const [path, text] of files) {
    if ((await textAt(ports, path)) === text) report.same.push(path);
    else report.written.push(path);
  }
  const config = await mergedConfig(ports, exported, request, report);
  if (request.dryRun) return report;
  // The workflow itself comes last: who meets it meets all that it needs.
  if (config !== undefined) await ports.workspace.write(CONFIG, config);
  const order = (path: string) => (path === report.file ? 2 : path.startsWith('workflows/') ? 1 : 0);
  for (const path of [...report.written].sort((a, b) => order(a) - order(b)))
    await ports.workspace.write(path, files.get(path) ?? '');
  return report;
}

interface NewNames {
  files: Map<string, string>;
  ids: Map<string, string>;
}

/** What every file and id is called here. @throws AppError export.exists */
async function newNames(ports: ImportPorts, exported: Exported, request: ImportRequest): Promise<NewNames> {
  const { workflows, prompts, main } = exported;
  const names: NewNames = { files: new Map(), ids: new Map() };
  const inTheWay: string[] = [];
  const present = await presentWorkflows(ports);
  for (const [path, text] of Object.entries(prompts)) {
    const clashes = ![undefined, text].includes(await textAt(ports, path));
    if (clashes) inTheWay.push(path);
    names.files.set(path, clashes ? await freeName(ports, path, '.md') : path);
  }
  for (const [path, workflow] of Object.entries(workflows)) {
    const wanted = path === main && request.as !== undefined ? `workflows/${request.as}.flow.json` : path;
    const there = present.get(wanted);
    const equal = there !== undefined && sameLogic(there, workflow);
    const clashes = (await textAt(ports, wanted)) !== undefined && !equal;
    if (clashes) inTheWay.push(wanted);
    names.files.set(path, clashes ? await freeName(ports, wanted, '.flow.json') : wanted);
    const namesake = [...present].find(([file, one]) => one.id === workflow.id && file !== wanted);
    if (namesake && !equal) inTheWay.push(`${namesake[0]} (which has the id ${workflow.id} too)`);
    const taken = new Set([...present.values()].map(({ id }) => id));
    names.ids.set(workflow.id, equal || !taken.has(workflow.id) ? workflow.id : freeId(workflow.id, taken));
  }
  if (inTheWay.length > 0 && !request.rename) {
    throw new AppError('export.exists', {
      message: `There is something else already: ${inTheWay.join(', ')}. Nothing was written.`,
      where: main,
      remedy: 'Give what is imported new names with --rename, or the workflow another one with --as NAME.',
      data: { exists: inTheWay },
    });
  }
  return names;
}

async function presentWorkflows({ workspace, registry }: ImportPorts): Promise<Map<string, Workflow>> {
  const present = new Map<string, Workflow>();
  for (const file of await workspace.find(WORKFLOW_PATTERN)) {
    try {
      present.set(file, readWorkflow((await workspace.read(file)).text, registry, file).workflow);
    } catch {
      // One that cannot be read is in nobody's way but its own file's.
    }
  }
  return present;
}

const sameLogic = (a: Workflow, b: Workflow): boolean => workflowFileText(a) === workflowFileText(b);

async function textAt({ workspace }: ImportPorts, path: string): Promise<string | undefined> {
  return (await workspace.facts(path)) ? (await workspace.read(path)).text : undefined;
}

/** `prompts/answer-2.md`: the first that nothing is called. */
async function freeName({ workspace }: ImportPorts, path: string, ending: string): Promise<string> {
  const base = path.slice(0, -ending.length);
  for (let n = 2; ; n += 1) if (!(await workspace.facts(`${base}-${n}${ending}`))) return `${base}-${n}${ending}`;
}

function freeId(id: string, taken: ReadonlySet<string>): string {
  // An id has at most 66 characters.
  for (let n = 2; ; n += 1) if (!taken.has(`${id.slice(0, 60)}-${n}`)) return `${id.slice(0, 60)}-${n}`;
}

/** The texts of all files, with every mention of a new name in place. */
function renamedFiles({ workflows, prompts }: Exported, names: NewNames, registry: Registry): Map<string, string> {
  const files = new Map<string, string>();
  for (const [path, text] of Object.entries(prompts)) files.set(names.files.get(path) ?? path, text);
  for (const [path, workflow] of Object.entries(workflows)) {
    const named = Object.entries(workflow.resources.prompts ?? {}).map(
      ([alias, { file }]): [string, { file: string }] => [alias, { file: names.files.get(file) ?? file }],
    );
    const renamed: Workflow = {
      ...workflow,
      id: names.ids.get(workflow.id) ?? workflow.id,
      nodes: workflow.nodes.map((node) => pointed(node, workflows, names, registry)),
      ...(named.length > 0 && { resources: { ...workflow.resources, prompts: Object.fromEntries(named) } }),
    };
    files.set(names.files.get(path) ?? path, workflowFileText(renamed));
  }
  return files;
}

/** A node that runs a workflow whose file or id has a new name runs it by its id. */
function pointed(
  node: WorkflowNode,
  workflows: { [file: string]: Workflow },
  names: NewNames,
  registry: Registry,
): WorkflowNode {
  const reference = workflowRunBy(node, registry);
  const field = registry.get(node.type)?.manifest.runsWorkflow?.field;
  const path = reference === undefined ? undefined : pathOf(reference, workflows);
  const flow = path === undefined ? undefined : workflows[path];
  if (!flow || path === undefined || field === undefined) return node;
  const id = names.ids.get(flow.id) ?? flow.id;
  return id === flow.id && names.files.get(path) === path ? node : { ...node, config: { ...node.config, [field]: id } };
}

/** The text of pipewright.json with what is new; undefined when nothing is. Fills in the report. */
async function mergedConfig(
  ports: ImportPorts,
  { config }: Exported,
  { withProfiles = false }: ImportRequest,
  report: ImportReport,
): Promise<string | undefined> {
  const json = JSON.parse((await ports.workspace.read(CONFIG)).text) as JsonObject;
  let changed = false;
  for (const part of ['profiles', 'collections', 'tables'] as const) {
    const own = (json[part] ?? {}) as JsonObject;
    for (const [name, given] of Object.entries(config[part])) {
      const value = given as unknown as JsonObject;
      if (Object.hasOwn(own, name)) {
        if (!saysSame(own[name] as Json, value)) report.kept.push(`${part}.${name}`);
        continue;
      }
      if (part === 'profiles' && value['provider'] !== 'built-in' && !withProfiles) {
        report.leftOut[name] = value;
        continue;
      }
      own[name] = value;
      report.added[part].push(name);
      changed = true;
    }
    if (Object.keys(own).length > 0) json[part] = own;
  }
  return changed ? `${JSON.stringify(json, null, 2)}\n` : undefined;
}

/** Whether what a person wrote says the same as what the schema made of it: members that are left out have defaults. */
function saysSame(written: Json, whole: JsonObject): boolean {
  const filled = { ...whole, ...(written as JsonObject) };
  return canonicalJson(filled) === canonicalJson(whole);
}
