import type { Json } from '../../app/core/graph/json.ts';

/**
 * What `nodes/<type>/view.tsx` may export as `OutputView`: how the outputs of a step of that type are shown, instead of
 * the general view of values. Loaded when such a step is looked at.
 */
export interface OutputViewProps {
  /** By port, as far as the capture setting shows them. */
  outputs: { readonly [port: string]: Json };
}
