import { createRequire } from 'node:module';
import type * as Arrow from 'apache-arrow';

export type LanceModule = typeof import('@lancedb/lancedb');
export type ArrowModule = typeof Arrow;

export interface LanceRuntime {
  lance: LanceModule;
  arrow: ArrowModule;
}

let loading: Promise<LanceRuntime> | undefined;

/**
 * Loads LanceDB and Arrow at first use: the native module takes 100 ms that a run without a collection need not pay.
 * Arrow comes through `require` because LanceDB requires it: `import` would load its second copy, whose classes fail
 * LanceDB's `instanceof` checks.
 */
export function loadLance(): Promise<LanceRuntime> {
  loading ??= (async () => {
    const lance = await import('@lancedb/lancedb');
    const arrow = createRequire(import.meta.url)('apache-arrow') as ArrowModule;
    return { lance, arrow };
  })();
  return loading;
}
