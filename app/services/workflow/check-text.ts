import { isAppError } from '../../core/errors/app-error.ts';
import { readWorkflow } from '../../core/graph/read-workflow.ts';
import type { Workflow } from '../../core/graph/workflow.ts';
import type { WorkflowIssue } from '../../core/graph/workflow-issue.ts';
import { type CheckAbout, checkWorkflow } from './check-workflow.ts';

export interface CheckedText {
  /** Undefined when the text is no workflow. */
  workflow: Workflow | undefined;
  migrated: boolean;
  issues: WorkflowIssue[];
}

/** Reads the text of a workflow file and says everything that is wrong with it, whatever that is. */
export async function checkText(text: string, file: string, about: CheckAbout): Promise<CheckedText> {
  try {
    const { workflow: read, migrated } = readWorkflow(text, about.registry, file);
    const { workflow, issues } = await checkWorkflow(read, about);
    return { workflow, migrated, issues };
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    const listed = thrown.data?.['issues'] as unknown as WorkflowIssue[] | undefined;
    const { code, message, where, remedy } = thrown;
    const only: WorkflowIssue = {
      code,
      severity: 'error',
      path: where?.split(' at ').at(-1) ?? '$',
      message,
      ...(remedy !== undefined && { remedy }),
    };
    return { workflow: undefined, migrated: false, issues: listed ?? [only] };
  }
}
