import { ThumbsDown, ThumbsUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { t } from '../strings/text.ts';
import styles from './feedback.module.css';

/** How many liked a run or an output in it, and how many did not; nothing where nobody said anything. */
export function ThumbCount({ up, down }: { up: number; down: number }): ReactNode {
  return (
    <>
      {up > 0 && (
        <span className={styles['count']} role="img" aria-label={t('feedback.thumbsUp', { count: up })}>
          <ThumbsUp aria-hidden />
          {up}
        </span>
      )}
      {down > 0 && (
        <span className={styles['count']} role="img" aria-label={t('feedback.thumbsDown', { count: down })}>
          <ThumbsDown aria-hidden />
          {down}
        </span>
      )}
    </>
  );
}
