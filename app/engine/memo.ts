import type { PortRefs } from '../core/run/events.ts';
import type { RunHistory } from '../core/run/history.ts';

export interface MemoHit {
  runId: string;
  step: string;
  at: number;
  outputs: PortRefs;
}

/** Answers whether an earlier run did the same work. */
export interface MemoSource {
  find(path: string, node: string, key: string): MemoHit | undefined;
}

/**
 * Steps of one earlier run by memo key, the same path first. `rerun` names nodes that must work again whatever the
 * keys say: the start of run-from and all that hangs on it.
 */
export function memoFromRun(runId: string, history: RunHistory, rerun: ReadonlySet<string>): MemoSource {
  const byKey = new Map<string, MemoHit>();
  const byPath = new Map<string, MemoHit & { key: string }>();
  for (const [step, { end }] of history.steps) {
    if (end?.state !== 'succeeded' && end?.state !== 'cached') continue;
    const { memo, at } = end.event;
    if (memo === undefined) continue;
    const hit = { runId, step, at, outputs: end.outputs };
    byPath.set(step, { ...hit, key: memo });
    if (!byKey.has(memo)) byKey.set(memo, hit);
  }
  return {
    find(path, node, key) {
      if (rerun.has(node)) return undefined;
      const same = byPath.get(path);
      return same?.key === key ? same : byKey.get(key);
    },
  };
}
