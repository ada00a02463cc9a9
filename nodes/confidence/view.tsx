import type { ReactNode } from 'react';
import { Confidence } from '../../app/core/graph/values.ts';
import { Meter } from '../../renderer/ui/meter.tsx';
import type { OutputViewProps } from '../../renderer/ui/node-view.ts';

/** The score and its parts as bars, and why they are as they are. */
export function OutputView({ outputs }: OutputViewProps): ReactNode {
  const parsed = Confidence.safeParse(outputs['confidence']);
  if (!parsed.success) return null;
  const { score, parts, reasons } = parsed.data;
  return (
    <div>
      <Meter label="score" value={score} strong />
      {Object.entries(parts).map(([name, part]) => (
        <Meter key={name} label={name} value={part} />
      ))}
      {reasons.map((reason) => (
        <p key={reason}>{reason}</p>
      ))}
    </div>
  );
}
