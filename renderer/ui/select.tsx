import type { ComponentProps, ReactNode } from 'react';

export interface SelectProps extends Omit<ComponentProps<'select'>, 'onChange' | 'children'> {
  choices: readonly { value: string; text: string }[];
  value: string;
  onChange: (value: string) => void;
}

/** One of several with long names: what is chosen is told whole to whoever points at it, however little room there is. */
export function Select({ choices, value, onChange, ...rest }: SelectProps): ReactNode {
  return (
    <select
      {...rest}
      value={value}
      title={choices.find((one) => one.value === value)?.text}
      onChange={({ target }) => onChange(target.value)}
    >
      {choices.map(({ value: key, text }) => (
        <option key={key} value={key}>
          {text}
        </option>
      ))}
    </select>
  );
}
