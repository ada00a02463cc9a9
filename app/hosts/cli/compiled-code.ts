import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Lets Node keep the compiled form of our modules, which makes every later start faster. In the user's own cache folder:
 * Node's default lies in a temporary folder that others may write to. `NODE_DISABLE_COMPILE_CACHE=1` switches it off.
 */
export function keepCompiledCode(env: NodeJS.ProcessEnv = process.env): void {
  const local = process.platform === 'win32' ? env['LOCALAPPDATA'] : undefined;
  const folder = local ?? (env['XDG_CACHE_HOME'] || join(homedir(), '.cache'));
  enableCompileCache(join(folder, 'pipewright', 'compiled'));
}
