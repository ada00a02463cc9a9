import type { ReactNode } from 'react';
import styles from './field.module.css';

export interface CheckProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  help?: string | undefined;
  isDisabled?: boolean;
  /** Some are, some are not. */
  isMixed?: boolean;
}

export function Check({ label, checked, onChange, help, isDisabled = false, isMixed = false }: CheckProps): ReactNode {
  return (
    <div className={styles['field']}>
      <label className={styles['check']}>
        <input
          ref={(input) => {
            if (input) input.indeterminate = isMixed;
          }}
          type="checkbox"
          checked={checked}
          disabled={isDisabled}
          onChange={(event) => onChange(event.target.checked)}
        />
        {label}
      </label>
      {help !== undefined && <p className={styles['help']}>{help}</p>}
    </div>
  );
}
