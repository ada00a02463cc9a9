import * as z from 'zod';
import { Nothing, procedure, Time } from './procedure.ts';
import { Capture } from './run-signal.ts';
import { ClassOfError, CodeOfError } from './wire-error.ts';

/** What a workspace is. Profiles without addresses, prices and names of secrets: a form reads those elsewhere. */
const WorkspaceInfo = z.strictObject({
  name: z.string(),
  folder: z.string(),
  version: z.string(),
  capture: Capture,
  profiles: z.array(
    z.strictObject({
      name: z.string(),
      use: z.enum(['chat', 'embedding', 'rerank']),
      provider: z.string(),
      model: z.string(),
      /** Part of Pipewright: no key, no network, no cost. */
      builtIn: z.boolean(),
    }),
  ),
  collections: z.array(
    z.strictObject({
      name: z.string(),
      embedder: z.string(),
      documents: z.array(z.string()),
      /** Reading its documents costs nothing and tells nobody. */
      builtIn: z.boolean(),
    }),
  ),
  tables: z.array(z.strictObject({ name: z.string(), file: z.string() })),
});

export const Finding = z.strictObject({
  check: z.string(),
  severity: z.enum(['ok', 'warning', 'error']),
  message: z.string(),
  where: z.string().exactOptional(),
  remedy: z.string().exactOptional(),
});

/** What a provider allows in a minute (requests, tokens in all, input, output), and at once. */
const Limits = z.strictObject({
  requests: z.number().exactOptional(),
  tokens: z.number().exactOptional(),
  input: z.number().exactOptional(),
  output: z.number().exactOptional(),
  inFlight: z.number().exactOptional(),
});

/** How a profile stands, and how its provider has done lately in all processes of the workspace. */
export const ProfileStatus = z.strictObject({
  name: z.string(),
  use: z.enum(['chat', 'embedding', 'rerank']),
  provider: z.string(),
  model: z.string(),
  /** Part of Pipewright: it has no key, no limits and no breaker. */
  builtIn: z.boolean(),
  /** Why no call of it can be made. */
  problem: z
    .strictObject({ code: CodeOfError, message: z.string(), remedy: z.string().exactOptional() })
    .exactOptional(),
  /** Absent where nobody has asked the provider lately. */
  breaker: z
    .strictObject({
      state: z.enum(['closed', 'open', 'half-open']),
      since: Time,
      /** Class of the failure that opened it last. */
      because: ClassOfError.exactOptional(),
      /** While it is open: from when on a call may try again. */
      againAt: Time.exactOptional(),
    })
    .exactOptional(),
  lastError: z.strictObject({ code: CodeOfError, class: ClassOfError, at: Time }).exactOptional(),
  /** Given or learned. */
  limits: Limits.exactOptional(),
  /** Calls under way in all processes, where their number is limited. */
  inFlight: z.int().exactOptional(),
  /** The provider wants no call until then. */
  blockedUntil: Time.exactOptional(),
  /** Who answers instead, in order: profiles, `a value`, `a person`. */
  fallbacks: z.array(z.string()),
});
export type ProfileStatus = z.infer<typeof ProfileStatus>;

/** What this is made of. */
export const About = z.strictObject({
  name: z.string(),
  licence: z.string(),
  /** By what it is of: Pipewright, Node, Electron, SQLite, LanceDB. */
  versions: z.array(z.strictObject({ of: z.string(), version: z.string() })),
  /** Where the workspace and the user's own folder lie. */
  folders: z.strictObject({ workspace: z.string(), profile: z.string() }),
  /** What comes with it; empty where it runs from its source and was never built. */
  packages: z.array(
    z.strictObject({ name: z.string(), version: z.string(), licence: z.string(), hasText: z.boolean() }),
  ),
});
export type About = z.infer<typeof About>;

export const workspaceContract = {
  about: procedure.input(Nothing).output(About),
  /** The text of a package's licence. */
  licence: procedure
    .input(z.strictObject({ package: z.string().min(1).max(214), version: z.string().min(1).max(100) }))
    .output(z.strictObject({ text: z.string().nullable() })),
  info: procedure.input(Nothing).output(WorkspaceInfo),
  /** How each profile stands. Asks no provider anything. */
  profiles: procedure.input(Nothing).output(z.array(ProfileStatus)),
  /** Looks at everything that a run would need; with `rebuild` it makes the tables anew from the logs first. */
  doctor: procedure.input(z.strictObject({ rebuild: z.boolean().default(false) })).output(
    z.strictObject({
      findings: z.array(Finding),
      rebuilt: z.strictObject({ runs: z.int(), swept: z.array(z.string()) }).exactOptional(),
    }),
  ),
};
