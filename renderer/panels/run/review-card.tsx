import type { ReactNode } from 'react';
import type { WaitView } from '../../../app/core/run/run-view.ts';
import { shownDate } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { ReviewForm } from '../reviews/review-form.tsx';
import styles from './run.module.css';

/** A run that waits: for its time, or for a person, who decides here. */
export function ReviewCard({ wait: { kind, wait, dueAt } }: { wait: WaitView }): ReactNode {
  if (kind === 'timer')
    return <p className={styles['review']}>{dueAt !== undefined && t('review.timer', { at: shownDate(dueAt) })}</p>;
  return (
    <div className={styles['review']}>
      <ReviewForm task={wait} />
    </div>
  );
}
