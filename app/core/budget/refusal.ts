import type { Refusal } from './ledger.ts';
import type { ScopedLimit } from './limits.ts';

/** What stands against a limit now, in whole nano-dollars. */
export interface Standing {
  spentNanoUsd: number;
  reservedNanoUsd: number;
}

/**
 * The first limit that has no room for `nanoUsd` more; undefined when all have. One that could never take it, even if
 * everything under way were free, comes before one that may.
 */
export function refusal(
  nanoUsd: number,
  standings: readonly { limit: ScopedLimit; standing: Standing }[],
): Refusal | undefined {
  let found: Refusal | undefined;
  for (const { limit, standing } of standings) {
    const { spentNanoUsd, reservedNanoUsd } = standing;
    if (spentNanoUsd + reservedNanoUsd + nanoUsd <= limit.nanoUsd) continue;
    const mayFit = spentNanoUsd + nanoUsd <= limit.nanoUsd;
    if (!mayFit) return { limit, spentNanoUsd, reservedNanoUsd, mayFit };
    found ??= { limit, spentNanoUsd, reservedNanoUsd, mayFit };
  }
  return found;
}
