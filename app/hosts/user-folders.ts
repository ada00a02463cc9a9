import { homedir } from 'node:os';
import { join } from 'node:path';

export type Environment = { readonly [name: string]: string | undefined };

/**
 * The user's own folder: keys and whatever else must never lie in a workspace. `PIPEWRIGHT_HOME` names another one.
 */
export function profileFolder(env: Environment): string {
  if (env['PIPEWRIGHT_HOME']) return env['PIPEWRIGHT_HOME'];
  if (process.platform === 'win32' && env['APPDATA']) return join(env['APPDATA'], 'Pipewright');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Pipewright');
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'pipewright');
}
