import { randomBytes, scryptSync } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import * as z from 'zod';
import { AppError } from '../../core/errors/app-error.ts';
import { canonicalJson } from '../../core/graph/json.ts';
import type { VaultLock } from '../../core/policy/secret-sources.ts';
import { later } from '../../core/schema/later.ts';
import { readKeyFile } from '../files/key-file.ts';
import { writeProfileFile } from '../files/profile-file.ts';
import { seal, unseal } from '../files/seal.ts';
import { withFileLock } from '../sqlite/file-lock.ts';

const MAX_BYTES = 1_048_576;
/** scrypt with N = 2^17, r = 8, p = 1 (OWASP Password Storage Cheat Sheet): some 0.3 s and 128 MB a try. */
const cost = { N: 131_072, r: 8, p: 1, maxmem: 256 * 1_048_576 };

const Host = later(() => z.string().min(1).max(300));
const Entry = later(() =>
  z.strictObject({
    hosts: z.array(Host).max(100),
    /** Sealed with name and hosts, so that neither can be changed in the file. Absent: the value comes from elsewhere. */
    sealed: z.base64().optional(),
  }),
);
const VaultFile = later(() =>
  z.strictObject({
    format: z.literal(1),
    key: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('file') }),
      z.strictObject({ kind: z.literal('passphrase'), salt: z.base64() }),
      /** The key lies in the keychain of the user's system, which the desktop app alone can ask. */
      z.strictObject({ kind: z.literal('keychain') }),
    ]),
    secrets: z.record(z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/), Entry),
  }),
);
type VaultFile = z.infer<typeof VaultFile>;

export interface VaultOptions {
  /** `vault.json` in the user's profile. */
  file: string;
  /** Where the key lies, unless the vault has a passphrase. */
  keyFile: string;
  /** Makes a new vault one with a passphrase, and opens one that is. */
  passphrase?: string | undefined;
  /** 32 bytes out of the system's keychain: makes a new vault one of the keychain, and opens one that is. */
  keychainKey?: Buffer | undefined;
}

export interface VaultEntry {
  name: string;
  /** What it is bound to, as `hostTarget` writes it. */
  hosts: readonly string[];
  /** False: only the binding of a value from the environment or a secrets file. */
  kept: boolean;
}

/** Secrets of a user at rest: names and hosts open, values sealed. Read anew at each use, so that several processes agree. */
export interface Vault {
  entries(): VaultEntry[];
  /** Undefined when no value is kept. @throws AppError secrets.locked, secrets.vault */
  value(name: string): string | undefined;
  /** @throws AppError secrets.locked, secrets.vault, storage.* */
  set(name: string, value: string, hosts: readonly string[]): void;
  /** Binds a name to these hosts and no others; a kept value stays. @throws AppError secrets.locked, secrets.vault */
  bind(name: string, hosts: readonly string[]): void;
  /** @returns whether there was one */
  remove(name: string): boolean;
  /** What opens it; undefined while there is none. */
  lock(): VaultLock | undefined;
  /** Whether values can be had here now. Asks for no passphrase; where there is no vault, there is nothing to open. */
  isOpen(): boolean;
  /**
   * Opens a vault that has a passphrase until this process ends; where there is none, the first value makes one with it.
   * @throws AppError secrets.locked for a wrong one, secret.invalid where the vault has no passphrase
   */
  unlock(passphrase: string): void;
  /** Changes whenever values may be had here that could not be had before. */
  stamp(): string;
}

