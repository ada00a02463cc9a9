import type { ReactNode } from 'react';
import styles from './field.module.css';

export interface CheckProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  help?: string | undefined;
}

export function Check({ label, checked, onChange, help }: CheckProps): ReactNode {
  return (
    <div className={styles['field']}>
      <label className={styles['check']}>
        <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
        {label}
      </label>
      {help !== undefined && <p className={styles['help']}>{help}</p>}
    </div>
  );
}
