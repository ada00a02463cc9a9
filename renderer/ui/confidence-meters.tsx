import type { ReactNode } from 'react';
import type { Confidence } from '../../app/core/graph/values.ts';
import { Meter } from './meter.tsx';

/** A score and its parts as bars, and why they are as they are. */
export function ConfidenceMeters({ confidence: { score, parts, reasons } }: { confidence: Confidence }): ReactNode {
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
