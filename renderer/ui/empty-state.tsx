import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './empty-state.module.css';

export interface EmptyStateProps {
  icon?: LucideIcon;
  title: string;
  text?: string;
  /** Buttons for what to do first. */
  children?: ReactNode;
}

/** Where nothing is yet: says what would be here and how it comes here. */
export function EmptyState({ icon: Icon, title, text, children }: EmptyStateProps): ReactNode {
  return (
    <div className={styles['empty']}>
      {Icon && <Icon aria-hidden />}
      <p className={styles['title']}>{title}</p>
      {text !== undefined && <p className={styles['text']}>{text}</p>}
      {children !== undefined && <div className={styles['actions']}>{children}</div>}
    </div>
  );
}
