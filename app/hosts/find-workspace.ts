import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readJsonFile } from '../adapters/files/read-json-file.ts';
import { AppError } from '../core/errors/app-error.ts';
import { isJsonObject } from '../core/graph/json.ts';
import { jsonPath, schemaFaults } from '../core/graph/workflow-issue.ts';
import { WorkspaceConfig } from '../core/workspace/workspace-config.ts';
import { CONFIG_FILE } from './workspace-around.ts';

/** @throws AppError workspace.missing */
export function requireWorkspace(folder: string): string {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() && existsSync(join(folder, CONFIG_FILE)))
    return resolve(folder);
  throw new AppError('workspace.missing', {
    message: `There is no ${CONFIG_FILE} here, so this is no workspace.`,
    where: resolve(folder),
    remedy: 'Go into a workspace, name one with --workspace DIR, or make one: pipewright init',
  });
}

/** @throws AppError workspace.invalid, workspace.newer */
export async function readWorkspaceConfig(folder: string): Promise<WorkspaceConfig> {
  return workspaceConfigOf(
    await readJsonFile(join(folder, CONFIG_FILE), { invalid: 'workspace.invalid', name: CONFIG_FILE }),
  );
}

/** @throws AppError workspace.invalid, workspace.newer */
export function workspaceConfigOf(json: unknown): WorkspaceConfig {
  if (isJsonObject(json) && typeof json['format'] === 'number' && json['format'] > 1) {
    throw new AppError('workspace.newer', {
      message: `The workspace has format ${json['format']}; this release reads format 1.`,
      where: `${CONFIG_FILE} at $.format`,
      remedy: 'Update Pipewright.',
    });
  }
  const parsed = WorkspaceConfig.safeParse(json);
  if (parsed.success) return parsed.data;
  const issues = schemaFaults(parsed.error, { schema: WorkspaceConfig, value: json }).map(({ path, message }) => ({
    path: jsonPath(path),
    message,
  }));
  const [first] = issues;
  throw new AppError('workspace.invalid', {
    message: `${first?.message ?? 'The file is not valid.'}${issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''}`,
    where: `${CONFIG_FILE} at ${first?.path ?? '$'}`,
    remedy: 'Mend the file; `pipewright schema workspace` prints what it may hold.',
    data: { issues },
  });
}