export function openVault({ file, keyFile, keychainKey, passphrase: given }: VaultOptions): Vault {
  let passphrase = given;
  const keys = new Map<string, Buffer>();
  let unlocks = 0;

  function read(): VaultFile | undefined {
    if (!existsSync(file)) return undefined;
    try {
      if (statSync(file).size > MAX_BYTES) throw new RangeError('too large');
      return VaultFile.parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch (cause) {
      throw damaged('The vault of secrets cannot be read.', file, cause);
    }
  }

  /** Reads the vault, or begins one, and writes it with what `work` made of it; no other process writes in between. */
  function change(work: (vault: VaultFile) => void): void {
    withFileLock(`${file}.lock`, () => {
      const vault = read() ?? fresh();
      work(vault);
      writeProfileFile(file, `${JSON.stringify(vault, null, 2)}\n`);
    });
  }

  function fresh(): VaultFile {
    const empty = { format: 1, secrets: {} } as const;
    if (passphrase !== undefined)
      return { ...empty, key: { kind: 'passphrase', salt: randomBytes(16).toString('base64') } };
    return { ...empty, key: { kind: keychainKey === undefined ? 'file' : 'keychain' } };
  }

  function keyOf({ key }: VaultFile, make: boolean): Buffer {
    if (key.kind === 'file') {
      const found = readKeyFile(keyFile, 'the vault of secrets', make);
      if (found !== undefined) return found;
      throw locked('The key of the vault of secrets is not on this machine.', keyFile, 'Bring the key file back.');
    }
    if (key.kind === 'keychain') {
      if (keychainKey !== undefined) return keychainKey;
      throw locked(
        'The vault of secrets is opened by the keychain of this system, which only the desktop app can ask.',
        file,
        'Use the secret in the desktop app, or put its value into the environment.',
      );
    }
    if (passphrase === undefined) {
      throw locked(
        'The vault of secrets has a passphrase, and none was given.',
        file,
        'Unlock it in the settings of the studio, or put the passphrase into PIPEWRIGHT_VAULT_PASSPHRASE.',
      );
    }
    const known = keys.get(key.salt);
    if (known !== undefined) return known;
    const derived = scryptSync(passphrase.normalize('NFKC'), Buffer.from(key.salt, 'base64'), 32, cost);
    keys.set(key.salt, derived);
    return derived;
  }

  const placeOf = (name: string, hosts: readonly string[]) => canonicalJson({ name, hosts: [...hosts] });

  function open(vault: VaultFile, name: string): string | undefined {
    const entry = Object.hasOwn(vault.secrets, name) ? vault.secrets[name] : undefined;
    if (entry?.sealed === undefined) return undefined;
    const key = keyOf(vault, false);
    try {
      return unseal(key, Buffer.from(entry.sealed, 'base64'), placeOf(name, entry.hosts));
    } catch (cause) {
      if (vault.key.kind === 'passphrase')
        throw locked(
          'The passphrase does not open the vault of secrets.',
          file,
          'Give the one that the vault was made with (PIPEWRIGHT_VAULT_PASSPHRASE).',
        );
      throw damaged(`The secret ${name} does not open: its entry was changed.`, file, cause);
    }
  }

  /** With a passphrase, a wrong one must not add what the right one cannot open. */
  function checkKey(vault: VaultFile): void {
    const [name] = Object.entries(vault.secrets).find(([, { sealed }]) => sealed !== undefined) ?? [];
    if (name !== undefined) open(vault, name);
  }

  function keep(vault: VaultFile, name: string, value: string | undefined, hosts: readonly string[]): void {
    if (value !== undefined) checkKey(vault);
    vault.secrets[name] = {
      hosts: [...hosts],
      ...(value !== undefined && { sealed: seal(keyOf(vault, true), value, placeOf(name, hosts)).toString('base64') }),
    };
  }

  return {
    entries: () =>
      Object.entries(read()?.secrets ?? {}).map(([name, { hosts, sealed }]) => ({
        name,
        hosts,
        kept: sealed !== undefined,
      })),
    value(name) {
      const vault = read();
      return vault && open(vault, name);
    },
    set: (name, value, hosts) => change((vault) => keep(vault, name, value, hosts)),
    bind: (name, hosts) => change((vault) => keep(vault, name, open(vault, name), hosts)),
    remove(name) {
      const isThere = (vault: VaultFile | undefined) => vault !== undefined && Object.hasOwn(vault.secrets, name);
      let removed = isThere(read());
      if (!removed) return false;
      change((vault) => {
        removed = isThere(vault);
        delete vault.secrets[name];
      });
      return removed;
    },
    lock() {
      const kind = read()?.key.kind;
      return kind === 'file' ? 'key file' : kind;
    },
    isOpen() {
      const key = read()?.key;
      if (key === undefined) return true;
      if (key.kind === 'file') return existsSync(keyFile);
      return key.kind === 'keychain' ? keychainKey !== undefined : passphrase !== undefined;
    },
    unlock(text) {
      const vault = read();
      if (vault !== undefined && vault.key.kind !== 'passphrase') {
        throw new AppError('secret.invalid', {
          message: 'The vault of secrets has no passphrase.',
          where: file,
          remedy: 'Leave the passphrase out: the vault is open to its user.',
        });
      }
      const before = passphrase;
      passphrase = text;
      keys.clear();
      try {
        if (vault !== undefined) checkKey(vault);
        unlocks += 1;
      } catch (thrown) {
        passphrase = before;
        keys.clear();
        throw thrown;
      }
    },
    stamp() {
      const facts = statSync(file, { throwIfNoEntry: false });
      return `${unlocks} ${facts?.mtimeMs} ${facts?.size} ${facts?.ino}`;
    },
  };
}

function locked(message: string, where: string, remedy: string): AppError {
  return new AppError('secrets.locked', { message, where, remedy });
}

function damaged(message: string, where: string, cause: unknown): AppError {
  const remedy = 'Restore the file from a backup of your profile, or remove it and set the secrets anew.';
  return new AppError('secrets.vault', { message, where, remedy, cause });
}
