import type { ReactNode } from 'react';
import type { TaskField } from '../../state/task-values.ts';
import { Field } from '../../ui/field.tsx';

export interface FieldInputProps {
  field: TaskField;
  value: string;
  onChange: (text: string) => void;
}

/** One field of the form of a task. */
export function FieldInput({ field: { label, choices, required }, value, onChange }: FieldInputProps): ReactNode {
  return (
    <Field label={label} required={required}>
      {(control) =>
        choices.length > 0 ? (
          <select {...control} value={value} onChange={({ target }) => onChange(target.value)}>
            <option value="" />
            {choices.map((choice) => (
              <option key={choice} value={choice}>
                {choice}
              </option>
            ))}
          </select>
        ) : (
          <textarea {...control} rows={1} value={value} onChange={({ target }) => onChange(target.value)} />
        )
      }
    </Field>
  );
}
