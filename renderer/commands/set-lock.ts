import { ALL } from '../state/document.ts';
import { defineCommand } from './command.ts';

export interface SetLockArgs {
  /** `all` for the whole workflow. */
  nodes: readonly string[] | 'all';
  on: boolean;
}

/** Keeps nodes, or everything, from being moved and edited until they are unlocked. */
export const setLock = defineCommand<SetLockArgs>('node.lock', (doc, { nodes, on }) => {
  const ids = nodes === 'all' ? [ALL] : nodes.filter((id) => doc.nodes.has(id));
  if (ids.length === 0) return undefined;
  return {
    patch: { locks: new Map(ids.map((id) => [id, on ? true : undefined])) },
    capture: 'now',
    label: { key: nodes === 'all' ? (on ? 'lock.lockAll' : 'lock.unlockAll') : on ? 'lock.lock' : 'lock.unlock' },
  };
});
