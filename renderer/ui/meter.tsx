import type { ReactNode } from 'react';
import styles from './meter.module.css';

export interface MeterProps {
  label: string;
  /** From 0 to 1. */
  value: number;
  strong?: boolean;
}

/** A share as a bar with its number. */
export function Meter({ label, value, strong = false }: MeterProps): ReactNode {
  return (
    <div className={styles['meter']} data-strong={strong}>
      <span>{label}</span>
      <meter min={0} max={1} value={value}>
        {value.toFixed(2)}
      </meter>
      <span>{value.toFixed(2)}</span>
    </div>
  );
}
