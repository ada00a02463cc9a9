/** Variables that the engine needs to find the user's folders and to speak their language. */
const PLAIN: ReadonlySet<string> = new Set([
  'APPDATA',
  'HOME',
  'LANG',
  'LC_ALL',
  'LOCALAPPDATA',
  'LOGNAME',
  'PATH',
  'PIPEWRIGHT_HOME',
  'SystemRoot',
  'TEMP',
  'TMP',
  'TMPDIR',
  'TZ',
  'USER',
  'USERPROFILE',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
]);

/**
 * What of the shell's environment the engine gets: named variables only. Keys of providers that happen to lie in the
 * environment of a desktop session stay out; on the desktop secrets come from the user's own secrets file.
 */
export function engineEnvironment(env: { readonly [name: string]: string | undefined }): { [name: string]: string } {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => PLAIN.has(entry[0]) && entry[1] !== undefined),
  );
}
