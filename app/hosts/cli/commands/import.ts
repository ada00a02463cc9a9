import { openTextFolder } from '../../../adapters/files/workspace-folder.ts';
import { AppError } from '../../../core/errors/app-error.ts';
import { importedName } from '../../../core/export/exported-workflow.ts';
import { importWorkflow } from '../../../services/export/import-workflow.ts';
import { type CommandContext, type CommonOptions, printJson, workspaceFolder } from '../command-context.ts';
import { wrapped } from '../table.ts';
import { safeText } from '../terminal.ts';

interface ImportOptions extends CommonOptions {
  as?: string;
  rename?: boolean;
  withProfiles?: boolean;
  dryRun?: boolean;
}

const MAX_BYTES = 20 * 1_048_576;

export async function importCommand(context: CommandContext, file: string, options: ImportOptions): Promise<void> {
  const { terminal, cwd } = context;
  const { as, rename, withProfiles, dryRun, json } = options;
  if (as !== undefined && !importedName.test(as)) {
    throw new AppError('cli.usage', {
      message: `“${as}” cannot be the name of a workflow.`,
      where: '--as',
      remedy: 'Use letters, digits, dashes and underscores.',
    });
  }
  const [{ requireExportedFile }, { requireWorkspace, readWorkspaceConfig }, { registry }] = await Promise.all([
    import('../../exported.ts'),
    import('../../find-workspace.ts'),
    import('../../../../nodes/registry.ts'),
  ]);
  const { exported } = await requireExportedFile(file, cwd);
  const folder = workspaceFolder(cwd, options) ?? requireWorkspace(cwd);
  await readWorkspaceConfig(folder);
  const report = await importWorkflow({ registry, workspace: openTextFolder(folder, MAX_BYTES) }, exported, {
    ...(as !== undefined && { as }),
    ...(rename && { rename }),
    ...(withProfiles && { withProfiles }),
    ...(dryRun && { dryRun }),
  });
  if (json) {
    printJson(context, report);
    return;
  }
  const mark = terminal.style('green', dryRun ? 'would write' : '+');
  for (const path of report.written) terminal.out(`${mark} ${safeText(path)}`);
  for (const path of report.same) terminal.out(`${terminal.style('dim', '=')} ${safeText(path)} (the same was there)`);
  for (const [part, names] of Object.entries(report.added))
    for (const name of names) terminal.out(`${mark} pipewright.json: ${part}.${safeText(name)}`);
  for (const [old, now] of Object.entries(report.renamed))
    terminal.err(`${safeText(old)} is called ${safeText(now)} here.`);
  for (const name of report.kept) terminal.err(`pipewright.json has its own ${safeText(name)}, which counts.`);
  const left = Object.keys(report.leftOut);
  if (left.length === 0) return;
  const said =
    'These profiles reach a provider and were left out, for whoever made the file would say where your keys and texts go. Look at them, and add them to pipewright.json, or import again with --with-profiles:';
  for (const line of wrapped(said, terminal.width)) terminal.err(line);
  for (const line of JSON.stringify({ profiles: report.leftOut }, null, 2).split('\n')) terminal.err(safeText(line));
}
