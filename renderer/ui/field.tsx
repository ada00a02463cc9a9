import type { ReactNode } from 'react';
import { useId } from 'react';
import styles from './field.module.css';

export interface ControlProps {
  id: string;
  className: string | undefined;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean;
}

export interface FieldProps {
  label: string;
  help?: string | undefined;
  error?: string | undefined;
  warning?: string | undefined;
  required?: boolean;
  /** In a bar of tools: the label is read out and not seen, for what is chosen says what it is about. */
  compact?: boolean;
  /** At the end of the label's line: a button. */
  aside?: ReactNode;
  /** Between the label and the control: what else there is to say of its value. */
  above?: ReactNode;
  children: (control: ControlProps) => ReactNode;
}

/** A control with its label, its help and what is wrong with it, joined so that screen readers read them together. */
export function Field({
  label,
  help,
  error,
  warning,
  required = false,
  compact = false,
  aside,
  above,
  children,
}: FieldProps): ReactNode {
  const id = useId();
  const about = [help !== undefined && `${id}-help`, error !== undefined && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className={styles['field']} data-compact={compact}>
      <div className={styles['fieldHead']}>
        <label className={styles['label']} htmlFor={id}>
          {label}
          {required && (
            <span className={styles['required']} aria-hidden>
              *
            </span>
          )}
        </label>
        {aside}
      </div>
      {above}
      {children({
        id,
        className: styles['input'],
        'aria-describedby': about === '' ? undefined : about,
        'aria-invalid': error !== undefined,
      })}
      {error !== undefined && (
        <p id={`${id}-error`} className={styles['error']}>
          {error}
        </p>
      )}
      {warning !== undefined && <p className={styles['warning']}>{warning}</p>}
      {help !== undefined && (
        <p id={`${id}-help`} className={styles['help']}>
          {help}
        </p>
      )}
    </div>
  );
}
