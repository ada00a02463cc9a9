/**
 * Lets Node keep the compiled form of our modules, which makes every later start faster. In the user's own cache folder:
 * Node's default lies in a temporary folder that others may write to. `NODE_DISABLE_COMPILE_CACHE=1` switches it off.
 */
export async function keepCompiledCode(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  // Part of the first file: it may name nothing that an older Node lacks before the check of Node has run.
  const [{ enableCompileCache }, { homedir }, { join }] = await Promise.all([
    import('node:module'),
    import('node:os'),
    import('node:path'),
  ]);
  const local = process.platform === 'win32' ? env['LOCALAPPDATA'] : undefined;
  const folder = local ?? (env['XDG_CACHE_HOME'] || join(homedir(), '.cache'));
  enableCompileCache(join(folder, 'pipewright', 'compiled'));
}
