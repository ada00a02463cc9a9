import type { ErrorWire } from '../../core/errors/app-error.ts';

/** What the engine's process tells the shell. */
export type EngineMessage =
  | { kind: 'ready'; workspace: { folder: string; name: string } }
  | { kind: 'refused'; error: { message: string; remedy?: string | undefined } }
  | { kind: 'kept'; copies: string[] }
  | { kind: 'not-kept'; error: ErrorWire };

/** The key of the vault of secrets in base64, or why the keychain of the system does not keep it. */
export type EngineKeychain = { key: string } | { problem: string };

/**
 * What the shell tells the engine's process: `open` first and once; `connect` comes with a port; `keep` asks for copies of
 * the workspace's databases, and is answered by `kept` or `not-kept`.
 */
export type ShellMessage =
  | { kind: 'open'; keychain?: EngineKeychain | undefined }
  | { kind: 'connect' }
  | { kind: 'keep' }
  | { kind: 'close' };
