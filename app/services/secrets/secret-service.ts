import { AppError } from '../../core/errors/app-error.ts';
import { hostTarget, secretName } from '../../core/policy/reach.ts';
import type { SecretSource, VaultLock } from '../../core/policy/secret-sources.ts';

/** What the service needs of the vault: values go in and never come out. */
export interface SecretVault {
  set(name: string, value: string, hosts: readonly string[]): void;
  bind(name: string, hosts: readonly string[]): void;
  remove(name: string): boolean;
  lock(): VaultLock | undefined;
  isOpen(): boolean;
  unlock(passphrase: string): void;
}

/** What is known of a secret. Never its value, nor anything worked out from it. */
export interface SecretStatus {
  name: string;
  /** Null: it is not set. */
  source: SecretSource | null;
  /** What it goes to and to nothing else; none: only to its provider, or to this machine. */
  hosts: string[];
  /** Profiles that name it. */
  profiles: string[];
}

export interface SecretList {
  vault: {
    /** What opens the vault, or will open the one that the first value makes. */
    lock: VaultLock;
    /** There is one. */
    made: boolean;
    open: boolean;
    /** Why the keychain of the system does not keep the key, where this host could have asked it. */
    keychainProblem: string | null;
  };
  secrets: SecretStatus[];
}

export interface SecretServicePorts {
  vault: SecretVault;
  names: () => readonly string[];
  sourceOf: (name: string) => SecretSource | undefined;
  hostsOf: (name: string) => readonly string[];
  profilesOf: (name: string) => readonly string[];
  /** What a vault that is not there yet would be opened by. */
  newLock: VaultLock;
  keychainProblem?: string | undefined;
}

export interface SecretService {
  /** @throws AppError secrets.vault */
  list(): SecretList;
  /**
   * Keeps a value in the vault, bound to these hosts.
   * @throws AppError grant.invalid, secret.invalid, secrets.locked, secrets.vault, storage.*
   */
  set(name: string, value: string, hosts: readonly string[]): void;
  /** Binds a name to these hosts and no others; its value stays. @throws AppError grant.invalid, secrets.* */
  bind(name: string, hosts: readonly string[]): void;
  /** @returns whether there was one */
  remove(name: string): boolean;
  /**
   * Opens the vault for this process; where there is none, the first value makes one with this passphrase.
   * @throws AppError secrets.locked, secret.invalid
   */
  unlock(passphrase: string): void;
}

export function createSecretService(ports: SecretServicePorts): SecretService {
  const { vault } = ports;
  return {
    list: () => ({
      vault: {
        lock: vault.lock() ?? ports.newLock,
        made: vault.lock() !== undefined,
        open: vault.isOpen(),
        keychainProblem: ports.keychainProblem ?? null,
      },
      secrets: ports.names().map((name) => ({
        name,
        source: ports.sourceOf(name) ?? null,
        hosts: [...ports.hostsOf(name)],
        profiles: [...ports.profilesOf(name)],
      })),
    }),
    set(given, value, hosts) {
      const name = secretName(given);
      checkSecretValue(name, value);
      vault.set(name, value, hosts.map(hostTarget));
    },
    bind: (given, hosts) => vault.bind(secretName(given), hosts.map(hostTarget)),
    remove: (given) => vault.remove(secretName(given)),
    unlock(passphrase) {
      if (vault.lock() === undefined) checkNewPassphrase(passphrase);
      vault.unlock(passphrase);
    },
  };
}

/** @throws AppError secret.invalid */
export function checkSecretValue(name: string, value: string): void {
  if (/^[^\p{Cc}]{1,16384}$/u.test(value)) return;
  throw new AppError('secret.invalid', {
    message: value === '' ? 'No value was given.' : 'The value has more than one line, or control characters.',
    where: name,
    remedy: 'Give it as one line; in a terminal type it, or send it on standard input.',
  });
}

/** @throws AppError secret.invalid */
export function checkNewPassphrase(passphrase: string): void {
  if (passphrase.length >= 12) return;
  throw new AppError('secret.invalid', {
    message: 'The passphrase is too short to keep anything safe.',
    where: 'passphrase',
    remedy: 'Take at least 12 characters; four or five unrelated words are good.',
  });
}
