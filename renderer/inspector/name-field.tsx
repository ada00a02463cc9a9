import { type KeyboardEvent, type ReactNode, useState } from 'react';
import styles from './inspector.module.css';

export interface NameFieldProps {
  label: string;
  value: string;
  onCommit: (name: string) => void;
}

/** A title that is written over in its place: taken by Enter or on leaving, left as it was by Escape. */
export function NameField({ label, value, onCommit }: NameFieldProps): ReactNode {
  const [draft, setDraft] = useState<string>();

  function press(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key === 'Enter') event.currentTarget.blur();
    if (event.key !== 'Escape') return;
    setDraft(undefined);
    event.stopPropagation();
  }

  return (
    <input
      className={styles['name']}
      aria-label={label}
      value={draft ?? value}
      title={value}
      maxLength={200}
      onChange={({ target }) => setDraft(target.value)}
      onKeyDown={press}
      onBlur={() => {
        if (draft !== undefined && draft !== value) onCommit(draft);
        setDraft(undefined);
      }}
    />
  );
}
