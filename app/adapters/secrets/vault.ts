import { randomBytes, scryptSync } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import * as z from 'zod';
import { AppError } from '../../core/errors/app-error.ts';
import { canonicalJson } from '../../core/graph/json.ts';
import { readKeyFile } from '../files/key-file.ts';
import { writeProfileFile } from '../files/profile-file.ts';
import { seal, unseal } from '../files/seal.ts';

const MAX_BYTES = 1_048_576;
/** scrypt with N = 2^17, r = 8, p = 1 (OWASP Password Storage Cheat Sheet): some 0.3 s and 128 MB a try. */
const cost = { N: 131_072, r: 8, p: 1, maxmem: 256 * 1_048_576 };

const Host = z.string().min(1).max(300);
const Entry = z.strictObject({
  hosts: z.array(Host).max(100),
  /** Sealed with name and hosts, so that neither can be changed in the file. Absent: the value comes from elsewhere. */
  sealed: z.base64().optional(),
});
const VaultFile = z.strictObject({
  format: z.literal(1),
  key: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('file') }),
    z.strictObject({ kind: z.literal('passphrase'), salt: z.base64() }),
  ]),
  secrets: z.record(z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/), Entry),
});
type VaultFile = z.infer<typeof VaultFile>;

export interface VaultOptions {
  /** `vault.json` in the user's profile. */
  file: string;
  /** Where the key lies, unless the vault has a passphrase. */
  keyFile: string;
  /** Makes a new vault one with a passphrase, and opens one that is. */
  passphrase?: string | undefined;
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
  lock(): 'key file' | 'passphrase' | undefined;
}

export function openVault({ file, keyFile, passphrase }: VaultOptions): Vault {
  const keys = new Map<string, Buffer>();

  function read(): VaultFile | undefined {
    if (!existsSync(file)) return undefined;
    try {
      if (statSync(file).size > MAX_BYTES) throw new RangeError('too large');
      return VaultFile.parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch (cause) {
      throw damaged('The vault of secrets cannot be read.', file, cause);
    }
  }

  function write(vault: VaultFile): void {
    writeProfileFile(file, `${JSON.stringify(vault, null, 2)}\n`);
  }

  function fresh(): VaultFile {
    if (passphrase === undefined) return { format: 1, key: { kind: 'file' }, secrets: {} };
    return { format: 1, key: { kind: 'passphrase', salt: randomBytes(16).toString('base64') }, secrets: {} };
  }

  function keyOf({ key }: VaultFile, make: boolean): Buffer {
    if (key.kind === 'file') {
      const found = readKeyFile(keyFile, 'the vault of secrets', make);
      if (found !== undefined) return found;
      throw locked('The key of the vault of secrets is not on this machine.', keyFile, 'Bring the key file back.');
    }
    if (passphrase === undefined) {
      throw locked(
        'The vault of secrets has a passphrase, and none was given.',
        file,
        'Put it into PIPEWRIGHT_VAULT_PASSPHRASE.',
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

  function keep(name: string, value: string | undefined, hosts: readonly string[]): void {
    const vault = read() ?? fresh();
    if (value !== undefined) checkKey(vault);
    vault.secrets[name] = {
      hosts: [...hosts],
      ...(value !== undefined && { sealed: seal(keyOf(vault, true), value, placeOf(name, hosts)).toString('base64') }),
    };
    write(vault);
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
    set: keep,
    bind(name, hosts) {
      const vault = read();
      keep(name, vault && open(vault, name), hosts);
    },
    remove(name) {
      const vault = read();
      if (!vault || !Object.hasOwn(vault.secrets, name)) return false;
      delete vault.secrets[name];
      write(vault);
      return true;
    },
    lock() {
      const kind = read()?.key.kind;
      return kind === 'file' ? 'key file' : kind;
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
