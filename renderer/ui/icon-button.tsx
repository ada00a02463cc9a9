import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './button.module.css';
import { Button, type ButtonProps } from './button.tsx';
import { Tooltip } from './tooltip.tsx';

export interface IconButtonProps extends Omit<ButtonProps, 'children'> {
  /** What it does: read out, and shown when the pointer rests on it. */
  label: string;
  icon: LucideIcon;
  /** Shown beside the label. */
  keys?: string | undefined;
  side?: 'top' | 'right' | 'bottom' | 'left';
}

export function IconButton({
  label,
  icon: Icon,
  keys,
  side = 'bottom',
  look = 'quiet',
  ...rest
}: IconButtonProps): ReactNode {
  return (
    <Tooltip label={label} keys={keys} side={side}>
      <Button look={look} aria-label={label} className={styles['icon']} {...rest}>
        <Icon aria-hidden />
      </Button>
    </Tooltip>
  );
}
