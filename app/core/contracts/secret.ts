import * as z from 'zod';
import { secretSources, vaultLocks } from '../policy/secret-sources.ts';
import { Name, Nothing, procedure } from './procedure.ts';

const SecretName = z.string().min(1).max(64);
/** `api.example.com`, `*.example.com`, `http://127.0.0.1:8080`. */
const Hosts = z.array(z.string().min(1).max(300)).min(1).max(100);

const SecretList = z.strictObject({
  vault: z.strictObject({
    /** What opens the vault, or will open the one that the first value makes. */
    lock: z.enum(vaultLocks),
    made: z.boolean(),
    open: z.boolean(),
    /** Why the keychain of the system does not keep the key, where this host could have asked it. */
    keychainProblem: z.string().nullable(),
  }),
  secrets: z.array(
    z.strictObject({
      name: z.string(),
      /** Null: it is not set. */
      source: z.enum(secretSources).nullable(),
      hosts: z.array(z.string()),
      profiles: z.array(Name),
    }),
  ),
});
export type SecretList = z.infer<typeof SecretList>;

/** Secrets of whoever runs the host. Values go in by `set` and come out of nothing here. */
export const secretContract = {
  list: procedure.input(Nothing).output(SecretList),
  /** Keeps a value in the vault, bound to these hosts. */
  set: procedure
    .input(z.strictObject({ name: SecretName, value: z.string().max(16_384), hosts: Hosts }))
    .output(z.strictObject({})),
  /** Binds a name to these hosts and no others. */
  bindTo: procedure.input(z.strictObject({ name: SecretName, hosts: Hosts })).output(z.strictObject({})),
  remove: procedure.input(z.strictObject({ name: SecretName })).output(z.strictObject({ removed: z.boolean() })),
  /** Opens the vault until the host ends; where there is none, the first value makes one with this passphrase. */
  unlock: procedure.input(z.strictObject({ passphrase: z.string().min(1).max(1000) })).output(z.strictObject({})),
};
