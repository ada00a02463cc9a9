import { AppError, isAppError } from '../../core/errors/app-error.ts';
import { didYouMean } from '../../core/errors/suggest.ts';
import { readWorkflow } from '../../core/graph/read-workflow.ts';
import type { Registry } from '../../core/nodekit/define-node.ts';
import type { WorkflowFiles } from './workflow-files.ts';

/** Where the workflows of a workspace lie. */
export const WORKFLOW_PATTERN = 'workflows/**/*.flow.json';

/** The name that people call a workflow by: its file's, without folder and ending. */
export function workflowName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.flow\.json$|\.json$/, '');
}

export interface FoundWorkflow {
  /** As messages show it. */
  file: string;
  text: string;
}

/**
 * A workflow by path (from where the user stands, then from the workspace), by name or by id.
 * @throws AppError workflow.missing with the nearest name, workflow.too_large, workflow.unreadable, document.outside
 */
export async function findWorkflow(
  files: WorkflowFiles,
  registry: Registry,
  reference: string,
): Promise<FoundWorkflow> {
  if (await files.isFile(reference)) return { file: reference, text: await readText(() => files.readNamed(reference)) };
  return findInWorkspace(files, registry, reference);
}

/**
 * A workflow of the workspace, by the path of its file from there, by name or by id.
 * @throws AppError workflow.missing with the nearest name, workflow.too_large, workflow.unreadable, document.outside
 */
export async function findInWorkspace(
  files: Pick<WorkflowFiles, 'find' | 'readInside'>,
  registry: Registry,
  reference: string,
): Promise<FoundWorkflow> {
  const known = await files.find(WORKFLOW_PATTERN);
  const named = known.filter((file) => file === reference || workflowName(file) === workflowName(reference));
  const exact = named.find((file) => file === reference);
  const [first, second] = exact === undefined ? named : [exact];
  const isPath = /[\\/]/.test(reference);
  if (first !== undefined && (exact !== undefined || !isPath)) {
    if (second === undefined) return { file: first, text: await readText(() => files.readInside(first)) };
    throw new AppError('workflow.missing', {
      message: `Several workflows are called “${reference}”: ${named.join(', ')}.`,
      where: reference,
      remedy: 'Name the one that is meant by its path.',
    });
  }
  const ids = reference.startsWith('wf_') ? await workflowIds(files, registry) : new Map<string, FoundWorkflow>();
  const withId = ids.get(reference);
  if (withId) return withId;
  const names = known.map(workflowName);
  throw new AppError('workflow.missing', {
    message: `There is no workflow “${reference}”.${didYouMean(workflowName(reference), [...names, ...ids.keys()])}`,
    where: reference,
    remedy:
      names.length > 0
        ? `The workspace has: ${names.slice(0, 20).join(', ')}. A path to a .flow.json file works as well.`
        : 'Give the path of a .flow.json file; those in the folder workflows/ can be called by their name.',
  });
}

/** The workflows of the workspace that can be read, by id; of several with one id the first by its path. */
export async function workflowIds(
  files: Pick<WorkflowFiles, 'find' | 'readInside'>,
  registry: Registry,
): Promise<Map<string, FoundWorkflow>> {
  const found = new Map<string, FoundWorkflow>();
  for (const file of await files.find(WORKFLOW_PATTERN)) {
    try {
      const text = await files.readInside(file);
      const { id } = readWorkflow(text, registry, file).workflow;
      if (!found.has(id)) found.set(id, { file, text });
    } catch (thrown) {
      // A damaged neighbour is nobody's business here.
      if (!isAppError(thrown)) throw thrown;
    }
  }
  return found;
}

/** A file that cannot be read is told of as what it is here: a workflow. */
async function readText(read: () => Promise<string>): Promise<string> {
  try {
    return await read();
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    const { message, where, remedy } = thrown;
    if (thrown.code === 'document.memory') {
      throw new AppError('workflow.too_large', {
        message,
        where,
        remedy: 'Move data out of the workflow into documents, tables or datasets.',
      });
    }
    if (thrown.code === 'document.unreadable') throw new AppError('workflow.unreadable', { message, where, remedy });
    throw thrown;
  }
}
