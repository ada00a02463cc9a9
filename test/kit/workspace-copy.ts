import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorkspace, type Workspace } from '../../app/index.ts';
import { copyWorkspaceFiles } from './copy-workspace-files.ts';

export interface WorkspaceCopy {
  workspace: Workspace;
  folder: string;
  close(): Promise<void>;
}

/** A copy of a workspace in a folder of its own with its documents read in, without keys and without machine state. */
export async function copyWorkspace(from: string): Promise<WorkspaceCopy> {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-copy-'));
  copyWorkspaceFiles(from, folder);
  const workspace = await openWorkspace(folder, { env: {}, profileDir: join(folder, '.home') });
  await workspace.ingest();
  return {
    workspace,
    folder,
    async close() {
      await workspace.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
