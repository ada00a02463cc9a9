import { type BrowserWindow, dialog, shell } from 'electron';
import { AppError } from '../../core/errors/app-error.ts';

const MAX_LENGTH = 2048;

/** The address in its plain form if it may be opened outside at all: https, nobody's password in it, of a sane length. */
export function outsideAddress(url: string): URL | undefined {
  if (url.length > MAX_LENGTH) return undefined;
  try {
    const parsed = new URL(url);
    const { protocol, username, password, hostname } = parsed;
    return protocol === 'https:' && username === '' && password === '' && hostname !== '' ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Opens an address in the user's browser after a person has seen where it leads. @returns whether it was opened */
export async function openOutside(window: BrowserWindow | undefined, url: string): Promise<boolean> {
  const address = outsideAddress(url);
  if (!address || !window || window.isDestroyed()) return false;
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: `Open ${address.host} in your browser?`,
    detail: address.href,
    buttons: ['Open', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  });
  if (response !== 0) return false;
  await shell.openExternal(address.href);
  return true;
}

/**
 * Has the system open an installer that was downloaded and checked.
 * @throws AppError update.not_installed
 */
export async function openInstaller(file: string): Promise<void> {
  const problem = await shell.openPath(file);
  if (problem === '') return;
  throw new AppError('update.not_installed', {
    message: `The installer could not be started: ${problem}`,
    where: file,
    remedy: 'Start it yourself from its folder.',
  });
}
