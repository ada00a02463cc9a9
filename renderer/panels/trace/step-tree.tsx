import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronRight } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { turnsOf } from '../../state/invocations.ts';
import { shownTime } from '../../strings/figures.ts';
import { t } from '../../strings/text.ts';
import { classes } from '../../ui/classes.ts';
import { StateIcon } from '../../ui/state-icon.tsx';
import shared from '../panel-body.module.css';
import { barOf, type StepRow } from './step-rows.ts';
import styles from './trace.module.css';

export interface StepTreeProps {
  rows: readonly StepRow[];
  /** When the run began and ended, or what is known of it so far; epoch milliseconds. */
  from: number;
  to: number;
  /** The step whose details are shown. */
  looked: string | undefined;
  /** A step that is kept in sight while the run goes on; none where nothing is followed. */
  followed: string | undefined;
  /** The person has moved the list: it is theirs now. */
  onMove: () => void;
  nameOf: (node: string) => string;
  onLook: (row: StepRow) => void;
  onToggle: (row: StepRow) => void;
}

const ROW_PX = 26;
const INDENT_PX = 14;
/** Rows that are drawn beyond what can be seen. */
const OVERSCAN = 12;

/** Steps as a tree, each with its bar on the run's time. Only what can be seen is drawn: a run may have ten thousand. */
export function StepTree({
  rows,
  from,
  to,
  looked,
  followed,
  nameOf,
  onLook,
  onMove,
  onToggle,
}: StepTreeProps): ReactNode {
  const tree = useRef<HTMLDivElement>(null);
  const id = useId();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => tree.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
  });
  const at = rows.findIndex(({ step }) => step === looked);
  const items = virtual.getVirtualItems();
  const isDrawn = items.some(({ index }) => index === at);

  // Steps that come in above must not move what is looked at out of sight, so only a choice scrolls.
  const rowOf = useRef(at);
  rowOf.current = at;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the step that is looked at is what scrolls
  useEffect(() => {
    if (rowOf.current >= 0) virtual.scrollToIndex(rowOf.current);
  }, [looked]);

  const followedRow = followed === undefined ? -1 : rows.findIndex(({ step }) => step === followed);
  useEffect(() => {
    if (followedRow >= 0) virtual.scrollToIndex(followedRow, { align: 'auto' });
  }, [followedRow, virtual]);

  function press(event: KeyboardEvent): void {
    onMove();
    const row = rows[at];
    const page = Math.max(1, Math.floor((tree.current?.clientHeight ?? ROW_PX) / ROW_PX) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    };
    let next = moves[event.key];
    if (event.key === 'ArrowRight' && row?.hasChildren) {
      if (row.isOpen) next = at + 1;
      else onToggle(row);
    } else if (event.key === 'ArrowLeft' && row) {
      if (row.isOpen) onToggle(row);
      else next = rows.slice(0, at).findLastIndex(({ level }) => level < row.level);
    } else if (next === undefined) return;
    event.preventDefault();
    const chosen = next === undefined ? undefined : rows[Math.max(0, Math.min(rows.length - 1, next))];
    if (chosen) onLook(chosen);
  }

  function click({ target }: MouseEvent): void {
    if (!(target instanceof Element)) return;
    const row = rows[Number(target.closest('[data-row]')?.getAttribute('data-row') ?? -1)];
    if (!row) return;
    if (target.closest('[data-toggle]')) onToggle(row);
    else onLook(row);
  }

  return (
    <>
      <div className={styles['ruler']} aria-hidden>
        <span />
        <span className={styles['marks']}>
          <span>0</span>
          <span>{shownTime((to - from) / 2)}</span>
          <span>{shownTime(to - from)}</span>
        </span>
        <span />
      </div>
      <div
        ref={tree}
        className={styles['tree']}
        role="tree"
        tabIndex={0}
        aria-label={t('trace.tree')}
        aria-activedescendant={isDrawn ? `${id}-${at}` : undefined}
        onKeyDown={press}
        onWheel={onMove}
        onTouchMove={onMove}
        onPointerDown={onMove}
        onClick={click}
      >
        <div role="presentation" className={styles['rows']} style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rows[index];
            if (!row) return null;
            return (
              <div
                key={row.step}
                id={`${id}-${index}`}
                role="treeitem"
                tabIndex={-1}
                data-row={index}
                className={classes(shared['placed'], styles['row'])}
                aria-level={row.level}
                aria-selected={row.step === looked}
                aria-expanded={row.hasChildren ? row.isOpen : undefined}
                aria-posinset={index + 1}
                aria-setsize={rows.length}
                style={{ transform: `translateY(${start}px)` }}
              >
                <Row row={row} from={from} to={to} name={nameOf(row.node)} />
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}

function Row({ row, from, to, name }: { row: StepRow; from: number; to: number; name: string }): ReactNode {
  const { view, step, level, hasChildren, isOpen } = row;
  const turns = turnsOf(step);
  const bar = barOf(view, from, to);
  const took =
    bar && view?.startedAt !== undefined && view.endedAt !== undefined ? view.endedAt - view.startedAt : undefined;
  return (
    <>
      <span className={styles['cell']} style={{ paddingLeft: (level - 1) * INDENT_PX }} title={step}>
        <span className={styles['toggle']} data-toggle={hasChildren ? '' : undefined} data-open={isOpen} aria-hidden>
          {hasChildren && <ChevronRight />}
        </span>
        {view ? <StateIcon state={view.state} /> : <StateIcon state="running" />}
        <span className={shared['cut']}>{turns === '' ? name : t('trace.turn', { node: name, turn: turns })}</span>
      </span>
      <span className={styles['track']}>
        {bar && (
          <span
            className={styles['bar']}
            data-state={view?.state}
            style={{ left: `${bar.left * 100}%`, width: `${bar.width * 100}%` }}
          />
        )}
      </span>
      <span className={styles['took']}>{took !== undefined && shownTime(took)}</span>
    </>
  );
}
