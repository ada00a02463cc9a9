import type { ReactNode } from 'react';
import styles from './kbd.module.css';

/** Keys, as a person reads them. */
export function Kbd({ keys }: { keys: string }): ReactNode {
  return <kbd className={styles['kbd']}>{keys}</kbd>;
}
