import { spawn } from 'node:child_process';
import type { Environment } from '../user-folders.ts';

/** How each system opens an address in the user's browser; none where there is no screen. */
function opener(env: Environment): [command: string, args: string[]] | undefined {
  if (process.platform === 'darwin') return ['open', []];
  if (process.platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler']];
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open', []] : undefined;
}

/**
 * Asks the system to open the address, and says whether it could be asked. Whoever lists the processes of this machine
 * in that moment sees the address: its code works once, so that a page that was overtaken says so.
 */
export function openBrowser(url: string, env: Environment): Promise<boolean> {
  const open = opener(env);
  if (!open) return Promise.resolve(false);
  const [command, args] = open;
  return new Promise((resolve) => {
    const child = spawn(command, [...args, url], { detached: true, stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
