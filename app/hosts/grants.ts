import { join } from 'node:path';
import { openGrantStore } from '../adapters/grants/grant-store.ts';
import type { Registry } from '../core/nodekit/define-node.ts';
import { parseReach } from '../core/policy/reach.ts';
import { createGrantService, type GrantService } from '../services/grants/grant-service.ts';
import type { Environment } from './user-folders.ts';

export interface GrantsOptions {
  /** The user's own folder. */
  profileDir: string;
  env: Environment;
  registry: Registry;
  /** Given to this process by its caller, as in `--grant`. */
  given: readonly string[];
  /** Whether a secret has a value here. */
  hasSecret: (name: string) => boolean;
}

/** What the user has granted: in the profile, in `PIPEWRIGHT_GRANTS` (words with spaces between), by the caller. @throws AppError grant.invalid */
export function openGrants({ profileDir, env, registry, given, hasSecret }: GrantsOptions): GrantService {
  const words = [...given, ...(env['PIPEWRIGHT_GRANTS'] ?? '').split(/\s+/).filter(Boolean)];
  return createGrantService({
    files: openGrantStore(join(profileDir, 'grants')),
    registry,
    session: words.map(parseReach),
    hasSecret,
    now: () => Date.now(),
  });
}
