import { Bug } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WaitView } from '../../../app/core/run/run-view.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { showPanel } from '../../state/view-store.ts';
import { shownDate } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { ReviewForm } from '../reviews/review-form.tsx';
import styles from './run.module.css';

/** Steps that are stopped before they begin. */
export function StopCard({ count }: { count: number }): ReactNode {
  const { view } = useStudio();
  return (
    <div className={styles['review']}>
      <p>{t('debug.card', { n: count })}</p>
      <Button className={styles['go']} onClick={() => showPanel(view, 'left', 'debug')}>
        <Bug aria-hidden />
        {t('debug.open')}
      </Button>
    </div>
  );
}

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
