import { AppError } from '../../core/errors/app-error.ts';

/** A file of the new workspace. */
export interface NewFile {
  path: string;
  text: string;
}

/** How `init` reaches the disk: given by the host. */
export interface NewFolder {
  exists(path: string): Promise<boolean>;
  write(path: string, text: string): Promise<void>;
}

export interface InitReport {
  written: string[];
  /** Files that were there already and stay as they are. */
  kept: string[];
}

/**
 * Makes a folder a workspace with these files, pipewright.json first. Never changes a file that is there.
 * @throws AppError workspace.exists
 */
export async function initWorkspace(folder: NewFolder, files: readonly NewFile[]): Promise<InitReport> {
  if (await folder.exists('pipewright.json')) {
    throw new AppError('workspace.exists', {
      message: 'This folder is a workspace already; nothing was changed.',
      where: 'pipewright.json',
      remedy: 'Go on with it (`pipewright doctor` tells how it is), or name another folder: pipewright init FOLDER',
    });
  }
  const report: InitReport = { written: [], kept: [] };
  // pipewright.json last: a folder is a workspace when everything else is in place.
  const [config, ...rest] = files;
  for (const file of [...rest, ...(config ? [config] : [])]) {
    if (await folder.exists(file.path)) report.kept.push(file.path);
    else {
      await folder.write(file.path, file.text);
      report.written.push(file.path);
    }
  }
  return report;
}
