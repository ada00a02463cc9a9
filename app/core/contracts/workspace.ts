import * as z from 'zod';
import { Nothing, procedure } from './procedure.ts';
import { Capture } from './run-signal.ts';

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

export const workspaceContract = {
  info: procedure.input(Nothing).output(WorkspaceInfo),
  /** Looks at everything that a run would need; with `rebuild` it makes the tables anew from the logs first. */
  doctor: procedure.input(z.strictObject({ rebuild: z.boolean().default(false) })).output(
    z.strictObject({
      findings: z.array(Finding),
      rebuilt: z.strictObject({ runs: z.int(), swept: z.array(z.string()) }).exactOptional(),
    }),
  ),
};
