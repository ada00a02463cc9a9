import * as z from 'zod';
import { type Ability, abilities } from '../policy/reach.ts';
import { procedure, Time, WorkflowReference } from './procedure.ts';

const Reach = z.strictObject({
  ability: z.enum(Object.keys(abilities) as [Ability, ...Ability[]]),
  /** A host, a folder, or the name of a secret. */
  target: z.string().min(1).max(300),
});
const ContentHash = z.string().regex(/^[0-9a-f]{64}$/);

/** What workflows may reach. Grants lie in the profile of whoever runs the host: only their own client may give them. */
export const grantsContract = {
  /** What a workflow reaches as it is now, and whether that is granted. */
  needs: procedure
    .input(z.strictObject({ workflow: WorkflowReference }))
    .output(z.array(z.strictObject({ ...Reach.shape, granted: z.boolean() }))),
  list: procedure.input(z.strictObject({})).output(
    z.array(
      z.strictObject({
        workflow: ContentHash,
        name: z.string(),
        grants: z.array(z.strictObject({ ...Reach.shape, at: Time })),
      }),
    ),
  ),
  /** Only what the workflow asks for. Answers those that it did not have. */
  add: procedure
    .input(z.strictObject({ workflow: WorkflowReference, grants: z.array(Reach).min(1).max(100) }))
    .output(z.strictObject({ added: z.array(Reach) })),
  /** Of a content; all where none is named. */
  revoke: procedure
    .input(z.strictObject({ workflow: ContentHash, grants: z.array(Reach).min(1).max(100).exactOptional() }))
    .output(z.strictObject({ revoked: z.array(Reach) })),
};
