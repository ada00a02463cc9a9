/** Where the value of a secret comes from. */
export const secretSources = ['environment', 'file', 'vault'] as const;
export type SecretSource = (typeof secretSources)[number];

/** What opens the vault of secrets. */
export const vaultLocks = ['key file', 'passphrase', 'keychain'] as const;
export type VaultLock = (typeof vaultLocks)[number];
