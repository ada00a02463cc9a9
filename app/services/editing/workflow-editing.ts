import { AppError, isAppError } from '../../core/errors/app-error.ts';
import { workflowFileText } from '../../core/graph/content-hash.ts';
import { readWorkflow } from '../../core/graph/read-workflow.ts';
import { FORMAT, type Workflow, type WorkflowInterface } from '../../core/graph/workflow.ts';
import type { WorkflowIssue } from '../../core/graph/workflow-issue.ts';
import type { FileHistory, FileVersion } from '../files/file-history.ts';
import type { SavedFiles, TrashedFile } from '../files/saved-files.ts';
import type { DiskVersion, TextFolder } from '../files/text-folder.ts';
import { checkText } from '../workflow/check-text.ts';
import { type CheckAbout, checkWorkflow } from '../workflow/check-workflow.ts';
import { findInWorkspace, WORKFLOW_PATTERN, workflowName } from '../workflow/find-workflow.ts';
import type { TemplateService } from './template-service.ts';

export interface WorkflowSummary {
  file: string;
  /** That people call it by in commands: the file's, without folder and ending. */
  name: string;
  /** What stands in it; its name where it cannot be read. */
  title: string;
  description?: string;
  id?: string;
  nodes: number;
  bytes: number;
  modifiedAt: number;
  /** It can be opened; whether it can run is another matter. */
  readable: boolean;
}

export interface OpenedWorkflow extends DiskVersion {
  file: string;
  text: string;
  /** Null when the text is no workflow: the issues say why. */
  workflow: Workflow | null;
  /** Nodes were brought up to newer versions of their types; the file has them when it is saved. */
  migrated: boolean;
  issues: WorkflowIssue[];
}

/** A workflow as nodes name it, with what they need to know of it. */
export interface NamedWorkflow extends WorkflowInterface {
  reference: string;
  file: string;
  id: string;
  name: string;
}

export interface CreateRequest {
  title: string;
  from?: { template: string } | { workflow: Workflow };
}

/** Workflow files as an editor needs them. */
export interface WorkflowEditing {
  list(): Promise<WorkflowSummary[]>;
  /** @throws AppError workflow.missing, document.* */
  open(file: string): Promise<OpenedWorkflow>;
  /** Everything that is wrong with a draft. Runs nothing. */
  check(workflow: Workflow): Promise<{ valid: boolean; issues: WorkflowIssue[] }>;
  /** The workflows that these references (ids, files or names) mean, each once; those that mean none are left out. */
  named(references: readonly string[]): Promise<NamedWorkflow[]>;
  /** @throws AppError file.conflict, file.exists, storage.* */
  save(file: string, workflow: Workflow, base: string | null): Promise<DiskVersion>;
  /** A new file in `workflows/`, called after its title, with an id of its own. @throws AppError template.missing, storage.* */
  create(request: CreateRequest): Promise<{ file: string } & DiskVersion>;
  /** @throws AppError workflow.missing, workflow.* */
  duplicate(file: string, title: string): Promise<{ file: string } & DiskVersion>;
  /** @throws AppError workflow.missing, file.exists */
  rename(from: string, to: string): Promise<void>;
  /** @throws AppError workflow.missing */
  remove(file: string): Promise<TrashedFile>;
  /** What a text from elsewhere is. Nothing of it is kept. */
  preview(text: string): Promise<{ workflow: Workflow | null; migrated: boolean; issues: WorkflowIssue[] }>;
  trashed(): Promise<TrashedFile[]>;
  /** @throws AppError history.missing */
  restore(trash: string): Promise<{ file: string }>;
  history(file: string): Promise<FileVersion[]>;
  /** @throws AppError history.missing */
  version(file: string, version: string): Promise<{ text: string; workflow: Workflow | null; issues: WorkflowIssue[] }>;
}

export interface WorkflowEditingPorts {
  workspace: TextFolder;
  saved: SavedFiles;
  fileHistory: FileHistory;
  templates: TemplateService;
  about: Omit<CheckAbout, 'files'>;
}

const LONGEST_NAME = 60;

