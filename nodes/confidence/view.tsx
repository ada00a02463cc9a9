import type { ReactNode } from 'react';
import { Confidence } from '../../app/core/graph/values.ts';
import { ConfidenceMeters } from '../../renderer/ui/confidence-meters.tsx';
import type { OutputViewProps } from '../../renderer/ui/node-view.ts';

/** The score and its parts as bars, and why they are as they are. */
export function OutputView({ outputs }: OutputViewProps): ReactNode {
  const parsed = Confidence.safeParse(outputs['confidence']);
  return parsed.success ? <ConfidenceMeters confidence={parsed.data} /> : null;
}
