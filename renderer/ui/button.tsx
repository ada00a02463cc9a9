import type { ComponentProps, ReactNode } from 'react';
import styles from './button.module.css';

export interface ButtonProps extends ComponentProps<'button'> {
  look?: 'plain' | 'primary' | 'danger' | 'quiet';
}

export function Button({ look = 'plain', className, type = 'button', ...rest }: ButtonProps): ReactNode {
  return (
    <button type={type} className={[styles['button'], styles[look], className].filter(Boolean).join(' ')} {...rest} />
  );
}
