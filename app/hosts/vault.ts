import { join } from 'node:path';
import { openVault, type Vault } from '../adapters/secrets/vault.ts';
import type { Environment } from './user-folders.ts';

export interface VaultKeys {
  passphrase?: string | undefined;
  /** Out of the keychain of the user's system. */
  keychainKey?: Buffer | undefined;
}

/** The vault of secrets in a user's own folder. */
export function userVault(profileDir: string, env: Environment, { passphrase, keychainKey }: VaultKeys = {}): Vault {
  const given = passphrase ?? env['PIPEWRIGHT_VAULT_PASSPHRASE'];
  return openVault({
    file: join(profileDir, 'vault.json'),
    keyFile: env['PIPEWRIGHT_VAULT_KEY_FILE'] || join(profileDir, 'vault.key'),
    ...(given && { passphrase: given }),
    keychainKey,
  });
}
