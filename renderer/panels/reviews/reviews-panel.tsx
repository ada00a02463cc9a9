import { useQuery } from '@tanstack/react-query';
import { UserCheck } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { reviewList } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { shownDate } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { Check } from '../../ui/check.tsx';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import words from '../../ui/text.module.css';
import shared from '../panel-body.module.css';
import { isAsked } from './is-asked.ts';
import { ReviewForm } from './review-form.tsx';
import styles from './reviews.module.css';

const steps: Readonly<Record<string, number>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/** Everything that waits for a person, of all workflows, and one of it to be decided. */
export function ReviewsPanel(): ReactNode {
  const { client } = useStudio();
  const [all, setAll] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const { data, error } = useQuery(reviewList(client, all));
  const root = useRef<HTMLDivElement>(null);
  const tasks = data?.filter(isAsked) ?? [];
  const task = tasks.find(({ wait }) => wait === chosen) ?? tasks[0];
  const isFilled = task !== undefined;

  /** Gets the focus once it is shown, which may be at once: what was decided may be gone from the list already. */
  const awaited = useRef<string>(undefined);
  const focusRow = useCallback(() => root.current?.querySelector<HTMLElement>('[aria-current="true"]')?.focus(), []);
  function walkTo(next: { wait: string } | undefined): void {
    awaited.current = next?.wait;
    setChosen(next?.wait);
  }
  useEffect(() => {
    if (awaited.current === undefined || awaited.current !== task?.wait) return;
    awaited.current = undefined;
    focusRow();
  });
  /** To the next task, the last one to the one before it. */
  function goOn(): void {
    const at = tasks.findIndex(({ wait }) => wait === task?.wait);
    walkTo(tasks[at + 1] ?? tasks[at - 1]);
  }
  // Who opened the panel by a button goes on by keys; a page that comes back with it open keeps its focus elsewhere.
  useEffect(() => {
    if (isFilled && document.activeElement instanceof HTMLButtonElement) focusRow();
  }, [isFilled, focusRow]);

  function press(event: KeyboardEvent): void {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof HTMLElement && target.matches('input, textarea, select')) return;
    const step = steps[key];
    const next = step === undefined || !task ? undefined : tasks[tasks.indexOf(task) + step];
    const button = root.current?.querySelector<HTMLButtonElement>(`button[aria-keyshortcuts="${key.toLowerCase()}"]`);
    if (step === undefined && !button) return;
    event.preventDefault();
    button?.click();
    if (next) walkTo(next);
  }

  if (error) return <EmptyState icon={UserCheck} title={t('reviews.unreadable')} text={error.message} />;
  if (!data) return null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears the keys of the controls in it
    <div className={classes(shared['split'], styles['panel'])} ref={root} onKeyDown={press}>
      <div className={styles['tasks']}>
        <ul aria-label={t('panel.reviews')}>
          {tasks.map(({ wait, title, about, workflowName, openedAt, dueAt, state }) => (
            <li key={wait}>
              <button
                type="button"
                className={shared['entry']}
                aria-current={wait === task?.wait}
                onClick={() => setChosen(wait)}
              >
                <span className={styles['name']}>{title}</span>
                {about !== null && <span className={classes(words['clamped'], styles['about'])}>{about}</span>}
                <span className={words['about']}>
                  {[workflowName, state === 'open' ? shownDate(openedAt) : t(`reviews.state.${state}`)].join(' · ')}
                </span>
                {state === 'open' && dueAt !== null && (
                  <span className={styles['due']}>{t('reviews.due', { at: shownDate(dueAt) })}</span>
                )}
              </button>
            </li>
          ))}
        </ul>
        <Check label={t('reviews.all')} checked={all} onChange={setAll} />
      </div>
      {task ? (
        <div className={styles['detail']}>
          <ReviewForm key={task.wait} task={task.wait} onDecided={goOn} inInbox />
        </div>
      ) : (
        <EmptyState icon={UserCheck} title={t('reviews.none')} text={t('reviews.noneText')} />
      )}
    </div>
  );
}
