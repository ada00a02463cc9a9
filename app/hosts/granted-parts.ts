import { join } from 'node:path';
import type { ProfileSecrets } from '../adapters/models/profile-book.ts';
import type { FilesCapability, HttpCapability } from '../core/capabilities/capabilities.ts';
import type { GrantService } from '../services/grants/grant-service.ts';
import { clock } from './clock.ts';
import { lazily } from './lazily.ts';
import type { Secrets } from './secrets.ts';

/** What the capabilities are made of that work only for what the user has granted. */
export interface GrantedParts {
  /** The workspace. */
  folder: string;
  secrets: Secrets;
  grants: GrantService;
  /** Takes the values of secrets out of a text. */
  withoutSecrets: (text: string) => string;
}

/** Keys for the calls of profiles. */
export function profileSecrets(secrets: Secrets): ProfileSecrets {
  return (name, origin, own) => secrets.valueFor(name, { origin, by: own ? 'provider' : 'profile' });
}

/** Requests of nodes to servers: what the user granted to the workflow, with secrets that are bound to that host. */
export function httpCapability({ secrets, grants, withoutSecrets }: GrantedParts): HttpCapability {
  const calls = lazily(async () => {
    const [{ createEgress }, { createHttpCalls }] = await Promise.all([
      import('../adapters/egress/egress.ts'),
      import('../adapters/egress/http-calls.ts'),
    ]);
    return createHttpCalls({
      egress: createEgress(),
      allows: (workflowHash, wanted) => grants.allows(workflowHash, wanted),
      secretFor: (name, origin) => secrets.valueFor(name, { origin, by: 'workflow' }),
      redact: withoutSecrets,
      now: clock.now,
      elapsed: () => performance.now(),
    });
  });
  return {
    read: async (request, options) => (await calls()).read(request, options),
    send: async (request, options) => (await calls()).send(request, options),
    sendOnce: async (request, options) => (await calls()).sendOnce(request, options),
  };
}

/** Files that nodes write, in folders that the user granted to the workflow. */
export function filesCapability({ folder, grants }: GrantedParts): FilesCapability {
  const files = lazily(async () => {
    const { createGrantedFiles } = await import('../adapters/files/granted-files.ts');
    return createGrantedFiles({
      root: folder,
      recordFolder: join(folder, '.pipewright', 'writes'),
      allows: (workflowHash, wanted) => grants.allows(workflowHash, wanted),
      now: clock.now,
    });
  });
  return { write: async (request, options) => (await files()).write(request, options) };
}
