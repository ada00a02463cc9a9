/** What the engine's process tells the shell. */
export type EngineMessage =
  | { kind: 'ready'; workspace: { folder: string; name: string } }
  | { kind: 'refused'; error: { message: string; remedy?: string | undefined } };

/** What the shell tells the engine's process; `connect` comes with a port. */
export type ShellMessage = { kind: 'connect' } | { kind: 'close' };
