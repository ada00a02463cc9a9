import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SafeStorage } from 'electron';
import * as z from 'zod';
import { writeProfileFile } from '../../adapters/files/profile-file.ts';
import type { EngineKeychain } from './engine-messages.ts';

const KEY_BYTES = 32;
/** A keychain may ask the person first. The studio does not wait for ever. */
const PATIENCE_MS = 30_000;

/** The key of the vault, sealed by the keychain, and which keychain that was. */
const Sealed = z.strictObject({ format: z.literal(1), backend: z.string().max(40), sealed: z.base64().max(10_000) });

/** What of Electron's safe storage is used here. */
export type Keychain = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

export interface KeychainOptions {
  keychain: Keychain;
  /** The shell's own folder; `vault-key.json` in it holds the sealed key. */
  folder: string;
  platform: NodeJS.Platform;
  patienceMs?: number;
}

/**
 * The key of the vault of secrets out of the keychain of the user's system, made at the first time. Where there is no
 * keychain, it is not the one that sealed the key, or it refuses, the answer says why: then the vault has a passphrase
 * or a key file instead. A sealed key is never replaced or removed here: its keychain may come back.
 */
export async function vaultKey(options: KeychainOptions): Promise<EngineKeychain> {
  const { promise, resolve } = Promise.withResolvers<EngineKeychain>();
  const patience = setTimeout(
    () => resolve({ problem: 'The keychain of this system did not answer. Unlock it and start Pipewright again.' }),
    options.patienceMs ?? PATIENCE_MS,
  );
  try {
    return await Promise.race([promise, ask(options)]);
  } catch {
    // What the keychain says may tell of its content.
    return { problem: 'The keychain of this system failed. Unlock it and start Pipewright again.' };
  } finally {
    clearTimeout(patience);
  }
}

async function ask({ keychain, folder, platform }: KeychainOptions): Promise<EngineKeychain> {
  const file = join(folder, 'vault-key.json');
  const backend = backendOf(keychain, platform);
  if (backend === undefined) {
    return {
      problem:
        'This desktop session has no keychain (such as GNOME Keyring or KWallet), and what stands in for one keeps secrets as good as in plain text. It is not used.',
    };
  }
  if (!(await keychain.isAsyncEncryptionAvailable())) {
    return { problem: 'The keychain of this system cannot be used now.' };
  }
  if (!existsSync(file)) return { key: await seal(keychain, file, backend, randomBytes(KEY_BYTES).toString('base64')) };

  const kept = readSealed(file);
  if (kept === undefined) {
    return {
      problem: `The key of the vault in ${file} is damaged. Bring the file back, or remove it and set the secrets anew.`,
    };
  }
  if (kept.backend !== backend) {
    return {
      problem: `The key of the vault lies in another keychain (${kept.backend}) than that of this session (${backend}). Start the session that has it, or remove ${file} and set the secrets anew.`,
    };
  }
  const { result, shouldReEncrypt } = await keychain.decryptStringAsync(Buffer.from(kept.sealed, 'base64'));
  if (shouldReEncrypt) await seal(keychain, file, backend, result);
  return { key: result };
}

/** Which keychain keeps the key; undefined where it would be kept in plain text, or nobody knows. */
function backendOf(keychain: Keychain, platform: NodeJS.Platform): string | undefined {
  if (platform === 'darwin') return 'keychain';
  if (platform === 'win32') return 'dpapi';
  const backend = keychain.getSelectedStorageBackend();
  return backend === 'basic_text' || backend === 'unknown' ? undefined : backend;
}

async function seal(keychain: Keychain, file: string, backend: string, key: string): Promise<string> {
  const sealed = await keychain.encryptStringAsync(key);
  writeProfileFile(file, `${JSON.stringify({ format: 1, backend, sealed: sealed.toString('base64') })}\n`);
  return key;
}

function readSealed(file: string): z.infer<typeof Sealed> | undefined {
  try {
    return Sealed.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
