import { AppError } from '../../core/errors/app-error.ts';
import { didYouMean } from '../../core/errors/suggest.ts';
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
 * A workflow by path (from where the user stands, then from the workspace) or by name.
 * @throws AppError workflow.missing with the nearest name, document.*
 */
export async function findWorkflow(files: WorkflowFiles, reference: string): Promise<FoundWorkflow> {
  if (await files.isFile(reference)) return { file: reference, text: await files.readNamed(reference) };
  const known = await files.find(WORKFLOW_PATTERN);
  const named = known.filter((file) => file === reference || workflowName(file) === workflowName(reference));
  const exact = named.find((file) => file === reference);
  const [first, second] = exact === undefined ? named : [exact];
  const isPath = /[\\/]/.test(reference);
  if (first !== undefined && (exact !== undefined || !isPath)) {
    if (second === undefined) return { file: first, text: await files.readInside(first) };
    throw new AppError('workflow.missing', {
      message: `Several workflows are called “${reference}”: ${named.join(', ')}.`,
      where: reference,
      remedy: 'Name the one that is meant by its path.',
    });
  }
  const names = known.map(workflowName);
  throw new AppError('workflow.missing', {
    message: `There is no workflow “${reference}”.${didYouMean(workflowName(reference), names)}`,
    where: reference,
    remedy:
      names.length > 0
        ? `The workspace has: ${names.slice(0, 20).join(', ')}. A path to a .flow.json file works as well.`
        : 'Give the path of a .flow.json file; those in the folder workflows/ can be called by their name.',
  });
}
