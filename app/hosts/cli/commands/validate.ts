import { AppError } from '../../../core/errors/app-error.ts';
import { WorkspaceConfig } from '../../../core/workspace/workspace-config.ts';
import {
  createWorkflowService,
  type ValidationReport,
  type WorkflowService,
} from '../../../services/workflow/workflow-service.ts';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  printJson,
  workspaceFolder,
} from '../command-context.ts';
import { plural } from '../figures.ts';
import { wrapped } from '../table.ts';

/** The workflow service alone: this command opens neither database nor store, and works outside a workspace too. */
export async function workflowService(
  { cwd }: CommandContext,
  options: CommonOptions,
  file?: string,
): Promise<WorkflowService> {
  const [{ registry }, { workflowFiles }, { readWorkspaceConfig }, { exportedFiles, readExportedFile }] =
    await Promise.all([
      import('../../../../nodes/registry.ts'),
      import('../../workspace-parts.ts'),
      import('../../find-workspace.ts'),
      import('../../exported.ts'),
    ]);
  const named = options.workspace?.endsWith('.json') ? options.workspace : file;
  const exported = named === undefined ? undefined : await readExportedFile(named, cwd);
  // An exported file is looked at as it stands: what its place must supply, a run tells.
  if (exported) {
    const config = WorkspaceConfig.parse({ format: 1, name: exported.file, ...exported.exported.config });
    return createWorkflowService({ registry, files: exportedFiles(exported), config });
  }
  const folder = workspaceFolder(cwd, options, file);
  const config = folder === undefined ? undefined : await readWorkspaceConfig(folder);
  return createWorkflowService({ registry, files: workflowFiles(folder, cwd), config });
}

export async function validate(
  context: CommandContext,
  named: string[],
  options: CommonOptions,
): Promise<CommandResult> {
  const all = async () => (await (await workflowService(context, options)).list()).map(({ file }) => file);
  const references = named.length > 0 ? named : await all();
  if (references.length === 0) {
    throw new AppError('workflow.missing', {
      message: 'There is no workflow to check.',
      where: 'workflows/',
      remedy: 'Name a file, or go into a workspace that has some in workflows/.',
    });
  }
  const reports: ValidationReport[] = [];
  for (const reference of references)
    reports.push(await (await workflowService(context, options, reference)).validate(reference));
  if (options.json) printJson(context, { valid: reports.every(({ valid }) => valid), files: reports });
  else for (const report of reports) show(context, report);
  return reports.every(({ valid }) => valid) ? 'ok' : 'usage';
}

function show({ terminal }: CommandContext, { file, valid, issues, workflow }: ValidationReport): void {
  const size = workflow ? ` (${plural(workflow.nodes, 'node')}, ${plural(workflow.edges, 'wire')})` : '';
  const errors = issues.filter(({ severity }) => severity === 'error').length;
  terminal.out(
    valid
      ? `${terminal.style('green', 'valid')}    ${file}${size}`
      : `${terminal.style('red', 'invalid')}  ${file}: ${plural(errors, 'error')}`,
  );
  for (const { severity, path, message, remedy, code } of issues) {
    terminal.out();
    terminal.out(
      `  ${terminal.style(severity === 'error' ? 'red' : 'yellow', severity)} ${path}  ${terminal.style('dim', code)}`,
    );
    for (const line of wrapped(message, terminal.width, '    ')) terminal.out(line);
    if (remedy) for (const line of wrapped(remedy, terminal.width, '    ')) terminal.out(terminal.style('dim', line));
  }
  if (issues.length > 0) terminal.out();
}
