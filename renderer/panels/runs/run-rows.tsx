import { useVirtualizer } from '@tanstack/react-virtual';
import { History, Pin } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { ThumbCount } from '../../feedback/thumb-count.tsx';
import { shownCost, shownDate, shownExactly, shownMoment, shownTime, shownTokens } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { classes } from '../../ui/classes.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import shared from '../panel-body.module.css';
import runStyles from '../run/run.module.css';
import styles from './runs.module.css';
import { minuteOf, sharedMinutes } from './shared-minutes.ts';
import type { ListedRun } from './use-found-runs.ts';

export interface RunRowsProps {
  runs: readonly ListedRun[];
  /** They are of the last question, while the answer to this one is on its way. */
  isStale: boolean;
  /** How many there are, with those that are not loaded yet. */
  total: number;
  /** Names of workflows are shown. */
  named: boolean;
  shown: string | undefined;
  selected: ReadonlySet<string>;
  onSelect: (run: string, isSelected: boolean) => void;
  onShow: (run: ListedRun) => void;
  onOpenAsItRan: (run: string) => void;
  /** The end of what is loaded comes into sight. */
  onMore: () => void;
}

const ROW_PX = 34;

/** Runs one below the other. Only what can be seen is drawn, and loaded: there may be a hundred thousand. */
export function RunRows(props: RunRowsProps): ReactNode {
  const { runs, isStale, total, shown, onMore } = props;
  const list = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => list.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  const lacks = last >= runs.length && runs.length < total;
  useEffect(() => {
    if (lacks) onMore();
  }, [lacks, onMore]);
  const exact = useMemo(() => sharedMinutes(runs.map(({ createdAt }) => createdAt)), [runs]);
  return (
    <div ref={list} className={styles['list']} aria-busy={isStale}>
      <ul className={styles['rows']} aria-label={t('panel.runs')} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const run = runs[index];
          return (
            <li
              key={run?.runId ?? index}
              className={classes(shared['placed'], styles['row'])}
              data-shown={run !== undefined && run.runId === shown}
              aria-posinset={index + 1}
              aria-setsize={total}
              style={{ transform: `translateY(${start}px)` }}
            >
              {run && <Row run={run} isExact={exact.has(minuteOf(run.createdAt))} {...props} />}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

interface RowProps extends RunRowsProps {
  run: ListedRun;
  /** Its time is told with its seconds. */
  isExact: boolean;
}

function Row({ run, isExact, named, shown, selected, onSelect, onShow, onOpenAsItRan }: RowProps): ReactNode {
  const { runId, status, owner, createdAt, endedAt, workflowName, tags, pinned, error, thumbs, origin } = run;
  const at = isExact ? shownMoment(createdAt) : shownDate(createdAt);
  const isInterrupted = (status === 'running' || status === 'created') && owner === null;
  const figures = [
    endedAt !== null && shownTime(endedAt - createdAt),
    shownTokens(run),
    shownCost({ nanoUsd: run.nanoUsd, unpriced: run.unpricedCalls }),
  ];
  return (
    <>
      <input
        type="checkbox"
        aria-label={t('runs.select', { at })}
        checked={selected.has(runId)}
        onChange={({ target }) => onSelect(runId, target.checked)}
      />
      <span className={runStyles['status']} data-status={isInterrupted ? 'interrupted' : status}>
        {t(`run.status.${isInterrupted ? 'interrupted' : status}`)}
      </span>
      <button
        type="button"
        className={styles['show']}
        aria-pressed={runId === shown}
        aria-label={t('runs.show', { at })}
        title={shownExactly(createdAt)}
        onClick={() => onShow(run)}
      >
        {at}
      </button>
      {named && <span className={classes(shared['cut'], styles['workflow'])}>{workflowName}</span>}
      {pinned && <Pin className={styles['pin']} role="img" aria-label={t('runs.pinned')} />}
      {origin?.kind === 'imported' && (
        <span className={styles['tag']} title={t('runs.importedFrom', { run: origin.parent })}>
          {t('runs.imported')}
        </span>
      )}
      {tags.map((tag) => (
        <span key={tag} className={styles['tag']}>
          {tag}
        </span>
      ))}
      <span className={classes(shared['cut'], styles['error'])}>{error?.message}</span>
      <ThumbCount {...thumbs} />
      <span className={runStyles['figures']}>{figures.filter(Boolean).join(' · ')}</span>
      <IconButton icon={History} side="left" label={t('runs.asItRan', { at })} onClick={() => onOpenAsItRan(runId)} />
    </>
  );
}