export function createWorkflowEditing(ports: WorkflowEditingPorts): WorkflowEditing {
  const { workspace, saved, fileHistory, templates } = ports;
  const readInside = async (path: string) => (await workspace.read(path)).text;
  const about: CheckAbout = { ...ports.about, files: { readInside, find: (pattern) => workspace.find(pattern) } };

  async function summaryOf(file: string): Promise<WorkflowSummary | undefined> {
    const facts = await workspace.facts(file);
    if (!facts) return undefined;
    const name = workflowName(file);
    const plain = { file, name, title: name, nodes: 0, ...facts, readable: false };
    try {
      const head = headOf((await workspace.read(file)).text);
      return head ? { ...plain, ...head, readable: true } : plain;
    } catch (thrown) {
      if (!isAppError(thrown)) throw thrown;
      return plain;
    }
  }

  async function list(): Promise<WorkflowSummary[]> {
    const files = await workspace.find(WORKFLOW_PATTERN);
    const summaries = await Promise.all(files.map(summaryOf));
    return summaries.filter((one) => one !== undefined);
  }

  /** Told of as what it is here: a workflow. */
  async function found<T>(file: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      if (!isAppError(thrown) || thrown.code !== 'document.missing') throw thrown;
      throw new AppError('workflow.missing', {
        message: 'There is no such workflow any more.',
        where: file,
        remedy: 'It was renamed or removed; look into the list or the trash.',
      });
    }
  }

  async function freeFile(title: string): Promise<string> {
    const taken = new Set(await workspace.find(WORKFLOW_PATTERN));
    return freeName(
      (name) => `workflows/${name}.flow.json`,
      slug(title),
      (file) => taken.has(file),
    );
  }

  /** The workflow under a new file and with an id that no other has. */
  async function write(workflow: Workflow, title: string): Promise<{ file: string } & DiskVersion> {
    const file = await freeFile(title);
    const ids = new Set((await list()).map(({ id }) => id));
    const id = freeName(
      (name) => `wf_${name}`,
      workflowName(file).padEnd(3, '-x'),
      (one) => ids.has(one),
    );
    const text = workflowFileText({ ...workflow, id, name: title });
    return { file, ...(await saved.save(file, text, null)) };
  }

  return {
    list,
    async open(file) {
      const { text, hash, modifiedAt } = await found(file, () => saved.read(file));
      const { workflow, migrated, issues } = await checkText(text, file, about);
      return { file, text, hash, modifiedAt, workflow: workflow ?? null, migrated, issues };
    },
    async check(workflow) {
      const { issues } = await checkWorkflow(workflow, about);
      return { valid: !issues.some(({ severity }) => severity === 'error'), issues };
    },
    async named(references) {
      const files = readOnce(about.files);
      const all: NamedWorkflow[] = [];
      for (const reference of new Set(references)) {
        try {
          const { file, text } = await findInWorkspace(files, about.registry, reference);
          const { id, name, inputs, outputs } = readWorkflow(text, about.registry, file).workflow;
          all.push({ reference, file, id, name, inputs, outputs });
        } catch (thrown) {
          // What is wrong with a reference is said by the check of the workflow that has it.
          if (!isAppError(thrown)) throw thrown;
        }
      }
      return all;
    },
    async preview(text) {
      const { workflow, migrated, issues } = await checkText(text, 'workflow', about);
      return { workflow: workflow ?? null, migrated, issues };
    },
    save: (file, workflow, base) => saved.save(file, workflowFileText(workflow), base),
    async create({ title, from }) {
      if (from && 'template' in from) return write(await templates.use(from.template, workspace), title);
      return write(from?.workflow ?? emptyWorkflow, title);
    },
    async duplicate(file, title) {
      const { text } = await found(file, () => saved.read(file));
      const { workflow, issues } = await checkText(text, file, about);
      if (workflow) return write(workflow, title);
      throw new AppError(issues[0]?.code ?? 'workflow.not_json', {
        message: 'A workflow that cannot be read cannot be duplicated.',
        where: file,
        remedy: issues[0]?.message,
      });
    },
    rename: (from, to) => found(from, () => saved.rename(from, to)),
    remove: (file) => found(file, () => saved.remove(file)),
    trashed: saved.trashed,
    restore: async (trash) => ({ file: await saved.restore(trash, (file) => freeFile(workflowName(file))) }),
    history: fileHistory.list,
    async version(file, version) {
      const text = await fileHistory.read(file, version);
      const { workflow, issues } = await checkText(text, file, about);
      return { text, workflow: workflow ?? null, issues };
    },
  };
}

/** The same files, each looked at once: many references of one workflow ask for the same. */
function readOnce(files: CheckAbout['files']): CheckAbout['files'] {
  const texts = new Map<string, Promise<string>>();
  const lists = new Map<string, Promise<string[]>>();
  const once = <T>(kept: Map<string, Promise<T>>, key: string, read: () => Promise<T>) => {
    const known = kept.get(key) ?? read();
    kept.set(key, known);
    return known;
  };
  return {
    readInside: (path) => once(texts, path, () => files.readInside(path)),
    find: (pattern) => once(lists, pattern, () => files.find(pattern)),
  };
}

const emptyWorkflow: Workflow = {
  format: FORMAT,
  id: 'wf_new',
  name: 'New workflow',
  inputs: {},
  outputs: {},
  resources: {},
  nodes: [],
  edges: [],
};

/** What a list shows of a file, without checking the rest of it. */
function headOf(text: string): Pick<WorkflowSummary, 'title' | 'description' | 'id' | 'nodes'> | undefined {
  try {
    const { id, name, description, nodes } = JSON.parse(text) as { [key: string]: unknown };
    if (typeof id !== 'string' || typeof name !== 'string' || !Array.isArray(nodes)) return undefined;
    return { id, title: name, nodes: nodes.length, ...(typeof description === 'string' && { description }) };
  } catch {
    return undefined;
  }
}

function slug(title: string): string {
  const words = title
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST_NAME - 10)
    .replace(/-+$/, '');
  return words === '' ? 'workflow' : words;
}

function freeName(make: (name: string) => string, wish: string, isTaken: (made: string) => boolean): string {
  for (let n = 1; ; n += 1) {
    const made = make(n === 1 ? wish : `${wish}-${n}`);
    if (!isTaken(made)) return made;
  }
}
