import { copyFile, open, rename, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { app } from 'electron';
import { storageError } from '../../adapters/files/write-file-atomic.ts';
import { openInstaller } from './open-outside.ts';

/** Ending of the files that this installation is made from; an AppImage tells its own place. */
export function installationKind(platform: NodeJS.Platform, appImage: string | undefined): string {
  if (platform === 'win32') return 'exe';
  if (platform === 'darwin') return 'dmg';
  return appImage === undefined ? 'deb' : 'AppImage';
}

/**
 * Installs a release from its checked file and quits. An AppImage takes the place of the one that runs, whole or not at
 * all, and is started; any other file is opened by the system, whose installer asks for the rights that it needs.
 * @throws AppError update.not_installed, storage.*: then the app goes on as it is
 */
export async function installUpdate(file: string, appImage: string | undefined): Promise<void> {
  if (extname(file) === '.AppImage' && appImage !== undefined) {
    await replaceProgram(file, appImage);
    // It is of no more use; one that stays is removed by the next check.
    await rm(file, { force: true }).catch(() => undefined);
    app.relaunch({ execPath: appImage, args: [] });
  } else await openInstaller(file);
  app.quit();
}

async function replaceProgram(file: string, target: string): Promise<void> {
  const scratch = `${target}.new`;
  try {
    await copyFile(file, scratch);
    const handle = await open(scratch, 'r+');
    try {
      await handle.chmod(0o755);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(scratch, target);
  } catch (error) {
    await rm(scratch, { force: true }).catch(() => undefined);
    throw storageError(error, target);
  }
}
