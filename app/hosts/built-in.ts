import type { WorkspaceConfig } from '../core/workspace/workspace-config.ts';

/** Whether a profile is served by Pipewright itself: without a key, a network or cost. */
export function isBuiltIn(profiles: WorkspaceConfig['profiles'], name: string): boolean {
  return Object.hasOwn(profiles, name) && profiles[name]?.provider === 'built-in';
}
